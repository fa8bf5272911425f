// P-21, M-01: a mailbox behind TLS at servers that others wrote (aiosmtpd takes letters, pymap keeps them): connecting it, a letter
// that comes while the server waits for it, the answer in its thread, an answer from a mail program, and the comparison with what
// the mailbox remembers.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { count, seen, shot } from './look.js';
import { Outside } from './outside.js';
import { inboxRow, message, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const house = await Outside.start('mailhouse.py');
after(() => house.stop());
const { address, password, authority, smtp, imap } = house.hello;
const anna = await world.company();
const boris = await world.employee('Борис Белов', 'boris');
let page;

const letter = (headers, words) => `From: Мария Петрова <maria@dom.example>\nTo: ${address}\n${headers.join('\n')}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${words}\n`;
const day = (minutes) => new Date(Date.now() + minutes * 60_000).toUTCString().replace('GMT', '+0000');
/** Asks the house until it is as wanted. */
async function settled(ask, wanted) {
	const end = Date.now() + 10_000;
	for (;;) {
		const found = await ask();
		if (wanted(found)) return found;
		assert.ok(Date.now() < end, `It stayed at: ${JSON.stringify(found)}`);
	}
}

step('P-21 a certificate of nobody known and a wrong password are told apart; nothing typed is lost', async () => {
	page = await world.as(anna, '/settings/channels/new/email');
	const field = (name) => page.getByLabel(name, { exact: true });
	const check = page.getByRole('button', { name: 'Проверить' });
	await seen(field('Адрес ящика'));
	await field('Где ваш ящик').selectOption('own');
	await field('Адрес ящика').fill(address);
	await field('Пароль приложения').fill('не тот');
	await field('Имя отправителя').fill('Лавка ламп');
	await field('Сервер входящей почты (IMAP)').fill('127.0.0.1');
	await field('Порт IMAP').fill(String(imap.tls));
	await field('Защита IMAP').selectOption('tls');
	await field('Сервер исходящей почты (SMTP)').fill('127.0.0.1');
	await field('Порт SMTP').fill(String(smtp.starttls));
	await field('Защита SMTP').selectOption('starttls');
	await check.click();
	await seen(page.getByText('Сертификату почтового сервера нет доверия'));
	await shot(page, 'email-stranger');
	await field('Свой сертификат').fill(authority);
	await check.click();
	await seen(page.getByText('Почтовый сервер не принимает логин или пароль'));
	await field('Пароль приложения').fill(password);
	await field('Порт IMAP').fill(String(imap.starttls));
	await check.click();
	await seen(page.getByText('Порт и вид защиты не подходят друг к другу'));
	await field('Порт IMAP').fill(String(imap.tls));
	await check.click();
	await seen(page.getByText(address).last());
	assert.deepEqual(await faults(page), []);
	await shot(page, 'email-checked');
});

step('P-21 both servers take both kinds of privacy, and none that was not asked for', async () => {
	const settings = { provider: 'own', address, password, certificate: authority, imap_host: '127.0.0.1', smtp_host: '127.0.0.1' };
	const asked = (over) => world.call('POST', '/channels/check', { as: anna, body: { kind: 'email', settings: { ...settings, ...over } } });
	const ports = (i, s) => ({ imap_port: String(imap[i]), imap_security: i, smtp_port: String(smtp[s]), smtp_security: s });
	for (const [i, s] of [['tls', 'tls'], ['starttls', 'starttls'], ['tls', 'starttls'], ['starttls', 'tls']]) {
		const told = await asked(ports(i, s));
		assert.equal(told.ok, true, `${i} ${s}: ${JSON.stringify(told)}`);
	}
	// Nobody's authority is ours, a plain line is no private one, and a password goes on no plain line by itself.
	const refused = [
		[{ ...ports('tls', 'tls'), certificate: '' }, 'certificate'],
		[{ ...ports('starttls', 'starttls'), certificate: '' }, 'certificate'],
		[{ ...ports('starttls', 'tls'), imap_security: 'tls' }, 'privacy'],
		[{ ...ports('tls', 'starttls'), smtp_security: 'tls' }, 'privacy'],
		[{ ...ports('tls', 'starttls'), smtp_security: 'none' }, 'token_refused'],
	];
	for (const [over, code] of refused) {
		const told = await asked(over);
		assert.deepEqual([told.ok, told.code], [false, code], JSON.stringify([over, told]));
	}
});

step('P-21 a letter comes to the queue by itself, with its letters whole', async () => {
	await page.getByRole('button', { name: /Подключить|Сохранить/ }).last().click();
	await seen(page.getByText('Почта', { exact: true }).first());
	page = await world.as(boris, '/inbox/queue');
	await house.tell('deliver', letter(['Subject: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <1@dom.example>', `Date: ${day(1)}`], 'Здравствуйте! Чёрная лампа ещё есть?\n\nС уважением,\nМария'));
	await seen(inboxRow(page, 'Мария Петрова'));
	await inboxRow(page, 'Мария Петрова').click();
	await seen(message(page, 'Чёрная лампа ещё есть?'));
	await shot(page, 'email-came');
});

step('P-21 the answer goes privately, in its thread, and a copy lies with the sent ones', async () => {
	await say(page, 'Есть, отложить вам?');
	const [sent] = await settled(() => house.tell('sent'), (all) => all.length > 0);
	assert.equal(sent.private, true);
	assert.deepEqual([sent.from, sent.to], [address, ['maria@dom.example']]);
	assert.match(sent.text, /^Есть, отложить вам\?/);
	assert.equal(sent.headers['in-reply-to'], '<1@dom.example>');
	assert.match(sent.headers.references, /<1@dom\.example>/);
	assert.equal(plain(sent.headers.subject), 'Re: Лампа');
	assert.match(sent.headers.from, /Лавка ламп/);
	await settled(() => house.tell('folder', 'Sent'), (all) => all.length === 1);
	// The copy is known as ours: the answer stands once.
	await house.tell('deliver', letter(['Subject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <2@dom.example>', `In-Reply-To: ${sent.headers['message-id']}`, `Date: ${day(2)}`], 'Да, пожалуйста\n\n> Есть, отложить вам?'));
	await seen(message(page, 'Да, пожалуйста'));
	await count(message(page, 'Есть, отложить вам?').filter({ hasNotText: 'Да, пожалуйста' }), 1);
});

step('P-21 U-33 an answer from a mail program stands in the chat as one of ours', async () => {
	const typed = `From: Лавка <${address}>\nTo: maria@dom.example\nSubject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=\nMessage-ID: <phone@lavka.example>\nIn-Reply-To: <2@dom.example>\nDate: ${day(3)}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nОтложили до пятницы\n`;
	await house.tell('deliver', typed, 'Sent');
	// The folder of sent letters is looked into once in a while, and whenever a letter comes.
	await house.tell('deliver', letter(['Subject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <3@dom.example>', 'In-Reply-To: <phone@lavka.example>', `Date: ${day(4)}`], 'Спасибо!'));
	await seen(message(page, 'Спасибо!'));
	await seen(message(page, 'Отложили до пятницы').getByText('из почтовой программы'));
	assert.equal((await house.tell('sent')).length, 1, 'and was not sent once more');
	await shot(page, 'email-thread');
});

step('M-01 P-21 a letter that slipped past is found by comparing with the mailbox, once; in both languages', async () => {
	// It lies among those that are known: no news tells of it, and who reads on from the newest does not see it.
	const slipped = await house.tell('number');
	await house.tell('deliver', letter(['Subject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <5@dom.example>', `Date: ${day(6)}`], 'Зайду в субботу'));
	await seen(message(page, 'Зайду в субботу'));
	await house.tell('deliver_late', letter(['Subject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <4@dom.example>', `Date: ${day(5)}`], 'А лампочка к ней есть?'), slipped);
	await house.tell('deliver', letter(['Subject: Re: =?utf-8?B?0JvQsNC80L/QsA==?=', 'Message-ID: <6@dom.example>', `Date: ${day(7)}`], 'До встречи'));
	await seen(message(page, 'До встречи'));
	await count(message(page, 'А лампочка к ней есть?'), 0);

	const words = {
		ru: { tab: 'Сверка с мессенджерами', now: 'Сверить сейчас', found: /нашлось \u2068?1\u2069? пропущенное/, same: 'Всё сошлось', dark: false, width: 1440 },
		en: { tab: 'Comparison with messengers', now: 'Compare now', found: /1\u2069? missed one fetched/, same: 'No differences', dark: true, width: 390 },
	};
	for (const [lang, w] of Object.entries(words)) {
		await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: lang, theme: w.dark ? 'dark' : 'light' } } });
		const desk = await world.as(anna, '/settings/delivery', { lang, dark: w.dark });
		await desk.setViewportSize({ width: w.width, height: 844 });
		await desk.getByRole('tab', { name: w.tab }).click();
		await desk.getByRole('button', { name: w.now }).click();
		await seen(desk.getByText(w.found));
		if (lang === 'ru') await seen(message(page, 'А лампочка к ней есть?'));
		// The second comparison has nothing to find: the lost letter is known, what we sent is known as ours.
		else await seen(desk.getByText(w.same));
		assert.deepEqual(await faults(desk), []);
		await shot(desk, `email-compared-${lang}`);
		await desk.context().close();
	}
	await count(message(page, 'А лампочка к ней есть?'), 1);
	const compared = await world.call('GET', '/delivery/comparisons', { as: anna });
	assert.deepEqual(compared.map((one) => [one.recovered, one.confirmed, one.missing.length, one.error]), [[0, 0, 0, ''], [1, 0, 0, '']]);
	// Seven of theirs and ours, looked at by their headers on a server that others wrote.
	assert.ok(compared.every((one) => one.seen >= 7), JSON.stringify(compared));
});
