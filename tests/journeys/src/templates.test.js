// Prepared answers with files, asked-for fields, words by channel and an audience (U-31, P-32, P-33), by two operators.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { bubble, client, clientSays, composer, message, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await world.widget();
const dialog = (page, name) => page.getByRole('dialog', { name });
const pages = {};

step('U-31 P-33 a template is made: a field that is asked for, a file, for a queue; what cannot be kept is said where it stands', async () => {
	const page = (pages.settings = await world.as(anna, '/settings/templates'));
	await page.getByRole('button', { name: 'Новый шаблон' }).first().click();
	const form = dialog(page, 'Новый шаблон');
	await form.getByLabel('Название', { exact: true }).fill('Доставка');
	await form.getByLabel('Текст', { exact: true }).fill('{client.nam}, привезём ');
	await form.getByRole('button', { name: 'Добавить поле' }).click();
	await form.getByLabel('Название поля').fill('день');
	await form.getByLabel('Что вводят').selectOption('date');
	await form.getByLabel('Текст', { exact: true }).focus();
	await page.keyboard.press('Control+End');
	await form.getByRole('button', { name: 'день', exact: true }).click();
	assert.equal(await form.getByLabel('Текст', { exact: true }).inputValue(), '{client.nam}, привезём {?день}');
	await form.locator('input[type=file]').setInputFiles({ name: 'прайс.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 test') });
	await seen(form.getByText('прайс.pdf'));
	await shot(page, 'template-form-0');
	await form.getByRole('radio', { name: /Отделам/ }).check();
	await form.getByLabel('Общая очередь').check();
	await shot(page, 'template-form-ru-light-1440');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText(/Поля .?\{client\.nam\}.? нет/));
	await form.getByLabel('Текст', { exact: true }).fill('{client.first_name}, привезём {?день}');
	assert.deepEqual(await faults(page), []);
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await seen(page.getByText(/Общая очередь · .*1.* файл/));
	await shot(page, 'templates-ru-light-1440');
});

step('P-33 P-32 a colleague of the queue is asked for the day; words and file lie in the composer and reach the client', async () => {
	const visitor = (pages.visitor = await client(world));
	await clientSays(visitor, 'Когда привезёте?');
	const page = (pages.boris = await world.as(boris, '/inbox/queue'));
	await page.locator('.pane a.row').first().click();
	await page.getByRole('button', { name: 'Взять', exact: true }).first().click();
	await composer(page).pressSequentially('/дост');
	await seen(page.getByRole('option', { name: /Доставка/ }));
	await composer(page).press('Enter');
	const ask = dialog(page, 'Доставка');
	await seen(ask);
	await shot(page, 'template-ask-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await ask.getByLabel('день').fill('2026-12-31');
	await ask.getByRole('button', { name: 'Вставить' }).click();
	await gone(ask);
	await page.waitForFunction(() => document.querySelector('[data-region=composer] textarea').value.includes('привезём 31.12.2026'));
	await seen(page.locator('[data-region=composer]').getByText('прайс.pdf'));
	await composer(page).press('Enter');
	await seen(bubble(visitor, 'привезём 31.12.2026'));
	await seen(visitor.getByText('прайс.pdf'));
	await seen(message(page, 'привезём 31.12.2026'));
});

step('U-31 deleted, it can be brought back with its file; English, dark and narrow', async () => {
	const page = pages.settings;
	await page.getByRole('button', { name: 'Удалить' }).first().click();
	await toast(page, 'удалён').getByRole('button', { name: 'Вернуть' }).click();
	await seen(page.getByText(/Общая очередь · .*1.* файл/));
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const english = await world.as(anna, '/settings/templates', { lang: 'en', dark: true });
	await english.getByRole('button', { name: /Доставка/ }).click();
	await seen(english.getByRole('dialog', { name: 'Edit the template' }));
	await english.setViewportSize({ width: 390, height: 844 });
	const wide = await english.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
	assert.equal(wide, false, 'nothing is pushed out of the page');
	await shot(english, 'template-form-en-dark-390');
	assert.deepEqual(await faults(english), []);
});
