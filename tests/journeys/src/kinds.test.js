// S1-61, S1-63, S1-84, S1-85, S3-06, S3-07, L-63, L-80: what goes to a client and comes from them in Telegram and WhatsApp, byte
// for byte, and the same talk in the application, in the Panel and on a phone. Two employees, either language.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import { faults } from './axe.js';
import { count, gone, seen, shot } from './look.js';
import { Outside } from './outside.js';
import { composer, inboxRow, message, say, words as sending } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';
import { zip } from './zip.js';

// WhatsApp brings messages itself, to an https address only.
const world = await World.start({ secure: true });
const doubles = await Outside.doubles({ authority: world.server.authority });
after(() => doubles.stop());
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const picture = await readFile(new URL('../../../web/public/icon-192.png', import.meta.url));
const paper = Buffer.from('%PDF-1.4\n% Счёт № 5\n%%EOF\n');
// As some office programs write it: what kind of paper it is stands deep inside.
const docx = zip({ 'word/numbering.xml': '<w:numbering/>', 'word/document.xml': '<w:document/>', '[Content_Types].xml': '<Types/>' });
const base64 = (bytes) => bytes.toString('base64');

await world.call('POST', '/channels', { as: anna, body: { kind: 'telegram', name: 'Бот', settings: { ...doubles.hello.telegram, receive: 'poll' } } });
await world.call('POST', '/channels', { as: anna, body: { kind: 'whatsapp', name: 'WhatsApp', settings: { ...doubles.hello.whatsapp, verify_token: 'a-word-for-meta' } } });
let hook;
while (!hook) hook = await doubles.tell('whatsapp', 'webhook');

/** What each messenger is written in and tells of what it got: names and bytes of files, words. */
const MESSENGERS = {
	telegram: {
		async inbound(from, words) {
			await doubles.tell('telegram', 'file', `photo-${from}`, base64(picture));
			await doubles.tell('telegram', 'file', `paper-${from}`, base64(paper));
			await doubles.tell('telegram', 'write', from, { photo: [{ file_id: `photo-${from}`, file_unique_id: `p${from}`, width: 192, height: 192, file_size: picture.length }], caption: words });
			await doubles.tell('telegram', 'write', from, { document: { file_id: `paper-${from}`, file_unique_id: `d${from}`, file_name: 'Счёт 5.pdf', mime_type: 'application/pdf', file_size: paper.length } });
		},
		async got() {
			const calls = await doubles.tell('telegram', 'calls');
			return { calls: calls.map((one) => one.method), words: calls.map((one) => one.parameters.caption ?? one.parameters.text ?? one.parameters.media?.[0]?.caption ?? ''), files: calls.flatMap((one) => one.files) };
		},
		// Three pictures are one album with one caption.
		album: ['sendMediaGroup'],
		parts: 0,
		anything: true,
	},
	whatsapp: {
		async inbound(from, words) {
			const tell = async (content) => assert.equal((await doubles.tell('whatsapp', 'write', hook, content, from))[0], 200, hook);
			const [photo, hash] = await doubles.tell('whatsapp', 'file', 'image/png', base64(picture));
			await tell({ type: 'image', image: { id: photo, sha256: hash, mime_type: 'image/png', caption: words } });
			const [file, its] = await doubles.tell('whatsapp', 'file', 'application/pdf', base64(paper));
			await tell({ type: 'document', document: { id: file, sha256: its, mime_type: 'application/pdf', filename: 'Счёт 5.pdf' } });
		},
		async got() {
			const { sent, files } = await doubles.tell('whatsapp', 'calls');
			return { calls: sent.map((one) => one.type), words: sent.map((one) => one.text?.body ?? one[one.type]?.caption ?? ''), files };
		},
		// One picture is one message there: the words go with the first.
		album: ['image', 'image', 'image'],
		parts: 3,
		// Meta names the kinds of papers it takes.
		anything: false,
	},
};
const LOOKS = {
	ru: { dark: false, clients: { telegram: 4711, whatsapp: 'Мария Петрова' }, words: 'Вот фото и счёт', panel: 'Клиенты', queue: 'Очередь', mine: 'Мои', close: 'Закрыть', more: 'Ещё', back: 'Назад', answer: 'Спасибо, получили', parts: 'части', lost: 'Этого чата здесь больше нет' },
	en: { dark: true, clients: { telegram: 4712, whatsapp: 'John Smith' }, words: 'A photo and the invoice', panel: 'Clients', queue: 'Queue', mine: 'Mine', close: 'Close', more: 'More', back: 'Back', answer: 'Thank you, got both', parts: 'parts', lost: 'This chat is no longer here' },
};
/** Waits until a messenger has got so many more files; answers just what came with them. */
async function more(kind, before, wanted, calls = 1) {
	const end = Date.now() + 20_000;
	let all;
	do {
		all = await MESSENGERS[kind].got();
		assert.ok(Date.now() < end, `${kind} got ${JSON.stringify(all.calls)}`);
	} while (all.files.length < before.files.length + wanted || all.calls.length < before.calls.length + calls);
	return { calls: all.calls.slice(before.calls.length), words: all.words.slice(before.words.length), files: all.files.slice(before.files.length) };
}
const attach = (page, files) => page.locator('input[type=file]').first().setInputFiles(files);
const shown = (page, text) => message(page, text).locator('.grid img');
/** The bytes behind a picture and a file of the open thread. */
async function original(page, text) {
	const src = await shown(page, text).first().getAttribute('src');
	const id = /files\/([0-9a-f-]{36})/.exec(src)[1];
	return (await page.request.get(`/api/v1/files/${id}`)).body();
}

for (const [lang, look] of Object.entries(LOOKS)) {
	for (const kind of Object.keys(MESSENGERS)) {
		const at = `${kind} (${lang})`;
		const words = `${look.words}, ${kind}`;
		let app;
		let desk;
		let panel;

		step(`S1-84 ${at}: a photo and a document come as they were sent, in the application and in the Panel`, async () => {
			for (const as of [anna, boris]) await world.call('PATCH', '/me', { as, body: { preferences: { language: lang, theme: look.dark ? 'dark' : 'light' } } });
			await MESSENGERS[kind].inbound(look.clients[kind], words);
			desk = await world.as(boris, '/inbox/queue', { lang, dark: look.dark });
			await inboxRow(desk, '').first().click();
			await seen(shown(desk, words));
			assert.ok(picture.equals(await original(desk, words)), 'the picture has the bytes it was sent with');
			panel = await world.as(anna, '/chats', { lang, dark: look.dark, width: 400, height: 720 });
			await panel.goto('/panel');
			await panel.getByRole('tab', { name: new RegExp(`^${look.panel}`) }).click();
			await panel.locator('.groups').getByRole('link', { name: new RegExp(`^${look.queue}`) }).click();
			await count(panel.locator('.groups a'), 3);
			await shot(panel, `kinds-panel-list-${kind}-${lang}`);
			assert.deepEqual(await faults(panel), []);
			await inboxRow(panel, '').first().click();
			await seen(shown(panel, words));
			assert.ok(picture.equals(await original(panel, words)));
			const [download] = await Promise.all([panel.waitForEvent('download'), message(panel, 'Счёт 5.pdf').getByRole('link').click()]);
			assert.ok(paper.equals(await readFile(await download.path())), 'and so has the document');
			await shot(panel, `kinds-panel-${kind}-${lang}`);
			assert.equal(await panel.evaluate(() => document.documentElement.scrollWidth), 400);
			assert.deepEqual(await faults(panel), []);
		});

		step(`S1-61 S1-84 S1-85 S3-06 ${at}: a picture, a pdf, a docx${MESSENGERS[kind].anything ? ' and a file nobody knows' : ''} go from the Panel as such`, async () => {
			const before = await MESSENGERS[kind].got();
			const files = [
				{ name: 'лампа.png', mimeType: 'image/png', buffer: picture },
				{ name: 'договор.pdf', mimeType: 'application/pdf', buffer: paper },
				{ name: 'акт.docx', mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', buffer: docx },
				{ name: 'чертёж.xyz', mimeType: '', buffer: Buffer.from('who knows') },
			].slice(0, MESSENGERS[kind].anything ? 4 : 3);
			await attach(panel, files);
			await say(panel, look.answer);
			await seen(message(panel, look.answer));
			// S1-75: hers now; with the chat still open before him, Boris reads that it is not his to see, and sees nothing of it.
			await seen(desk.getByText(look.lost));
			await gone(message(desk, words));
			await desk.context().close();
			const id = new URL(panel.url()).pathname.split('/').at(-1);
			assert.equal(new URL(panel.url()).pathname, `/panel/inbox/my/${id}`);
			app = await world.as(anna, `/inbox/my/${id}`, { lang, dark: look.dark });
			for (const one of files.slice(1)) await seen(message(app, look.answer).getByText(one.name));
			// S3-06: the words are the caption of the first.
			const got = await more(kind, before, files.length);
			const names = got.files.map((one) => one.name);
			for (const one of files.slice(1)) {
				const its = got.files[names.indexOf(one.name)];
				assert.ok(its && Buffer.from(its.bytes, 'base64').equals(one.buffer), `${one.name}: ${names}`);
			}
			assert.ok(got.files.some((one) => Buffer.from(one.bytes, 'base64').equals(picture)), `${names}`);
			assert.deepEqual([got.words[0], got.words.join('')], [look.answer, look.answer], 'once, with the first');
		});

		step(`S3-06 S3-07 ${at}: three pictures go as the messenger can, and stand here as one message with its parts`, async () => {
			const before = await MESSENGERS[kind].got();
			await attach(panel, [1, 2, 3].map((n) => ({ name: `${n}.png`, mimeType: 'image/png', buffer: picture })));
			const text = `${look.answer} × 3`;
			await say(panel, text);
			await count(shown(panel, text), 3);
			const { album, parts } = MESSENGERS[kind];
			const got = await more(kind, before, 3, album.length);
			assert.deepEqual(got.calls, album);
			assert.deepEqual(got.words, [text, ...album.slice(1).map(() => '')], 'the words go with the first');
			await count(message(app, text), 1);
			if (parts) await seen(message(app, text).getByRole('img', { name: new RegExp(`3\\S*\\s${look.parts}`) }));
			await shot(app, `kinds-three-${kind}-${lang}`);
		});

		step(`S1-63 L-63 ${at}: what was answered in the Panel goes on in the application and on a phone; closed, it leaves the Panel`, async () => {
			const id = new URL(panel.url()).pathname.split('/').at(-1);
			const phone = await world.as(anna, `/inbox/my/${id}`, { lang, dark: look.dark, width: 390, height: 844, touch: true });
			// There Enter begins a line.
			await composer(phone).fill(`${look.answer} (2)`);
			await phone.getByRole('button', { name: sending[lang].send, exact: true }).click();
			await Promise.all([seen(message(app, `${look.answer} (2)`)), seen(message(panel, `${look.answer} (2)`))]);
			await say(app, `${look.answer} (3)`);
			await Promise.all([seen(message(phone, `${look.answer} (3)`)), seen(message(panel, `${look.answer} (3)`))]);
			await panel.getByRole('button', { name: look.back, exact: true }).click();
			await panel.locator('.groups').getByRole('link', { name: new RegExp(`^${look.mine}`) }).click();
			await seen(inboxRow(panel, `${look.answer} (3)`));
			await app.locator('header').getByRole('button', { name: look.close }).first().click();
			await gone(inboxRow(panel, `${look.answer} (3)`));
			await app.goto('/inbox/closed');
			await seen(inboxRow(app, `${look.answer} (3)`));
			for (const page of [phone, app, panel]) await page.context().close();
		});
	}

	step(`L-80 P-26 an edited WhatsApp message shows as edited, to both (${lang})`, async () => {
		const said = `${look.words}?`;
		const from = look.clients.whatsapp;
		const [, id] = await doubles.tell('whatsapp', 'write', hook, { type: 'text', text: { body: said } }, from);
		const page = await world.as(anna, '/inbox/all', { lang, dark: look.dark });
		await inboxRow(page, said).click();
		await seen(message(page, said));
		const chat = new URL(page.url()).pathname.split('/').at(-1);
		await world.call('POST', `/client-chats/${chat}/observers`, { as: anna, body: { add: [boris.person.id], remove: [] } });
		const beside = await world.as(boris, `/inbox/watched/${chat}`, { lang, dark: look.dark });
		await seen(message(beside, said));
		await doubles.tell('whatsapp', 'write', hook, { type: 'edit', edit: { original_message_id: id, message: { type: 'text', text: { body: `${said}!` } } } }, from);
		for (const one of [page, beside]) {
			await seen(message(one, `${said}!`).getByText(lang === 'ru' ? 'изменено' : 'edited'));
			await count(message(one, said), 1);
		}
		await say(page, look.answer);
		await seen(message(beside, look.answer));
		for (const one of [page, beside]) await one.context().close();
	});
}
