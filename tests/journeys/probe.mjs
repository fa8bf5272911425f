import { test } from 'node:test';
import { World } from './src/world.js';
test('probe', async () => {
  const w = await World.start();
  const a = await w.company();
  console.log(w.url, w.server.setup, Object.keys(a));
  console.log(JSON.stringify(await w.call('GET','/roles',{as:a})).slice(0,600));
  const b = await w.employee('Борис Ким','boris');
  console.log(JSON.stringify(b).slice(0,300));
  const ch = await w.widget();
  console.log(JSON.stringify(ch).slice(0,900), JSON.stringify(await w.call('GET','/queues',{as:a})));
});
