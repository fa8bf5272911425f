// Labels, views and one act on many: what keeps a full list of clients in order.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { count, gone, seen, shot } from './look.js';
import { inboxRow, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const { id: account } = await world.widget();
const { accounts } = await world.call('GET', '/channels', { as: anna });
const key = /key=([^&]+)/.exec(accounts.find((one) => one.id === account).link)[1];
const chats = [];
for (const text of ['Сколько стоит лампа?', 'Не пришёл счёт', 'Можно вернуть торшер?', 'Где мой заказ?', 'Есть ли доставка?']) chats.push(await world.visitor({ key, as: anna, text }));
const page = await world.as(anna, '/settings/labels');
const row = (text) => page.locator('.item').filter({ hasText: text });

step('labels are made in the settings: a name, a colour to be read, an order, an archive', async () => {
	await seen(page.getByText('Меток пока нет'));
	for (const [name, color] of [['Срочно', 'Красный'], ['Оплата', 'Зелёный'], ['Возврат', 'Фиолетовый']]) {
		await page.getByRole('button', { name: 'Новая метка' }).click();
		await page.getByLabel('Название').fill(name);
		await page.getByRole('radio', { name: new RegExp(color) }).check({ force: true });
		if (name === 'Возврат') await shot(page, 'label-form');
		await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
		await gone(page.getByRole('dialog'));
	}
	await page.getByRole('button', { name: 'Новая метка' }).click();
	await page.getByLabel('Название').fill('срочно');
	await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
	await seen(page.getByText(/Метка «.*срочно.*» уже есть/));
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: /Выше: .*Оплата/ }).first().click();
	await page.getByRole('button', { name: /Убрать.*Возврат/ }).click();
	await seen(toast(page, 'в архиве'));
	await toast(page, 'в архиве').getByRole('button', { name: 'Вернуть' }).click();
	await shot(page, 'labels-settings');
	assert.deepEqual(await faults(page), []);
});

step('a label is put on by the keyboard alone, seen in the list and in the head, renamed everywhere', async () => {
	await page.goto('/inbox/queue');
	await inboxRow(page, 'Не пришёл счёт').click();
	await seen(page.locator('section.thread').getByText('Не пришёл счёт'));
	await inboxRow(page, 'Не пришёл счёт').focus();
	await page.keyboard.press('l');
	const picker = page.getByRole('dialog', { name: /^Метки/ });
	await seen(picker);
	await page.keyboard.type('опл');
	await page.keyboard.press('Enter');
	await seen(inboxRow(page, 'Не пришёл счёт').getByText('Оплата'));
	await shot(page, 'label-picker');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
	await seen(page.locator('section.thread header').getByText('Оплата'));
	const borisPage = await world.as(boris, '/inbox/queue');
	await seen(inboxRow(borisPage, 'Не пришёл счёт').getByText('Оплата'));
	const labels = await world.call('GET', '/labels', { as: anna });
	await world.call('PATCH', `/labels/${labels.find((one) => one.name === 'Оплата').id}`, { as: anna, body: { name: 'Деньги' } });
	await seen(inboxRow(borisPage, 'Не пришёл счёт').getByText('Деньги'));
	await seen(inboxRow(page, 'Не пришёл счёт').getByText('Деньги'));
	await borisPage.context().close();
});

step('a filter is looked at, linked to, kept under a name and counted', async () => {
	await page.getByRole('button', { name: 'Отобрать чаты' }).click();
	const form = page.getByRole('dialog', { name: 'Отобрать чаты' });
	await form.getByRole('group', { name: /меток.чата/ }).getByRole('checkbox', { name: 'Деньги' }).check({ force: true });
	await seen(form.getByText(/Сейчас подходит .*1.* чат/));
	await shot(page, 'filter-form');
	assert.deepEqual(await faults(page), []);
	await form.getByRole('button', { name: 'Показать' }).click();
	await count(page.locator('.pane a.row'), 1);
	await seen(page.locator('.now').getByText(/метки чата: .*Деньги/));
	const link = page.url();
	await page.goto(link);
	await count(page.locator('.pane a.row'), 1);
	await page.locator('.now').getByRole('button', { name: 'Изменить' }).click();
	const again = page.getByRole('dialog', { name: 'Отобрать чаты' });
	await again.getByLabel('Название, чтобы сохранить').fill('Ждут денег');
	await again.getByRole('checkbox', { name: 'Для всех' }).check({ force: true });
	await again.getByRole('button', { name: 'Сохранить' }).click();
	const view = page.getByRole('navigation', { name: 'Подборки' }).getByRole('link', { name: /Ждут денег/ });
	await seen(view);
	await seen(view.getByText('1', { exact: true }));
	// What begins to fit comes by itself, here and in the count.
	await world.call('POST', `/client-chats/${chats[0]}/labels`, { as: anna, body: { add: (await world.call('GET', '/labels', { as: anna })).filter((one) => one.name === 'Деньги').map((one) => one.id) } });
	await count(page.locator('.pane a.row'), 2);
	await seen(view.getByText('2', { exact: true }));
	await shot(page, 'view');
	assert.deepEqual(await faults(page), []);
	const borisPage = await world.as(boris, '/inbox/queue');
	await borisPage.getByRole('link', { name: /Ждут денег/ }).click();
	await count(borisPage.locator('.pane a.row'), 2);
	// Theirs to look at, not to change.
	await borisPage.locator('.now').getByRole('button', { name: 'Действия с подборкой' }).click();
	await seen(borisPage.getByRole('menuitem', { name: 'Скопировать ссылку' }));
	await count(borisPage.getByRole('menuitem', { name: 'Удалить' }), 0);
	await borisPage.context().close();
});

step('several are chosen by box, Shift and keys; one act tells what became of each, and is taken back', async () => {
	await page.goto('/inbox/queue');
	await row('Есть ли доставка').hover();
	await row('Есть ли доставка').getByRole('checkbox').check({ force: true });
	const bar = page.getByRole('region', { name: 'Действия с выбранными' });
	await seen(bar.getByText(/Выбран .*1.* чат/));
	await inboxRow(page, 'Не пришёл счёт').focus();
	await page.keyboard.press('Shift+x');
	await seen(bar.getByText(/Выбраны .*4.* чата/));
	await bar.getByRole('button', { name: /Выбрать все в\sсписке: .*5/ }).click();
	await seen(bar.getByText(/Выбрано .*5.* чатов/));
	await shot(page, 'bulk-chosen');
	assert.deepEqual(await faults(page), []);
	// Boris was faster with one of them; Anna, who manages chats, would take it: she lost the race, and is told.
	await world.call('POST', `/client-chats/${chats[3]}/take`, { as: boris });
	await bar.getByRole('button', { name: 'Назначить' }).click();
	await page.getByRole('dialog').getByRole('radio', { name: /Анна Орлова/ }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Назначить' }).click();
	await seen(bar.getByText(/Готово: .*4.* чата/));
	await seen(bar.getByText(/Отказано: .*1.* — .*Борис Ким/));
	await shot(page, 'bulk-result');
	assert.deepEqual(await faults(page), []);
	await page.goto('/inbox/my');
	await count(page.locator('.pane a.row'), 4);
	await page.locator('.pane a.row').first().focus();
	await page.keyboard.press('Control+a');
	await seen(bar.getByText(/Выбраны .*4.* чата/));
	await bar.getByRole('button', { name: 'Закрыть' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Закрыть', exact: true }).last().click();
	await seen(bar.getByText(/Готово: .*4.* чата/));
	await count(page.locator('.pane a.row'), 0);
	await bar.getByRole('button', { name: 'Вернуть' }).click();
	await seen(bar.getByText(/Возвращены .*4.* чата/));
	await count(page.locator('.pane a.row'), 4);
	await page.keyboard.press('Escape');
	await gone(bar);
});

step('in English, dark, on a phone', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const dark = await world.as(anna, '/inbox/my', { lang: 'en', dark: true });
	await dark.locator('.pane a.row').first().focus();
	await dark.keyboard.press('x');
	await seen(dark.getByText(/1.* chat chosen/));
	await shot(dark, 'bulk-en-dark');
	assert.deepEqual(await faults(dark), []);
	await dark.setViewportSize({ width: 390, height: 844 });
	await shot(dark, 'bulk-en-dark-390');
	await dark.keyboard.press('Escape');
	await dark.goto(`/inbox/my/${chats[1]}`);
	await seen(dark.locator('section.thread header'));
	await dark.setViewportSize({ width: 1440, height: 900 });
	await seen(dark.locator('section.thread header').getByText('Деньги'));
	await shot(dark, 'labels-en-dark');
	await dark.goto('/settings/labels');
	await seen(dark.getByText('Деньги'));
	await shot(dark, 'labels-settings-en-dark');
	await dark.setViewportSize({ width: 390, height: 844 });
	await shot(dark, 'labels-settings-en-dark-390');
	assert.deepEqual(await faults(dark), []);
});
