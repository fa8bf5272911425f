// P-23: a program of the company becomes a channel. The example for developers runs as it stands in the document; people
// talk with its client in a browser, in both languages, by asking and by delivery.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seen, shot } from './look.js';
import { inboxRow, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const SECRET = 'a-secret-of-this-journey';
const ABILITIES = '{"edit":{"own":true},"delete":{"own":true},"receipts":{"delivered":true,"read":true},"idempotent":true}';
const EXAMPLE = fileURLToPath(new URL('../../../docs/examples/own-channel/echo.mjs', import.meta.url));

async function freePort() {
	const listener = createServer().listen(0, '127.0.0.1');
	await once(listener, 'listening');
	const { port } = listener.address();
	await new Promise((done) => listener.close(done));
	return port;
}

/** The example, running; ends with the file. */
async function example(more = {}) {
	const port = more.PORT ?? String(await freePort());
	const child = spawn(process.execPath, [EXAMPLE], { env: { ...process.env, SECRET, PORT: port, ...more }, stdio: ['pipe', 'pipe', 'inherit'] });
	after(() => child.kill());
	const heard = [];
	child.stdout.setEncoding('utf8').on('data', (words) => heard.push(words));
	await once(child.stdout, 'data');
	return { port, url: `http://127.0.0.1:${port}/beseda`, type: (line) => child.stdin.write(`${line}\n`), heard: () => heard.join(''), kill: () => child.kill() };
}

const world = await World.start();
const step = story(world);
const anna = await world.company();
const program = await example();

step('P-23 the administrator connects the program; a wrong secret is told in words', async () => {
	const form = await world.as(anna, '/settings/channels/new');
	await form.getByText('Свой канал', { exact: true }).first().click();
	const field = (name) => form.getByRole('textbox', { name });
	await seen(field('Адрес программы'));
	await shot(form, 'own-form-ru');
	await field('Адрес программы').fill(program.url);
	await form.getByLabel('Общий секрет').fill('another-secret-of-it');
	await field('Что умеет программа').fill(ABILITIES);
	await form.getByRole('button', { name: 'Проверить' }).click();
	await seen(form.getByText('The signature is wrong: compare secrets and clocks'));
	await form.getByLabel('Общий секрет').fill(SECRET);
	await form.getByRole('button', { name: 'Проверить' }).click();
	await seen(form.getByText('Echo').last());
	await form.getByRole('button', { name: /Подключить|Сохранить/ }).last().click();
	await seen(form.getByText('Работает').first());
	await shot(form, 'own-connected-ru');
	await form.context().close();
});

step('P-23 its client writes, is answered and has read; a file comes back as it went', async () => {
	program.type('Есть *чёрная* лампа?');
	const page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'лампа').click();
	await seen(message(page, 'Есть *чёрная* лампа?'));
	await say(page, 'Есть, **две**');
	await seen(message(page, 'Echo: Есть, две'));
	await seen(message(page, 'Есть, две').first().getByRole('img', { name: 'Прочитано' }));
	assert.match(program.heard(), /answer: Есть, две\n/);
	await page.locator('input[type=file]').first().setInputFiles({ name: 'Акт.txt', mimeType: 'text/plain', buffer: Buffer.from('акт') });
	await say(page, 'Вот акт');
	await seen(message(page, 'Echo: Вот акт').getByText('Акт.txt'));
	await shot(page, 'own-talk-ru');
	await page.context().close();
});

step('P-23 in English and by night the form and the talk say the same', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const look = { lang: 'en', dark: true };
	const form = await world.as(anna, '/settings/channels/new', look);
	await form.getByText('Own channel', { exact: true }).first().click();
	await seen(form.getByRole('textbox', { name: 'Address of the program' }));
	await shot(form, 'own-form-en-dark');
	await form.context().close();
	const page = await world.as(anna, '/inbox/my', look);
	await inboxRow(page, 'Echo').first().click();
	await seen(message(page, 'Echo: Вот акт'));
	await say(page, 'Anything else?');
	await seen(message(page, 'Echo: Anything else?'));
	await shot(page, 'own-talk-en-dark');
	await page.context().close();
});

step('P-23 the same program delivers by itself', async () => {
	const settings = { url: program.url, secret: SECRET, receive: 'webhook' };
	const account = await world.call('POST', '/channels', { as: anna, body: { kind: 'own', name: 'Вторая касса', settings } });
	const hook = `${world.url}${new URL(account.webhook).pathname}`;
	program.kill();
	const second = await example({ HOOK: hook, PORT: program.port });
	second.type('Через вебхук');
	const page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'Через вебхук').click();
	await say(page, 'Слышу');
	await seen(message(page, 'Echo: Слышу'));
	await page.context().close();
});
