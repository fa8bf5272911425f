// F3 in a browser: the page's line is cut at twenty places while both sides write; nothing is lost, nothing stands twice.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { TornLine } from './line.js';
import { count, seen } from './look.js';
import { message, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
const line = await TornLine.start(world.url);
after(() => line.stop());
let page;
let said = 0;

/** A colleague writes, by the API: their line is whole. */
const colleague = (text) => world.call('POST', `/chats/${chat.id}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text } });

/** All texts of the log in the order they stand, on the page. */
const onPage = async () => {
	const words = await page.locator('section.thread .message .words').allInnerTexts();
	return words.map(plain);
};

/** The same on the server. */
async function onServer() {
	const { messages } = await world.call('GET', `/threads/${chat.id}/messages?limit=200`, { as: anna });
	return messages.filter((one) => one.kind === 'text').map((one) => plain(one.text));
}

step('F3 U-04 a page whose socket is cut at twenty places misses nothing, and what is typed meanwhile arrives once', async () => {
	// High enough for the whole log to stand on it: rows out of sight are taken away.
	page = await world.as(boris, '/chats', { height: 6400, url: line.url });
	await colleague('Начали');
	await page.locator('.pane a.row').first().click();
	await seen(message(page, 'Начали'));
	// From the middle of the first frame to beyond what a return brings: greeting, missed frames, live ones.
	for (let turn = 0; turn < 20; turn += 1) {
		line.cutAfter(1 + turn * 173);
		// Every third time the message arrives there and the page does not hear of it.
		if (turn % 3 === 0) line.loseAnswer(`/chats/${chat.id}/messages`);
		await colleague(`Анна ${turn}.`);
		await say(page, `Борис ${turn}.`);
		await colleague(`Анна ${turn} ещё.`);
		said += 3;
		await seen(message(page, `Анна ${turn} ещё.`), 20_000);
		await seen(message(page, `Борис ${turn}.`));
		// As many more as it takes to reach the cut.
		for (let more = 1; line.left !== null; more += 1) {
			await colleague(`Анна ${turn} и ${more}.`);
			said += 1;
			await seen(message(page, `Анна ${turn} и ${more}.`), 20_000);
		}
	}
	assert.ok(line.cuts >= 20, `only ${line.cuts} cuts happened`);
});

step('F3 the log on the page is the log on the server, each message once', async () => {
	await colleague('Кончили');
	await seen(message(page, 'Кончили'), 20_000);
	await count(page.getByRole('img', { name: 'Ждёт отправки' }), 0, 20_000);
	const stored = await onServer();
	assert.equal(stored.length, said + 2);
	assert.equal(new Set(stored).size, stored.length, 'nothing is stored twice');
	assert.deepEqual(await onPage(), stored);
});
