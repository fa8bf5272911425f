// A page dies in the middle of a word, a whole browser with messages that wait: what was typed, written, attached and said is all there.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { TornLine } from './line.js';
import { count, gone, seen, shot, until } from './look.js';
import { OwnBrowser } from './own.js';
import { composer, crash, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const line = await TornLine.start(world.url);
after(() => line.stop());
const words = {
	ru: { queued: 'Ждёт отправки', voice: 'Голосовое сообщение', recorder: 'Запись голосового сообщения', send: 'Отправить голосовое', half: 'Слово не договор', first: 'Первое без сети', last: 'Последнее без сети', file: 'Акт сверки.txt' },
	en: { queued: 'Waiting to be sent', voice: 'Voice message', recorder: 'Recording a voice message', send: 'Send the voice message', half: 'A word not quite fini', first: 'First without a network', last: 'Last without a network', file: 'Statement.txt' },
};
const holds = (page, text) => page.waitForFunction((wanted) => document.querySelector('[data-region=composer] textarea')?.value === wanted, text, { polling: 50 });

/** Whether the storage of a person holds so many of them. */
const stored = async ([person, store, wanted]) => {
	const asked = (request) => new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
	const db = await asked(indexedDB.open(`beseda-${person}`));
	const found = await asked(db.transaction(store).objectStore(store).count());
	db.close();
	return found >= wanted;
};

/** Whether the storage of a person holds a chat's window with this text: what its messages on their way are drawn under. */
const windowed = async ([person, chat, text]) => {
	const asked = (request) => new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
	const db = await asked(indexedDB.open(`beseda-${person}`));
	const found = await asked(db.transaction('windows').objectStore('windows').get(chat));
	db.close();
	return found?.window.messages.some((one) => one.text === text) ?? false;
};

for (const lang of ['ru', 'en']) {
	const w = words[lang];
	const log = (page) => page.locator('[role=log]');
	const waits = (page) => log(page).getByRole('img', { name: w.queued });
	const login = `boris${lang}`;
	let boris;
	let chat;
	let own;
	let page;
	after(() => own?.stop());

	step(`U-04 a page that dies within the second in which its reader types has every letter when it is opened again (${lang})`, async () => {
		boris = await world.employee('Борис Ким', login);
		await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: lang } } });
		chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
		let tab = await world.as(boris, `/chats/${chat.id}`, { lang });
		for (let turn = 1; turn <= 5; turn += 1) {
			const text = `${w.half} ${turn}`;
			await composer(tab).fill('');
			await composer(tab).pressSequentially(text);
			const context = tab.context();
			await crash(tab);
			tab = await context.newPage();
			await tab.goto(`/chats/${chat.id}`);
			await holds(tab, text);
		}
		// from here on any other device has it
		await until(tab, async ([id, text]) => (await (await fetch(`/api/v1/chats/${id}`)).json()).draft === text, [chat.id, `${w.half} 5`]);
		await tab.context().close();
	});

	step(`U-04 S2-11 S2-15 text, a file and a voice written without a network wait, survive a killed browser, and go once and in order (${lang})`, async () => {
		own = await OwnBrowser.start({ lang });
		page = await own.page(boris, `${line.url}/chats/${chat.id}`);
		await holds(page, `${w.half} 5`);
		await composer(page).fill('');
		await say(page, `${w.first} 0`);
		await gone(waits(page));
		// what the next start stands on without a server is kept
		await until(page, async () => {
			const kept = (await (await caches.open('beseda-shell-1')).keys()).map((one) => new URL(one.url).pathname);
			return ['/', 'VoiceRecorder', 'Attachments', 'media'].every((part) => kept.some((path) => path === part || (part !== '/' && path.includes(part))));
		});
		await until(page, stored, [boris.person.id, 'lists', 1]);
		// the window is kept a moment after its last message: a page that starts without a server draws nothing before it has one
		await until(page, windowed, [boris.person.id, chat.id, `${w.first} 0`]);
		// yesterday's browser was closed; today there is no network
		await own.close();
		await own.run();
		page = await own.open(`${line.url}/chats/${chat.id}`);
		await seen(log(page).getByText(`${w.first} 0`));
		line.away();
		await say(page, w.first);
		await page.locator('input[type=file]').first().setInputFiles({ name: w.file, mimeType: 'text/plain', buffer: Buffer.from('акт') });
		await seen(page.locator('[data-region=composer]').getByText(w.file));
		await composer(page).press('Enter');
		await page.getByRole('button', { name: w.voice }).click();
		const recorder = page.getByRole('group', { name: w.recorder });
		await until(page, () => /0:0[1-9]/.test(document.querySelector('[data-region=composer]').textContent));
		await recorder.getByRole('button', { name: w.send }).click();
		await say(page, w.last);
		await composer(page).pressSequentially(w.half);
		await count(waits(page), 4);
		// a row is drawn at once, and promised when the disk has it, which takes a moment with a file
		await until(page, stored, [boris.person.id, 'outbox', 4]);
		await until(page, stored, [boris.person.id, 'upload_bytes', 2]);
		await shot(page, `killed-before-${lang}`);
		await own.kill();

		await own.run();
		page = await own.open(`${line.url}/chats/${chat.id}`);
		await holds(page, w.half);
		// the thread from the disk first, then what is on its way
		await seen(log(page).getByText(`${w.first} 0`), 40_000);
		await count(waits(page), 4, 40_000);
		await seen(log(page).getByText(w.file));
		await shot(page, `killed-after-${lang}`);
		line.back();
		await seen(page.locator('section.thread .message').filter({ hasText: w.last }).filter({ hasNot: page.getByRole('img', { name: w.queued }) }), 40_000);
		await gone(waits(page));
		const { messages } = await world.call('GET', `/threads/${chat.id}/messages?limit=50`, { as: anna });
		const what = messages.filter((one) => one.kind === 'text').map((one) => plain(one.text) || one.files.map((file) => (file.duration_ms ? 'voice' : file.name)).join());
		assert.deepEqual(what, [`${w.first} 0`, w.first, w.file, 'voice', w.last]);
		await holds(page, w.half);
		await shot(page, `killed-sent-${lang}`);
	});
}
