// M-01: an administrator sees what did not reach a client, why, and what became of it hop by hop; and sends it again. The
// messenger is a Bot API server that we did not write, behind a line that answers for it when a test says so.
import assert from 'node:assert/strict';
import telegram from 'telegram-test-api';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createServer as listener } from 'node:net';
import { after } from 'node:test';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { choose, inboxRow, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const Vendor = telegram.default ?? telegram;
const TOKEN = '123456:delivery_by_hops';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const free = listener().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
await new Promise((done) => free.close(done));
const vendor = new Vendor({ port, host: '127.0.0.1' });
await vendor.start();
after(() => vendor.stop());

/** What the messenger says instead of taking a message; null: it takes it. */
let refusal = null;
const line = createServer((asked, answer) => {
	if (refusal && asked.url.endsWith('/sendMessage')) {
		asked.resume();
		answer.writeHead(400, { 'Content-Type': 'application/json' });
		return answer.end(JSON.stringify({ ok: false, error_code: 400, description: refusal }));
	}
	const on = request({ port, host: '127.0.0.1', method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
		answer.writeHead(got.statusCode, got.headers);
		got.pipe(answer);
	});
	on.on('error', () => answer.destroy());
	asked.pipe(on);
});
line.listen(0, '127.0.0.1');
await once(line, 'listening');
after(() => (line.closeAllConnections(), line.close()));
const person = vendor.getClient(TOKEN, { chatId: 4711, userId: 4711, firstName: 'Мария', userName: 'maria' });
let page;

step('M-01 the way of a refused message says what the messenger answered', async () => {
	const settings = { token: TOKEN, receive: 'poll', base_url: `http://127.0.0.1:${line.address().port}` };
	await world.call('POST', '/channels', { as: anna, body: { kind: 'telegram', name: 'Бот поддержки', settings } });
	await person.sendMessage(person.makeMessage('Где мой заказ?'));
	page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'Где мой заказ').click();
	await seen(message(page, 'Где мой заказ'));
	refusal = 'Bad Request: chat is under repair';
	await say(page, 'Едет к вам');
	await seen(message(page, 'Едет к вам').getByText('chat is under repair'));
	await message(page, 'Едет к вам').click({ button: 'right' });
	await choose(page, 'Путь сообщения');
	const way = page.getByRole('dialog', { name: 'Путь сообщения' });
	for (const words of ['Отправлено через', 'Написано и поставлено в очередь', 'Передаём мессенджеру', 'Не отправлено', 'chat is under repair']) await seen(way.getByText(words));
	await shot(page, 'way-failed');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
	await message(page, 'Где мой заказ').click({ button: 'right' });
	await choose(page, 'Путь сообщения');
	await seen(way.getByText('Получено от мессенджера и записано на диск'));
	await seen(way.getByText('Разобрано и поставлено в чат'));
	await page.keyboard.press('Escape');
});

step('M-01 U-01 the list names it with its reason; sent again it leaves the list only when the messenger took it', async () => {
	await page.goto('/settings/delivery');
	const row = page.getByRole('listitem').filter({ hasText: 'Едет к вам' });
	await seen(row.getByText('chat is under repair'));
	await seen(row.getByText('Мария'));
	await shot(page, 'delivery');
	assert.deepEqual(await faults(page), []);
	const again = row.getByRole('button', { name: 'Отправить ещё раз' });
	await again.click();
	await seen(toast(page, 'Отправляем ещё раз'));
	await page.getByRole('button', { name: 'Обновить' }).click();
	await seen(row.getByText('chat is under repair'));
	refusal = null;
	await again.click();
	await gone(row.getByRole('button', { name: 'Отправить ещё раз' }));
	await page.getByRole('button', { name: 'Обновить' }).click();
	await seen(page.getByText('Всё дошло'));
	const { result } = await person.getUpdates();
	assert.deepEqual(result.map((one) => one.message.text), ['Едет к вам'], 'the client has it once');
});

step('M-01 what nobody wants to send any more is taken off the list; in English and on a phone', async () => {
	refusal = 'Bad Request: no';
	await page.goto('/inbox');
	await inboxRow(page, 'Едет к вам').click();
	await say(page, 'Уже неважно');
	await seen(message(page, 'Уже неважно').getByText('Bad Request: no'));
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const phone = await world.as(anna, '/settings/delivery');
	await phone.setViewportSize({ width: 390, height: 844 });
	await seen(phone.getByText('The messenger said'));
	await shot(phone, 'delivery-phone-dark');
	assert.deepEqual(await faults(phone), []);
	await phone.getByRole('button', { name: 'Take off the list' }).click();
	await phone.getByRole('dialog').getByRole('button', { name: 'Take off the list' }).click();
	await seen(phone.getByText('Everything arrived'));
	await phone.getByRole('tab', { name: 'Comparison with messengers' }).click();
	await seen(phone.getByText('No connected channel keeps a history'));
	await shot(phone, 'delivery-comparisons');
});
