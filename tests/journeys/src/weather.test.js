// Three browsers in bad weather, in both languages: what each wrote stands in each once and in one order, and all count the same.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { count, seen, until } from './look.js';
import { chatRow, composer, log, message, say } from './screens.js';
import { plain, story } from './story.js';
import { Weather } from './weather.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const queued = { ru: 'Ждёт отправки', en: 'Waiting to be sent' };

for (const [seed, langs] of [[1, ['ru', 'en', 'ru']], [2, ['en', 'ru', 'en']]]) {
	step(`U-04 F3 two people write, a second device follows, through late, double, lost and torn frames (${langs.join(', ')}; seed ${seed})`, async () => {
		for (const [who, lang] of [[anna, langs[0]], [boris, langs[1]]]) await world.call('PATCH', '/me', { as: who, body: { preferences: { language: lang } } });
		const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: `Погода ${seed}`, member_ids: [boris.person.id] } });
		const aside = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: `Рядом ${seed}`, member_ids: [boris.person.id] } });
		const lines = [];
		for (let n = 0; n < 3; n += 1) lines.push(await Weather.start(world.url, seed * 10 + n));
		after(() => lines.forEach((one) => one.stop()));
		const people = [anna, boris, anna];
		const pages = [];
		for (const [n, line] of lines.entries()) pages.push(await world.as(people[n], `/chats/${chat.id}`, { url: line.url, height: 6400 }));
		const written = [[], [], []];
		for (let turn = 0; turn < 12; turn += 1) {
			// her second device listens: typed on both in the same moment, words are joined into one draft (tabs.test.js)
			for (const [n, page] of pages.slice(0, 2).entries()) {
				const text = `Слово ${n}.${turn}.`;
				written[n].push(text);
				await say(page, text);
			}
			if (turn === 4) {
				await pages[1].locator('input[type=file]').first().setInputFiles({ name: `Файл ${seed}.txt`, mimeType: 'text/plain', buffer: Buffer.from('акт') });
				await seen(pages[1].locator('[data-region=composer]').getByText(`Файл ${seed}.txt`));
			}
			await world.call('POST', `/chats/${aside.id}/messages`, { as: boris, body: { client_id: crypto.randomUUID(), text: `Рядом ${turn}` } });
		}
		for (const line of lines) line.fine = true;
		for (const [n, page] of pages.entries()) {
			for (const mine of written[n]) await seen(message(page, mine), 30_000);
			await count(log(page).getByRole('img', { name: queued[langs[n === 1 ? 1 : 0]] }), 0, 40_000);
		}
		const { messages } = await world.call('GET', `/threads/${chat.id}/messages?limit=200`, { as: boris });
		const stored = messages.filter((one) => one.kind === 'text').map((one) => plain(one.text));
		for (const mine of written) assert.deepEqual(stored.filter((one) => mine.includes(one)), mine, 'each once, in the order it was written');
		assert.equal(stored.length, written.flat().length);
		assert.equal(messages.filter((one) => one.files.length).length, 1);
		for (const page of pages) {
			await until(page, (wanted) => JSON.stringify([...document.querySelectorAll('section.thread .message .words')].map((one) => one.innerText.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim())) === JSON.stringify(wanted), stored, 30_000);
		}
		// both devices of one person and the server count the same
		const unread = (await world.call('GET', '/chats', { as: anna })).find((one) => one.id === aside.id).unread;
		assert.equal(unread, 12);
		for (const page of [pages[0], pages[2]]) await seen(chatRow(page, `Рядом ${seed}`).locator('.badge').filter({ hasText: '12' }));
		await seen(composer(pages[0]));
		const had = lines.reduce((sum, line) => Object.fromEntries(Object.entries(line.had).map(([what, many]) => [what, many + (sum[what] ?? 0)])), {});
		// how often each is drawn depends on how many frames there are; that it stormed does not
		for (const kinds of [['late'], ['twice'], ['cut', 'lost'], ['unanswered', 'repeated']]) assert.ok(kinds.some((what) => had[what] > 0), `nothing was ${kinds}`);
		for (const page of pages) await page.context().close();
	});
}
