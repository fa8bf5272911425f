// S3-04: text both ways with a Bot API server that we did not write (telegram-test-api), by long poll, in a browser.
import assert from 'node:assert/strict';
import telegram from 'telegram-test-api';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after } from 'node:test';
import { seen } from './look.js';
import { inboxRow, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const Vendor = telegram.default ?? telegram;
const TOKEN = '123456:outside_judge_of_text';

const world = await World.start();
const step = story(world);
const anna = await world.company();
/** A port that was free a moment ago: this server cannot choose one itself. */
async function freePort() {
	const listener = createServer().listen(0, '127.0.0.1');
	await once(listener, 'listening');
	const { port } = listener.address();
	await new Promise((done) => listener.close(done));
	return port;
}
const vendor = new Vendor({ port: await freePort(), host: '127.0.0.1' });
await vendor.start();
after(() => vendor.stop());
const person = vendor.getClient(TOKEN, { chatId: 4711, userId: 4711, firstName: 'Мария', userName: 'maria' });

/** What the bot wrote to the client since last asked. */
async function received() {
	const { result } = await person.getUpdates();
	return result.map((one) => one.message?.text ?? one.text);
}

step('S3-03 the administrator connects the bot and Check shows its name', async () => {
	const settings = { token: TOKEN, receive: 'poll', base_url: vendor.config.apiURL };
	const checked = await world.call('POST', '/channels/check', { as: anna, body: { kind: 'telegram', settings } });
	assert.equal(checked.ok, true, JSON.stringify(checked));
	assert.match(checked.name, /^@/);
	await world.call('POST', '/channels', { as: anna, body: { kind: 'telegram', name: 'Бот', settings } });
});

step('S3-04 a client writes, the employee reads and answers, the client has the answer once', async () => {
	await person.sendMessage(person.makeMessage('Здравствуйте, есть чёрная лампа?'));
	const page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'чёрная лампа').click();
	await seen(message(page, 'есть чёрная лампа?'));
	await say(page, 'Есть, две штуки');
	await seen(message(page, 'Есть, две штуки'));
	const got = [];
	while (!got.length) got.push(...(await received()));
	assert.deepEqual(got, ['Есть, две штуки']);
	await person.sendMessage(person.makeMessage('Беру обе'));
	await seen(message(page, 'Беру обе'));
	await say(page, 'Спасибо! _Ждём_ вас **завтра**');
	const more = [];
	while (!more.length) more.push(...(await received()));
	assert.deepEqual(more, ['Спасибо! Ждём вас завтра']);
	assert.deepEqual(vendor.storage.botMessages.map((one) => Number(one.message.chat_id)), [4711, 4711]);
	await page.context().close();
});
