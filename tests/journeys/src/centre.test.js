// L-79, S1-71, S1-72: an employee connects their own messenger and answers a client of the site from it, against a Bot API server that we did not write.
import assert from 'node:assert/strict';
import telegram from 'telegram-test-api';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after } from 'node:test';
import { faults } from './axe.js';
import { count, seen, shot } from './look.js';
import { inboxRow, message } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const Vendor = telegram.default ?? telegram;
const TOKEN = '123456:outside_judge_of_a_desk';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const site = await world.widget();
const key = /data-key="([^"]+)"/.exec(site.snippet)[1];

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
const phone = vendor.getClient(TOKEN, { chatId: 501, userId: 501, firstName: 'Борис', userName: 'boris_k', timeout: 10_000 });

/** What the bot tells the phone until it says these words. */
async function told(words) {
	for (;;) {
		const { result } = await phone.getUpdates();
		const found = result.map((one) => one.message ?? one).find((one) => words.test(one.text ?? ''));
		if (found) return found;
	}
}

let page;
step('L-79 the administrator connects a bot for colleagues', async () => {
	const form = await world.as(anna, '/settings/channels/new/telegram');
	await form.getByLabel('Токен бота').fill(TOKEN);
	await form.getByLabel('Кто пишет боту').selectOption('colleagues');
	await form.getByLabel('Как получать сообщения').selectOption('poll');
	await form.getByLabel('Адрес Bot API').fill(vendor.config.apiURL);
	await count(form.getByText('Очередь', { exact: true }), 0);
	await shot(form, 'centre-form-ru');
	await form.getByRole('button', { name: 'Проверить' }).click();
	await form.getByRole('button', { name: 'Подключить' }).click();
	await seen(form.getByText('Работает').first());
	await form.context().close();
});

step('L-79 the employee opens it by the code of their own settings and is told a number', async () => {
	page = await world.as(boris, '/settings/centre');
	await shot(page, 'centre-empty-ru');
	await page.getByRole('button', { name: 'Показать код' }).click();
	const link = await page.getByText(/start=/).first().innerText();
	await seen(page.getByRole('img', { name: 'Код для телефона' }));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'centre-code-ru');
	const token = /start=([\w-]+)/.exec(link)[1];
	await phone.sendCommand(phone.makeCommand(`/start ${token}`));
	await told(/Request №\W*1/);
	await seen(page.getByText(/Заявка №\W*1/));
});

step('L-79 the administrator sees whose link it was and ties them; the phone is told', async () => {
	const desk = await world.as(anna, '/settings/centre', { dark: true });
	await desk.setViewportSize({ width: 390, height: 844 });
	await seen(desk.getByText(/Борис Ким/).first());
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'centre-request-390-dark');
	await desk.getByRole('button', { name: /Confirm|Подтвердить/ }).click();
	await seen(desk.getByRole('button', { name: /^(Disconnect|Отвязать)$/ }).first());
	await shot(desk, 'centre-tied-390-dark');
	await told(/Готово/);
	await seen(page.getByText(/Подключено/));
	await shot(page, 'centre-mine-ru');
	await desk.context().close();
});

step('S1-71 S1-72 a client of the site writes to the phone; the reply stands in the talk once, with its author and its mark', async () => {
	await page.getByRole('switch', { name: /ждут в моих очередях/ }).click();
	await page.goto('/inbox/queue');
	await world.visitor({ key, as: anna, text: 'Есть чёрная лампа?' });
	await seen(inboxRow(page, 'чёрная лампа'));
	const note = await told(/Есть чёрная лампа\?/);
	assert.match(note.text, /Сайт · № 1/);
	const buttons = JSON.parse(typeof note.reply_markup === 'string' ? note.reply_markup : JSON.stringify(note.reply_markup)).inline_keyboard[0];
	await phone.sendCallback(phone.makeCallbackQuery(buttons[0].callback_data));
	await told(/чат ваш/);
	await phone.sendMessage(phone.makeMessage('Есть, две штуки'));
	await page.goto('/inbox/my');
	await inboxRow(page, 'Есть, две штуки').click();
	const answer = message(page, 'Есть, две штуки');
	await seen(answer);
	await count(answer, 1);
	await seen(page.getByText('Telegram', { exact: true }).first());
	await shot(page, 'centre-answer-ru');
	await page.context().close();
});
