// What the interface costs in a real browser, in CPU time of its main thread (wall time moves with whatever else the machine does):
// opening chats already seen, frames of a socket, the heap after a thousand changes of chat, scrolling 100 000 messages; and, by the clock,
// how long a page that was away takes until lists, counters and the open thread are right after 10 000 missed events.
//   BESEDA_BIN=target/release/beseda node bench/ui.mjs [MESSAGES of the long chat, 20 000]
import { randomUUID } from 'node:crypto';
import { TornLine } from '../tests/journeys/src/line.js';
import { miss, wanted, wrong } from '../tests/journeys/src/missed.js';
import { World } from '../tests/journeys/src/world.js';

const LONG = Number(process.argv[2] ?? 20_000);
const CHATS = 8;
const world = await World.start({ alone: true });
const rows = [];
const row = (name, value, reach) => rows.push(`| ${name} | ${value} | ${reach} |`);
const of = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];

try {
	const anna = await world.company();
	const boris = await world.employee('Борис Ким', 'boris');
	const send = (chat, as, text) => world.call('POST', `/chats/${chat}/messages`, { as, body: { client_id: randomUUID(), text } });
	const chats = [];
	for (let n = 0; n < CHATS; n += 1) {
		const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: `Чат ${n}`, member_ids: [boris.person.id] } });
		chats.push(chat.id);
		for (let m = 0; m < 60; m += 1) await send(chat.id, m % 2 ? anna : boris, `Строка ${m}: счёт, отгрузка и договор, ${'слова '.repeat(m % 17)}`);
	}
	const long = chats[0];
	const lanes = Array.from({ length: 32 }, async (_, lane) => {
		for (let m = lane; m < LONG; m += 32) await send(long, m % 2 ? anna : boris, `Сообщение ${m} ${'и ещё слова '.repeat(m % 23)}`);
	});
	await Promise.all(lanes);

	const page = await world.as(anna, `/chats/${chats[1]}`);
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
	const metric = async (name) => (await cdp.send('Performance.getMetrics')).metrics.find((one) => one.name === name).value;
	const busy = () => metric('TaskDuration');
	const heap = async () => {
		for (let n = 0; n < 3; n += 1) await cdp.send('HeapProfiler.collectGarbage');
		return (await metric('JSHeapUsedSize')) / 2 ** 20;
	};
	/** From the click to the second frame after it: the new rows are on the screen then. */
	const open = (chat) =>
		page.evaluate(async (id) => {
			const start = performance.now();
			document.querySelector(`a[href="/chats/${id}"]`).click();
			const shown = () => document.querySelector('[role=log]') !== null && location.pathname.endsWith(id) && !document.querySelector('.middle.stale');
			while (!shown()) await new Promise(requestAnimationFrame);
			await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			return performance.now() - start;
		}, chat);
	for (const chat of chats) await page.locator(`a[href="/chats/${chat}"]`).first().waitFor();
	for (const chat of chats) await open(chat);

	const [before, times] = [await busy(), []];
	for (let n = 0; n < 200; n += 1) times.push(await open(chats[n % CHATS]));
	row('open a chat seen before, click to paint', `p50 ${of(times, 0.5).toFixed(0)}, p95 ${of(times, 0.95).toFixed(0)} ms; ${(((await busy()) - before) * 5).toFixed(1)} ms CPU each`, 'p95 100 ms');

	const small = await heap();
	for (let n = 0; n < 1000; n += 1) await open(chats[n % CHATS]);
	const grown = await heap();
	row('heap, before and after 1000 changes of chat', `${small.toFixed(1)} → ${grown.toFixed(1)} MiB`, '60 MiB, growth 5');

	await open(chats[1]);
	const [quiet, events] = [await busy(), 500];
	for (let n = 0; n < events; n += 1) await send(chats[1 + (n % 3)], boris, `Событие ${n}`);
	await page.locator('section.thread .message').filter({ hasText: `Событие ${events - 2}` }).first().waitFor().catch(() => {});
	row('a frame of the socket', `${((((await busy()) - quiet) * 1000) / events).toFixed(2)} ms CPU`, '4 ms');

	await open(long);
	const [still, steps] = [await busy(), 300];
	await page.evaluate(async (count) => {
		const log = document.querySelector('[role=log]');
		for (let n = 0; n < count; n += 1) {
			log.scrollTop -= 400;
			await new Promise(requestAnimationFrame);
		}
	}, steps);
	row(`a frame of scrolling back through ${LONG} messages`, `${((((await busy()) - still) * 1000) / steps).toFixed(1)} ms CPU`, 'p95 20 ms');
	// a line of its own that can be taken away, and a page that has nothing else to do
	const line = await TornLine.start(world.url);
	const late = await world.as(anna, `/chats/${chats[1]}`, { url: line.url });
	await late.locator('section.thread .message').first().waitFor();
	await late.evaluate(`window.right = (want) => (${wrong})(want)`);
	for (const events of [1500, 10_000]) {
		const took = [];
		for (let turn = 0; turn < 3; turn += 1) {
			await late.context().setOffline(true);
			line.away();
			await miss(world, { as: boris, chats: chats.map((id) => ({ id })), events });
			const want = await wanted(world, { as: anna, open: chats[1] });
			const right = late.evaluate(
				(want) =>
					new Promise((done, fail) => {
						const back = async () => {
							const start = performance.now();
							while (window.right(want).length || !document.querySelector('section.thread .message')) {
								if (performance.now() - start > 60_000) return fail(new Error(window.right(want).join('; ')));
								await new Promise(requestAnimationFrame);
							}
							done(performance.now() - start);
						};
						addEventListener('online', () => void back(), { once: true });
					}),
				want,
			);
			line.back();
			await late.context().setOffline(false);
			took.push(await right);
		}
		row(`back after ${events} missed events until lists, counters and the open thread are right`, `${of(took, 0.5).toFixed(0)} ms, slowest of three ${of(took, 1).toFixed(0)} ms`, '2 s');
	}
	line.stop();
	console.log(['| in the browser | measured | to reach |', '| --- | --- | --- |', ...rows].join('\n'));
} finally {
	await world.stop();
}
