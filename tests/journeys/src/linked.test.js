// X-16, P-15, L-77: WhatsApp as a linked device is connected in a browser: its risk is said and agreed to, a code is scanned or
// typed on the phone. Beside the server stands what the program beseda-whatsapp-device answers, signatures checked.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { faults } from './axe.js';
import { seen, shot } from './look.js';
import { story } from './story.js';
import { World } from './world.js';

const SECRET = 'a-secret-of-this-journey';
let stands = { state: 'scan', code: '2@abcdefghijklmnop', until: Date.now() + 60_000 };
const asked = [];
const program = createServer(async (request, response) => {
	let body = '';
	for await (const chunk of request) body += chunk;
	const said = request.method === 'GET' ? `GET ${request.url}` : body;
	const want = createHmac('sha256', SECRET).update(`${request.headers['x-beseda-timestamp']}.${said}`).digest('hex');
	const proven = request.headers['x-beseda-signature'] === want;
	const told = request.method === 'POST' && body ? JSON.parse(body) : {};
	if (proven) asked.push(told);
	const answer = !proven ? { code: 'signature' } : told.type === 'sign_in' ? stands : told.type === 'check' ? { ok: true, name: '+79990000000' } : { events: [], cursor: 'a.0' };
	response.writeHead(proven ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
await new Promise((resolve) => program.listen(0, '127.0.0.1', resolve));
after(() => program.close());
const address = `http://127.0.0.1:${program.address().port}`;

const world = await World.start();
const step = story(world);
const olga = await world.company({ admin: 'Ольга' });
const place = '/settings/channels/new/whatsapp_device';

step('X-16 the risk is said, and nothing begins before it is agreed to', async () => {
	const page = await world.as(olga, place);
	await seen(page.getByText('WhatsApp не разрешает такие программы'));
	await seen(page.getByText('На настоящем WhatsApp не проверено'));
	assert.equal(await page.getByRole('button', { name: 'Войти' }).isDisabled(), true);
	assert.deepEqual(await faults(page), []);
	await shot(page, 'linked-form');
	await page.getByText('Хозяин аккаунта это знает и согласен').click();
	await page.getByLabel('Адрес программы').fill(address);
	await page.getByLabel('Общий секрет').fill('short');
	await page.getByRole('button', { name: 'Войти' }).click();
	await seen(page.getByText('Значение не подходит'));
	await page.getByLabel('Общий секрет').fill(SECRET);
	await page.getByRole('button', { name: 'Войти' }).click();
	await seen(page.getByRole('img', { name: 'Отсканируйте код телефоном' }));
	await shot(page, 'linked-code');
	stands = { state: 'done', name: '+79990000000' };
	await seen(page.getByText(/Вы вошли: .*\+79990000000/));
	await page.getByRole('button', { name: 'Подключить' }).click();
	await seen(page.getByRole('heading', { name: 'WhatsApp (устройство)' }));
	await page.close();
});

step('X-16 L-77 by number, a code is typed on the phone; in English, dark, 390 wide', async () => {
	await world.call('PATCH', '/me', { as: olga, body: { preferences: { language: 'en', theme: 'dark' } } });
	stands = { state: 'type', code: 'ABCD-1234', until: Date.now() + 60_000 };
	const page = await world.as(olga, place, { lang: 'en', dark: true });
	await page.setViewportSize({ width: 390, height: 844 });
	await page.getByText("The account's owner knows this and agrees").click();
	await page.getByLabel('Address of the program').fill(address);
	await page.getByLabel('Shared secret').fill(SECRET);
	await page.getByLabel('How to link').selectOption('phone');
	await page.getByLabel('Phone number').fill('+7 999 000-00-00');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await seen(page.getByText('ABCD-1234'));
	assert.ok(asked.some((one) => one.type === 'sign_in' && one.given.phone), 'the number reached the program');
	assert.deepEqual(await faults(page), []);
	await shot(page, 'linked-type-en');
});
