// P-17, L-74, L-77: an employee's own Telegram account in a browser: signing in by a code on the screen and by number, code
// and password; marking chats as work; who is on duty. The data centre is made of Telethon's codec.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { Outside } from './outside.js';
import { seen, shot } from './look.js';
import { inboxRow, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const [ANNA, BORIS] = [501, 502];
const world = await World.start();
const step = story(world);
const centre = await Outside.start('mtproto_dc.py');
after(() => centre.stop());
const olga = await world.company({ admin: 'Ольга' });
// Only in tests may the server reach a data centre that is not Telegram's.
await world.server.end('SIGTERM');
world.server.env = { BESEDA_REACHABLE: '["127.0.0.1"]' };
await world.server.run();
await world.employee('Вера Дежурная', 'vera');
await centre.tell('has', ANNA, 'Анна Клиентова', '79161112233');
await centre.tell('has', BORIS, 'Борис Брат', '79162223344');

/** No form leads to another data centre: the test adds it to what the page sends. */
const led = async (page) => {
	await page.route('**/api/v1/channels/sign-in', (route) => {
		const body = route.request().postDataJSON();
		return route.continue({ postData: JSON.stringify({ ...body, settings: { ...body.settings, server: centre.hello.server } }) });
	});
	return page;
};

const fill = async (page) => {
	await page.getByLabel('api_id').fill('12345');
	await page.getByLabel('api_hash').fill('0123456789abcdef0123456789abcdef');
};

let account;

step('L-77 a code on the screen is scanned with the phone', async () => {
	const page = await led(await world.as(olga, '/settings/channels/new/telegram_account', { worker: false }));
	await seen(page.getByText('Это аккаунт живого человека'));
	assert.equal(await page.getByRole('button', { name: 'Войти' }).isDisabled(), true, 'not without consent');
	await page.getByText('Хозяин аккаунта это знает и согласен').click();
	await page.getByLabel('api_id').fill('many');
	await page.getByLabel('api_hash').fill('0123456789abcdef0123456789abcdef');
	await page.getByRole('button', { name: 'Войти' }).click();
	await seen(page.getByText('Значение не подходит'));
	await fill(page);
	assert.deepEqual(await faults(page), [], 'the form of an account');
	await shot(page, 'account-form');
	await page.getByRole('button', { name: 'Войти' }).click();
	await seen(page.getByRole('img', { name: 'Отсканируйте код телефоном' }));
	assert.deepEqual(await faults(page), [], 'the code on the screen');
	await shot(page, 'account-code');
	await centre.tell('scan');
	await seen(page.getByText(/Вы вошли: .*Лавка/));
	await page.getByRole('button', { name: 'Подключить' }).click();
	await page.waitForURL(/settings\/channels\/[0-9a-f-]{36}$/);
	account = new URL(page.url()).pathname.split('/').at(-1);
	await seen(page.getByText('Работает', { exact: true }));
	await page.context().close();
});

step('P-17 L-74 chats are marked, somebody is on duty, and a client is answered', async () => {
	await centre.tell('says', BORIS, 'Мама звонила?');
	await centre.tell('says', ANNA, 'Здравствуйте');
	const page = await world.as(olga, `/settings/channels/${account}`);
	await page.getByLabel('Кто с телефоном').selectOption({ label: 'Вера Дежурная' });
	await seen(toast(page, 'Сохранено'));
	await page.getByRole('button', { name: 'Показать чаты' }).click();
	await seen(page.getByText('Борис Брат'));
	await page.getByRole('switch', { name: 'Анна Клиентова' }).click();
	await seen(page.getByText('приходит в Беседу'));
	assert.deepEqual(await faults(page), [], 'the page of an account');
	await shot(page, 'account-page');
	await centre.tell('says', ANNA, 'Есть чёрная лампа?');
	await page.goto('/inbox/queue');
	await inboxRow(page, 'чёрная лампа').click();
	await seen(message(page, 'Есть чёрная лампа?'));
	await say(page, 'Есть, две');
	await seen(message(page, 'Есть, две'));
	await centre.tell('phone_says', ANNA, 'Приезжайте до семи');
	await seen(message(page, 'Приезжайте до семи').getByText('Вера Дежурная'));
	await shot(page, 'account-talk');
	let sent = [];
	while (!sent.length) ({ sent } = await centre.tell('state'));
	assert.deepEqual(sent.map((one) => one.text), ['Есть, две']);
	await page.context().close();
});

step('L-77 the session ends on the phone; number, code and password sign in again', async () => {
	await centre.tell('revoke');
	await centre.tell('set_password', 'лампа-2030', 'что на потолке');
	const page = await led(await world.as(olga, '/chats', { width: 390, height: 844, dark: true, worker: false }));
	await page.goto(`/settings/channels/${account}`);
	await page.getByRole('button', { name: 'Проверить сейчас' }).click();
	await seen(page.getByText('Не работает', { exact: true }));
	await page.getByLabel('Как войти').selectOption({ label: 'По номеру и коду из сообщения' });
	await page.getByLabel('Номер телефона').fill('8 916 000-00-01');
	await page.getByRole('button', { name: 'Сохранить' }).click();
	await seen(toast(page, 'Сохранено'));
	await page.getByRole('button', { name: 'Войти снова' }).click();
	await page.getByLabel('Код из Telegram').fill('11111');
	await page.getByRole('button', { name: 'Дальше' }).click();
	await seen(page.getByText('Код не подошёл'));
	await page.getByLabel('Код из Telegram').fill('24680');
	await page.keyboard.press('Enter');
	await seen(page.getByText(/Подсказка хозяина: .*что на потолке/));
	await page.getByLabel('Пароль двухэтапной проверки').fill('люстра');
	await page.keyboard.press('Enter');
	await seen(page.getByText('Пароль не подошёл'));
	assert.deepEqual(await faults(page), [], 'the password on a phone');
	await shot(page, 'account-password-390-dark');
	await page.getByLabel('Пароль двухэтапной проверки').fill('лампа-2030');
	await page.getByRole('button', { name: 'Дальше' }).click();
	await seen(page.getByText('Вход обновлён'));
	await seen(page.getByText('Работает', { exact: true }));
	await page.context().close();
});

step('L-77 the same words in English', async () => {
	await world.call('PATCH', '/me', { as: olga, body: { preferences: { language: 'en' } } });
	const page = await world.as(olga, '/chats', { lang: 'en', width: 390, height: 844 });
	await page.goto('/settings/channels/new/telegram_account');
	await seen(page.getByText('This is the account of a living person'));
	await shot(page, 'account-form-390-en');
	await page.goto(`/settings/channels/${account}`);
	await seen(page.getByText('Who has the phone'));
	await shot(page, 'account-page-390-en');
	await page.context().close();
});
