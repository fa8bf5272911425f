// Ten thousand events while a page is away: lists, counters and the open thread are the server's again, also when the way back breaks.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { TornLine } from './line.js';
import { seen, shot, until } from './look.js';
import { miss, wanted, wrong } from './missed.js';
import { composer, inboxRow, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const [, key] = /data-key="([^"]+)"/.exec((await world.widget()).snippet);
const line = await TornLine.start(world.url);
after(() => line.stop());
const chats = [];
for (let n = 0; n < 20; n += 1) chats.push(await world.call('POST', '/chats', { as: boris, body: { kind: 'group', title: `Чат ${n}`, member_ids: [anna.person.id] } }));
const open = chats[0].id;
const area = (page, path) => page.locator(`nav[data-region=rail] a[href^="${path}"]`);
let page;
let clients;

/** The page shows what the server has. */
async function isRight() {
	const want = await wanted(world, { as: anna, open });
	await until(page, `((want) => (${wrong})(want).length === 0)(${JSON.stringify(want)})`, undefined, 20_000).catch(async () => assert.deepEqual(await page.evaluate(wrong, want), []));
}

step('U-04 after 10 000 missed events lists, counters and the open thread are the server\'s', async () => {
	for (const one of chats) await world.call('POST', `/chats/${one.id}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: 'Было раньше' } });
	clients = [];
	for (let n = 0; n < 3; n += 1) clients.push(await world.visitor({ key, as: anna, text: `Клиент ${n}` }));
	page = await world.as(anna, '/inbox/queue', { url: line.url, height: 1800 });
	await seen(inboxRow(page, 'Клиент 2'));
	await area(page, '/chats').click();
	await page.locator(`.pane a.row[href="/chats/${open}"]`).click();
	await seen(message(page, 'Было раньше'));
	await page.context().setOffline(true);
	line.away();
	await miss(world, { as: boris, chats, clients: clients.slice(0, 2), events: 10_000, mention: anna });
	line.back();
	await page.context().setOffline(false);
	await isRight();
	// what came while nobody looked begins where they had stopped
	await seen(message(page, 'Событие 20.'));
	await shot(page, 'missed-back');
});

step('U-04 the queue holds whom the server has in it: who was dealt with meanwhile is gone', async () => {
	await area(page, '/inbox').click();
	const queue = page.locator('.pane .groups a[href="/inbox/queue"]');
	assert.equal(await queue.locator('.counts').innerText(), '1');
	await queue.click();
	await seen(inboxRow(page, 'Клиент 2'));
	assert.deepEqual(await page.locator('.pane a.row').evaluateAll((rows) => rows.map((one) => one.getAttribute('href').split('/').at(-1))), [clients[2]]);
	await area(page, '/chats').click();
});

step('U-04 F3 the way back breaks at ten places: nothing stays as it was', async () => {
	await page.locator(`.pane a.row[href="/chats/${open}"]`).click();
	for (let turn = 0; turn < 10; turn += 1) {
		await page.context().setOffline(true);
		line.away();
		// more than the server repeats one by one, in turn with fewer
		await miss(world, { as: boris, chats, events: turn % 3 === 0 ? 2100 : 120 });
		// the answers to the lists break off, too
		line.breakAnswers(turn % 3 === 0 ? 3 : 0, turn * 400);
		line.cutAfter(1 + turn * 311);
		line.back();
		await page.context().setOffline(false);
		await isRight();
	}
});

step('U-04 in a chat with much unread the way to its end leads to its end, by the button and by writing', async () => {
	const [, first, second] = chats;
	for (const [chat, go] of [[first, () => page.getByRole('button', { name: 'К последнему сообщению' }).click()], [second, () => say(page, 'Прочитаю потом')]]) {
		await page.locator(`.pane a.row[href="/chats/${chat.id}"]`).click();
		await seen(page.getByRole('button', { name: 'К последнему сообщению' }));
		await go();
		const { messages } = await world.call('GET', `/threads/${chat.id}/messages?limit=5`, { as: boris });
		await seen(message(page, messages.filter((one) => one.author.id === boris.person.id).at(-1).text));
	}
	await seen(message(page, 'Прочитаю потом'));
	await page.locator(`.pane a.row[href="/chats/${open}"]`).click();
});

step('U-04 F3 a chat whose answer breaks off is asked for again, with nobody pressing anything', async () => {
	const { id } = chats[3];
	const { messages } = await world.call('GET', `/threads/${id}/messages?limit=5`, { as: boris });
	// both the question and its first repetition
	line.breakAnswers(2, 60);
	await page.locator(`.pane a.row[href="/chats/${id}"]`).click();
	await until(page, `!document.querySelector('.stale')`);
	await page.getByRole('button', { name: 'К последнему сообщению' }).click();
	await seen(message(page, messages.at(-1).text));
	assert.equal(line.breaking.many, 0);
	await page.locator(`.pane a.row[href="/chats/${open}"]`).click();
});

step('what is written after all that arrives', async () => {
	await say(page, 'Я снова здесь');
	await seen(message(page, 'Я снова здесь'));
	await seen(composer(page));
	// The page shows it before the server has it: what counts is that it comes to be there, and that it is the last.
	const last = async () => (await world.call('GET', `/threads/${open}/messages?limit=5`, { as: boris })).messages.at(-1).text;
	const end = Date.now() + 10_000;
	while ((await last()) !== 'Я снова здесь') assert.ok(Date.now() < end, `the newest is: ${await last()}`);
});
