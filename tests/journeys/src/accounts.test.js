// S3-20, S3-21, L-70, L-71, L-75, L-76, L-86, L-99: what is set at an account or a queue and what two employees then see, in
// either language; the messengers are our doubles.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { words } from './catalog.js';
import { count, gone, seen, shot } from './look.js';
import { Outside } from './outside.js';
import { inboxRow, message, say } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const doubles = await Outside.doubles();
after(() => doubles.stop());
const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const connect = (kind, name, settings, more = {}) => world.call('POST', '/channels', { as: anna, body: { kind, name, settings, ...more } });
const first = await connect('telegram', 'Розница', { ...doubles.hello.telegram, receive: 'poll' });
const [everybody] = await world.call('GET', '/queues', { as: anna });
const wholesale = await world.call('POST', '/queues', { as: anna, body: { ...everybody, name: 'Опт', member_ids: [boris.person.id], department_ids: [] } });
await connect('telegram', 'Оптовый бот', { ...doubles.hello.second, receive: 'poll' }, { queue_id: wholesale.id });
await connect('own', 'Касса', { ...doubles.hello.own, receive: 'poll' });

/** What a double was told, once there is so much of it. */
async function told(name, wanted) {
	const end = Date.now() + 20_000;
	let sent;
	do sent = await doubles.tell(name, 'sent');
	while (sent.length < wanted && Date.now() < end);
	return sent;
}
const numbered = async (page) => /№\s*(\d+)/.exec(plain(await page.locator('section.thread header').innerText()))?.[1];

for (const [lang, dark, clients] of [['ru', false, { retail: 5001, wholesale: 6001, rings: 'ivan' }], ['en', true, { retail: 5002, wholesale: 6002, rings: 'john' }]]) {
	const look = { lang, dark };
	const t = (area, key) => words(lang, area, key);
	const say_ = { ru: { retail: 'В розницу', wholesale: 'Оптом', answer: 'Добрый день', more: 'Ещё вопрос' }, en: { retail: 'Retail, please', wholesale: 'Wholesale, please', answer: 'Good morning', more: 'One more thing' } }[lang];
	const group = (name) => t('chat', `group-${name}`);
	let sentBefore;

	step(`L-76 two accounts of one messenger have queues of their own, and each answers for itself (${lang})`, async () => {
		for (const as of [anna, boris]) await world.call('PATCH', '/me', { as, body: { preferences: { language: lang, theme: dark ? 'dark' : 'light' } } });
		sentBefore = { telegram: (await told('telegram', 0)).length, second: (await told('second', 0)).length };
		await doubles.tell('telegram', 'say', clients.retail, say_.retail);
		await doubles.tell('second', 'say', clients.wholesale, say_.wholesale);
		const [page, beside] = [await world.as(boris, '/inbox/queue', look), await world.as(anna, '/inbox/queue', look)];
		for (const one of [page, beside]) for (const text of [say_.retail, say_.wholesale]) await seen(inboxRow(one, text));
		await inboxRow(page, say_.wholesale).click();
		await say(page, `${say_.answer}, B`);
		await gone(inboxRow(page, say_.wholesale));
		await inboxRow(beside, say_.retail).click();
		await say(beside, `${say_.answer}, A`);
		assert.deepEqual((await told('telegram', sentBefore.telegram + 1)).slice(sentBefore.telegram), [`${say_.answer}, A`]);
		assert.deepEqual((await told('second', sentBefore.second + 1)).slice(sentBefore.second), [`${say_.answer}, B`]);
		await page.context().close();
		await beside.context().close();
	});

	step(`L-99 a first message of somebody new made a chat and a card with their name and address (${lang})`, async () => {
		for (const who of [anna, boris]) {
			const page = await world.as(who, '/contacts', look);
			await page.locator('.pane a.row').filter({ hasText: `Client ${clients.retail}` }).click();
			const card = page.locator('main');
			await seen(card.getByText(`Client ${clients.retail}`));
			await seen(card.getByText(String(clients.retail), { exact: true }));
			if (who === anna) await shot(page, `accounts-card-${lang}`);
			await page.context().close();
		}
	});

	step(`L-71 an employee's name stands above the answer where the account says so, and not before (${lang})`, async () => {
		const page = await world.as(anna, `/settings/channels/${first.id}`, look);
		await page.getByLabel(t('channels', 'signed-as'), { exact: true }).selectOption('first');
		await seen(page.locator('.toast'));
		assert.deepEqual(await faults(page), []);
		await page.goto('/inbox/my');
		await inboxRow(page, `${say_.answer}, A`).click();
		await say(page, say_.more);
		assert.equal((await told('telegram', sentBefore.telegram + 2)).at(-1), `Анна:\n${say_.more}`);
		await seen(message(page, say_.more));
		assert.equal(await message(page, `Анна:\n${say_.more}`).count(), 0, 'among us nobody is named twice');
		await world.call('PATCH', `/channels/${first.id}`, { as: anna, body: { signed_as: 'nobody' } });
		await page.context().close();
	});

	step(`S3-20 a client who comes back finds a new conversation or the same, as the account says (${lang})`, async () => {
		const page = await world.as(anna, '/inbox/my', look);
		const settings = await world.as(anna, `/settings/channels/${first.id}`, look);
		let number;
		for (const kind of ['never', 'always']) {
			await settings.getByLabel(t('settings', 'reopen-title'), { exact: true }).selectOption(kind);
			await seen(settings.getByText(t('settings', `reopen-${kind}-hint`)));
			const form = settings.locator('form').filter({ has: settings.getByLabel(t('settings', 'reopen-title'), { exact: true }) });
			await Promise.all([settings.waitForResponse((one) => one.request().method() === 'PATCH' && one.ok()), form.locator('button[type=submit]').click()]);
			await page.goto('/inbox/my');
			await inboxRow(page, number ? `${say_.retail} never` : say_.more).click();
			const before = await numbered(page);
			await page.locator('section.thread header').getByRole('button', { name: t('chat', 'act-close') }).first().click();
			await seen(page.locator('section.thread header').getByText(t('inbox', 'state-closed')));
			await doubles.tell('telegram', 'say', clients.retail, `${say_.retail} ${kind}`);
			await seen(message(page, `${say_.retail} ${kind}`));
			await page.waitForFunction((closed) => !document.querySelector('section.thread header').innerText.includes(closed), t('inbox', 'state-closed'));
			number = await numbered(page);
			if (kind === 'never') assert.notEqual(number, before);
			else assert.equal(number, before);
		}
		for (const one of [page, settings]) await one.context().close();
	});

	step(`L-75 a call in a messenger is answered with words, and both read that it was missed (${lang})`, async () => {
		const text = { ru: 'Звонки здесь не принимаем, напишите нам', en: 'Nobody takes calls here: write to us' }[lang];
		const page = await world.as(anna, '/settings/queues', look);
		await page.getByRole('button', { name: everybody.name, exact: true }).click();
		const form = page.getByRole('dialog');
		const occasion = form.locator('details', { hasText: t('settings', 'queue-text-missed_call') });
		if (!(await occasion.getAttribute('open').then((open) => open !== null))) await occasion.locator('summary').click();
		for (const one of ['ru', 'en']) await occasion.getByLabel(t('settings', `queue-text-${one}`)).fill(text);
		await form.getByRole('button', { name: t('core', 'save') }).click();
		await gone(form);
		const before = (await told('own', 0)).length;
		await doubles.tell('own', 'tell', { id: `call-${lang}`, type: 'missed_call', video: false, chat: { id: clients.rings, name: `Client ${clients.rings}`, language: lang } });
		assert.deepEqual((await told('own', before + 1)).slice(before), [text]);
		for (const who of [anna, boris]) {
			const desk = await world.as(who, '/inbox/queue', look);
			// its notice says so too, before the list of clients was ever read
			await desk.locator('.rail').getByRole('button', { name: new RegExp(t('chat', 'notices')) }).click();
			await seen(desk.locator('.notice, li').filter({ hasText: `Client ${clients.rings}` }).getByText(t('chat', 'line-missed_call')).first());
			await desk.keyboard.press('Escape');
			await inboxRow(desk, `Client ${clients.rings}`).click();
			await seen(desk.locator('section.thread .message').filter({ hasText: t('chat', 'line-missed_call') }));
			await seen(message(desk, text));
			if (who === anna) await shot(desk, `accounts-call-${lang}`);
			await desk.context().close();
		}
		await page.context().close();
	});

	step(`L-86 the balance of an SMS account stands on its page; the sender's name is chosen in its form (${lang})`, async () => {
		const { url, password } = doubles.hello.sms;
		const settings = { transport: 'http', gateway: 'json', url, password, sender: 'LavkaLamp', price: '4,50 ₽', balance_url: url.replace('/send', '/balance'), balance_path: 'data.balance', balance_low: '1000' };
		const account = await connect('sms', `SMS ${lang}`, settings);
		const page = await world.as(anna, `/settings/channels/${account.id}`, look);
		await page.getByRole('button', { name: t('settings', 'account-check') }).first().click();
		await seen(page.getByText('512.50'));
		await seen(page.getByText(t('channels', 'health-low_balance')));
		const sender = page.getByLabel(t('channels', 'channel-sms-sender'), { exact: true });
		assert.equal(await sender.inputValue(), 'LavkaLamp');
		assert.deepEqual(await faults(page), []);
		await shot(page, `accounts-sms-${lang}`);
		await page.context().close();
		await world.call('DELETE', `/channels/${account.id}`, { as: anna });
	});
}

step('S3-21 L-70 not answered in time, it is told in the talk and to all who could answer; the head is told beside; in both languages', async () => {
	const rules = { ...everybody, rules: { ...everybody.rules, limits: { ...everybody.rules.limits, first_min: 1, head_first_min: 1 }, head_id: anna.person.id } };
	await world.call('PATCH', `/queues/${everybody.id}`, { as: anna, body: rules });
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: 'ru', theme: 'light' } } });
	const text = 'Кто-нибудь здесь есть?';
	await doubles.tell('telegram', 'say', 5003, text);
	const desks = [[await world.as(boris, '/inbox/queue'), 'ru'], [await world.as(anna, '/inbox/queue', { lang: 'en', dark: true }), 'en']];
	for (const [desk] of desks) {
		await inboxRow(desk, text).click();
		await seen(message(desk, text));
	}
	// A limit is whole minutes: this one is the shortest there is.
	for (const [desk, lang] of desks) {
		const exceeded = words(lang, 'inbox', 'event-response-exceeded').split(':')[0];
		await seen(desk.locator('section.thread').getByText(new RegExp(exceeded)), 90_000);
		await seen(desk.locator('section.thread').getByText(/Анна Орлова/).first());
		await desk.locator('.rail').getByRole('button', { name: new RegExp(words(lang, 'chat', 'notices')) }).click();
		await seen(desk.getByText(lang === 'ru' ? /Нет ответа 1 мин/ : /has not answered for 1 min/).first());
		await shot(desk, `accounts-late-${lang}`);
	}
	await count(desks[0][0].locator('section.thread .message').filter({ hasText: text }), 1);
	for (const [desk] of desks) await desk.context().close();
});
