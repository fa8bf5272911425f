// The company's mail server: named, tried, kept; and who wants letters says so. The other end is nodemailer's own server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { faults } from './axe.js';
import { gone, seen, shot, until } from './look.js';
import { toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const letters = [];
/** A mail server that takes letters from who signs in; its certificate is nobody's. */
async function mailServer(options) {
	const server = new SMTPServer({
		authOptional: false,
		onAuth: ({ username, password }, _, done) => (username === 'beseda' && password === 'секрет' ? done(null, { user: username }) : done(new Error('Invalid credentials'))),
		onData(stream, session, done) {
			const parts = [];
			stream.on('data', (part) => parts.push(part));
			stream.on('end', () => (letters.push({ to: session.envelope.rcptTo.map((one) => one.address), text: Buffer.concat(parts).toString() }), done()));
		},
		...options,
	});
	server.on('error', () => {}); // who does not trust the certificate hangs up
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	after(() => server.close());
	return server.server.address().port;
}
const open = await mailServer({ hideSTARTTLS: true, allowInsecureAuth: true });
const closed = await mailServer({ secure: true });
let page;
const field = (name) => page.getByLabel(name, { exact: true });

step('U-25 the notification settings say why there are no letters yet', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { email: 'anna@romashka.example' } });
	const other = await world.as(boris, '/settings/notifications');
	await seen(other.getByText('Почта не подключена'));
	assert.equal(await other.getByRole('checkbox', { name: /Почта/ }).first().isDisabled(), true);
	await other.context().close();
});

step('U-25 a wrong password, a foreign certificate and a silent server are told apart, and nothing typed is lost', async () => {
	page = await world.as(anna, '/settings/mail');
	await seen(page.getByRole('heading', { name: 'Почтовый сервер' }));
	await shot(page, 'mail-empty');
	assert.deepEqual(await faults(page), []);
	await field('Сервер (SMTP)').fill('127.0.0.1');
	await field('Защита').selectOption('none');
	assert.equal(await field('Порт').inputValue(), '25', 'the usual port goes with the kind of security');
	await field('Порт').fill(String(open));
	await field('Логин').fill('beseda');
	await field('Пароль').fill('не тот');
	await field('Адрес отправителя').fill('beseda@romashka.example');
	const test = page.getByRole('button', { name: 'Отправить письмо себе' });
	await test.click();
	await seen(page.getByText('Почтовый сервер не принял логин и пароль'));
	await shot(page, 'mail-refused');
	assert.deepEqual(await faults(page), []);
	await field('Защита').selectOption('tls');
	assert.equal(await field('Порт').inputValue(), String(open), 'a port that was typed stays');
	await field('Порт').fill(String(closed));
	await test.click();
	await seen(page.getByText('Защищённое соединение не получилось'));
	await field('Порт').fill('1');
	await test.click();
	await seen(page.getByText('Почтовый сервер не отвечает'));
	assert.equal(await field('Логин').inputValue(), 'beseda');
	assert.deepEqual(letters, []);
});

step('U-25 with the right words a letter comes, and the server is kept without showing its password', async () => {
	await field('Защита').selectOption('none');
	await field('Порт').fill(String(open));
	await field('Пароль').fill('секрет');
	await page.getByRole('button', { name: 'Отправить письмо себе' }).click();
	await seen(page.getByText('anna@romashka.example'));
	assert.deepEqual(letters[0].to, ['anna@romashka.example']);
	assert.match(letters[0].text, /^Auto-Submitted: auto-generated\r$/m);
	await page.getByRole('button', { name: 'Сохранить' }).click();
	await seen(toast(page, 'Сохранено'));
	assert.equal(await field('Пароль').inputValue(), '');
	await seen(page.getByText('Сохранён. Заполните, чтобы заменить'));
	await shot(page, 'mail-kept');
	// the kept password is used when the field is left empty
	const answered = page.waitForResponse('**/mail-server/test');
	await page.getByRole('button', { name: 'Отправить письмо себе' }).click();
	assert.equal((await answered).status(), 200);
	assert.equal(letters.length, 2);
});

step('U-25 who has an address chooses what comes by mail; in English, in the dark, on a phone', async () => {
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: 'en', theme: 'dark' } } });
	// on a phone Settings stand without the rail that tells a session is open
	const other = await world.as(boris, '/chats', { lang: 'en', dark: true, width: 390, height: 844 });
	await other.goto('/settings/notifications');
	await seen(other.getByText('To get letters, put an e-mail into your profile'));
	await world.call('PATCH', '/me', { as: boris, body: { email: 'boris@romashka.example' } });
	await other.reload();
	await seen(other.getByText('boris@romashka.example'));
	await other.getByRole('checkbox', { name: /A direct message.*E-mail/ }).check({ force: true });
	await until(other, async () => (await (await fetch('/api/v1/notices/settings')).json()).matrix.direct.email);
	assert.deepEqual(await faults(other), []);
	await shot(other, 'mail-ways-390');
	await other.context().close();
	const phone = await world.as(anna, '/chats', { width: 390, height: 844, dark: true });
	await phone.goto('/settings/mail');
	await seen(phone.getByRole('button', { name: 'Отправить письмо себе' }));
	assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
	await shot(phone, 'mail-390');
	assert.deepEqual(await faults(phone), []);
	await phone.context().close();
});

step('U-25 a mail server is forgotten after a question', async () => {
	await page.getByRole('button', { name: 'Отключить почту' }).click();
	await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Отключить почту' }).click();
	await gone(page.getByRole('button', { name: 'Отключить почту' }));
	assert.equal((await world.call('GET', '/mail-server', { as: anna })).server, null);
});
