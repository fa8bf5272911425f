// One list of labels for chats and clients' cards: put on in the card and beside a chat, seen and narrowed by in the list of
// contacts, joined by a merge (P-35, U-11), brought by a table (U-37), looked at and put on chats by the routing table (L-72);
// chats are narrowed by the labels of the card, and many cards are labelled at once.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { count, gone, seen, shot } from './look.js';
import { inboxRow } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const { id: account } = await world.widget();
const { accounts } = await world.call('GET', '/channels', { as: anna });
const key = /key=([^&]+)/.exec(accounts.find((one) => one.id === account).link)[1];
const label = async (name, color) => (await world.call('POST', '/labels', { as: anna, body: { name, color } })).id;
const vip = await label('VIP', 'violet');
const shop = await label('Опт', 'green');
const regular = await label('Постоянный клиент', 'blue');
const urgent = await label('Срочно', 'red');
/** A client's chat and card under a name. */
async function met(name, text) {
	const chat = await world.visitor({ key, as: anna, text });
	const { contact } = (await world.call('GET', `/client-chats/${chat}`, { as: anna })).chat ?? (await world.call('GET', `/client-chats/${chat}`, { as: anna }));
	await world.call('PATCH', `/contacts/${contact.id}`, { as: anna, body: { name } });
	return { chat, contact: contact.id };
}
const maria = await met('Мария Соколова', 'Есть ли лампы?');
const oleg = await met('Олег Петров', 'Где мой заказ?');
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
const row = (page, name) => page.locator('.pane a.row').filter({ hasText: name });
let page;

step('labels are put on in the card, by the keyboard alone, and stand in the list at once', async () => {
	page = await world.as(anna, `/contacts/${maria.contact}`);
	const card = page.getByRole('group', { name: 'Метки' });
	await card.getByRole('button', { name: 'Поставить метку' }).focus();
	await page.keyboard.press('Enter');
	const picker = page.getByRole('dialog', { name: /^Метки: .?Мария/ });
	await seen(picker);
	for (const name of ['vip', 'опт', 'постоян']) {
		await picker.getByRole('combobox').fill(name);
		await page.keyboard.press('Enter');
		await seen(picker.getByRole('option', { selected: true }).filter({ hasText: new RegExp(name, 'i') }));
	}
	await shot(page, 'contact-picker-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
	await gone(picker);
	await seen(card.getByText('Постоянный клиент'));
	await seen(row(page, 'Мария').getByText('VIP'));
	await seen(row(page, 'Мария').getByText('+1'));
	await shot(page, 'contacts-ru-light-1440');
	assert.deepEqual(await faults(page), []);
});

step('the list is narrowed by a label, and everybody comes back', async () => {
	await page.getByRole('button', { name: 'Отобрать по метке' }).click();
	await page.getByRole('menuitemcheckbox', { name: 'Опт' }).click();
	await count(page.locator('.pane a.row'), 1);
	await seen(page.locator('.only').getByText('Опт'));
	await shot(page, 'contacts-narrowed-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.getByRole('button', { name: 'Отобрать по метке' }).click();
	await page.getByRole('menuitemcheckbox', { name: 'Срочно' }).click();
	await seen(page.getByText('С этой меткой никого'));
	await page.getByRole('button', { name: 'Показать всех' }).last().click();
	await seen(row(page, 'Олег'));
});

step('beside a chat it is the same card; a colleague sees the change without asking', async () => {
	const borisPage = await world.as(boris, '/inbox/queue');
	await inboxRow(borisPage, 'Мария').click();
	const beside = borisPage.getByRole('group', { name: 'Метки' });
	await seen(beside.getByText('VIP'));
	await world.call('POST', `/contacts/${maria.contact}/labels`, { as: anna, body: { remove: [shop] } });
	await gone(beside.getByText('Опт', { exact: true }));
	await shot(borisPage, 'card-beside-ru-light-1440');
	await borisPage.context().close();
});

step('chats are narrowed by the labels of the card, apart from their own, and the view that is kept follows the card', async () => {
	await world.call('POST', `/client-chats/${oleg.chat}/labels`, { as: anna, body: { add: [vip] } });
	await page.goto('/inbox/all');
	await page.getByRole('button', { name: 'Отобрать чаты' }).click();
	const form = page.getByRole('dialog', { name: 'Отобрать чаты' });
	await form.getByRole('group', { name: /меток.клиента/ }).getByRole('checkbox', { name: 'VIP' }).check({ force: true });
	await seen(form.getByText(/Сейчас подходит .*1.* чат/));
	await form.getByRole('group', { name: /меток.клиента/ }).scrollIntoViewIfNeeded();
	await shot(page, 'filter-client-labels-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await form.getByLabel('Название, чтобы сохранить').fill('Важные клиенты');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(page.locator('.now').getByText(/метки клиента: .*VIP/));
	await gone(inboxRow(page, 'Олег'));
	await count(page.locator('.pane a.row'), 1);
	await seen(inboxRow(page, 'Мария'));
	const view = page.getByRole('navigation', { name: 'Подборки' }).getByRole('link', { name: /Важные клиенты/ });
	await seen(view.getByText('1', { exact: true }));
	await shot(page, 'view-client-labels-ru-light-1440');
	// Who becomes one stands here without anybody asking.
	await world.call('POST', `/contacts/${oleg.contact}/labels`, { as: anna, body: { add: [vip] } });
	await count(page.locator('.pane a.row'), 2);
	await seen(view.getByText('2', { exact: true }));
	await world.call('POST', `/contacts/${oleg.contact}/labels`, { as: anna, body: { remove: [vip] } });
	await gone(inboxRow(page, 'Олег'));
	await count(page.locator('.pane a.row'), 1);
	await world.call('POST', `/client-chats/${oleg.chat}/labels`, { as: anna, body: { remove: [vip] } });
});

step('many cards are labelled at once: by boxes, by Shift and by the keyboard; who is refused is named', async () => {
	// One who carries as many labels as a card may.
	const many = [];
	for (let n = 1; n <= 17; n += 1) many.push(await label(`Метка ${n}`, 'grey'));
	await world.call('POST', `/contacts/${maria.contact}/labels`, { as: anna, body: { add: [vip, shop, regular, ...many] } });
	const names = ['Анна Белова', 'Вера Гусева', 'Дарья Ежова'];
	for (const name of names) await met(name, `Пишет ${name}`);
	await page.goto('/contacts');
	await seen(row(page, 'Дарья'));
	const box = (name) => page.getByRole('checkbox', { name: new RegExp(`Выбрать: .?${name}`) });
	await box('Дарья').check({ force: true });
	await row(page, 'Анна').click({ modifiers: ['Shift'] });
	const bar = page.getByRole('region', { name: 'Действия с выбранными' });
	await seen(bar.getByText(/Выбраны .*3.* клиента/));
	await bar.getByRole('button', { name: /Выбрать все в списке: .*5/ }).click();
	await seen(bar.getByText(/Выбрано .*5.* клиентов/));
	await shot(page, 'contacts-bulk-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await row(page, 'Дарья').focus();
	await page.keyboard.press('l');
	const picker = page.getByRole('dialog', { name: /^Метки на карточках .?5/ });
	await seen(picker);
	await page.keyboard.type('срочно');
	await page.keyboard.press('Enter');
	await gone(picker);
	await seen(bar.getByText(/Готово: .*4.* клиента/));
	await seen(bar.getByText(/Отказано: .*1.*не больше.*20.*Мария Соколова/).or(bar.getByText(/Отказано: .*1.*20.*Мария Соколова/)).first());
	for (const name of names) await seen(row(page, name).getByText('Срочно'));
	// Who was refused stays chosen.
	assert.equal(await box('Мария').isChecked(), true);
	assert.equal(await box('Дарья').isChecked(), false);
	await shot(page, 'contacts-bulk-refused-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await bar.getByRole('button', { name: 'Вернуть' }).click();
	await seen(bar.getByText(/Метки возвращены .*4.* клиентам/));
	for (const name of names) await gone(row(page, name).getByText('Срочно'));
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await gone(bar);
	await world.call('POST', `/contacts/${maria.contact}/labels`, { as: anna, body: { remove: [shop, ...many] } });
});

step('L-72 a row of the routing table looks at the card and puts a label on the chat; the test box shows both', async () => {
	await page.goto('/settings/routing');
	await page.getByRole('button', { name: 'Новая строка' }).click();
	const form = page.getByRole('dialog', { name: 'Новая строка' });
	await form.getByLabel('Название').fill('Важные клиенты');
	await form.getByRole('group', { name: /На.карточке.клиента.любая.из.меток/ }).getByLabel('VIP').check();
	await form.locator('select').last().selectOption({ label: 'Общая очередь' });
	await form.getByRole('group', { name: /Поставить.на.чат.метки/ }).getByLabel('Срочно').check();
	await shot(page, 'rule-form-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await seen(page.getByText('метки клиента: VIP').or(page.getByText(/метки клиента: .?VIP/)));
	await page.getByLabel('Сообщение клиента').fill('Здравствуйте');
	const ask = page.getByRole('button', { name: 'Проверить' });
	await ask.click();
	await seen(page.getByText(/Важные клиенты: для.клиентов.с.другими.метками/));
	await page.getByRole('group', { name: /Метки.на.карточке.клиента/ }).getByLabel('VIP').check();
	await ask.click();
	await seen(page.locator('.puts').getByText('Срочно'));
	await shot(page, 'trial-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	const { id } = (await world.call('GET', '/routing', { as: anna }))[0];
	assert.ok(id);
	// The next words of somebody who waits and is labelled meet the row.
	await world.call('POST', `/contacts/${oleg.contact}/labels`, { as: anna, body: { add: [vip] } });
});

step('P-35 U-11 two cards become one with the labels of both', async () => {
	await world.call('POST', `/contacts/${oleg.contact}/labels`, { as: anna, body: { add: [shop], remove: [vip] } });
	for (const one of [maria, oleg]) await world.call('PATCH', `/contacts/${one.contact}`, { as: anna, body: { phones: ['+79161234567'] } });
	await page.goto('/contacts/duplicates');
	await page.getByRole('button', { name: 'Сравнить' }).first().click();
	const merging = page.getByRole('dialog', { name: 'Один это человек?' });
	await seen(merging.getByText('Метки на общей карточке'));
	for (const name of ['VIP', 'Опт', 'Постоянный клиент']) await seen(merging.getByText(name, { exact: true }));
	await shot(page, 'merging-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
});

step('U-37 a table brings labels by their names, and says which is none', async () => {
	await page.goto('/contacts/import');
	const table = 'Имя;Телефон;Метки\r\nГлеб;+79161110001;vip, Опт\r\nЮлия;+79161110002;Розница\r\n';
	await page.locator('[data-testid=contacts-table]').setInputFiles({ name: 'клиенты.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${table}`) });
	await seen(page.getByRole('cell', { name: 'Глеб' }));
	assert.equal(await page.getByRole('combobox', { name: /Чем станет столбец.*Метки/ }).inputValue(), 'labels');
	await page.getByRole('button', { name: 'Проверить' }).click();
	await seen(page.getByText(/Метки .*Розница.* нет/));
	await seen(page.getByText('Проверено, можно загружать'));
	await shot(page, 'import-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
});

step('in English, dark, on a phone', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	await world.call('POST', `/contacts/${maria.contact}/labels`, { as: anna, body: { add: [shop, urgent] } });
	const small = await world.as(anna, '/chats', { lang: 'en', dark: true, width: 390, height: 844 });
	await small.goto('/contacts');
	await seen(row(small, 'Мария').getByText('+2'));
	await shot(small, 'contacts-en-dark-390');
	assert.equal(await wide(small), false);
	assert.deepEqual(await faults(small), []);
	await small.getByRole('button', { name: 'Choose several' }).click();
	const bar = small.getByRole('region', { name: 'What to do with those chosen' });
	await seen(bar.getByText('Tick the clients'));
	await small.getByRole('checkbox', { name: /Choose: .?Мария/ }).check({ force: true });
	await seen(bar.getByText(/1.* client chosen/));
	await shot(small, 'contacts-bulk-en-dark-390');
	assert.equal(await wide(small), false);
	assert.deepEqual(await faults(small), []);
	await bar.getByRole('button', { name: 'Choose none' }).click();
	await gone(bar);
	await small.goto(`/contacts/${maria.contact}`);
	const card = small.getByRole('group', { name: 'Labels' });
	await seen(card.getByText('Постоянный клиент'));
	await shot(small, 'card-en-dark-390');
	assert.deepEqual(await faults(small), []);
	await small.goto('/settings/routing');
	await small.getByRole('button', { name: 'New row' }).click();
	await seen(small.getByRole('group', { name: /The client’s card carries any of the labels/ }));
	await shot(small, 'rule-form-en-dark-390');
	assert.deepEqual(await faults(small), []);
	assert.ok(plain(await small.locator('body').innerText()).includes('Put labels on the chat'));
	await small.context().close();
	const dark = await world.as(anna, `/contacts/${maria.contact}`, { lang: 'en', dark: true });
	await seen(dark.getByRole('group', { name: 'Labels' }).getByText('VIP'));
	await shot(dark, 'card-en-dark-1440');
	await dark.context().close();
});
