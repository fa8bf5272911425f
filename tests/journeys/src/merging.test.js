// P-35, U-10, U-11, S3-09: two cards with one number are offered, compared, merged with a way back, listed, and split later; two operators see the same.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Иванов', 'boris');
const key = (await world.widget()).snippet.match(/data-key="([^"]+)"/)[1];
await world.visitor({ key, as: anna, text: 'Есть чёрная лампа?' });
await world.visitor({ key, as: anna, text: 'Это снова я' });
const [other, one] = (await world.call('GET', '/contacts', { as: anna })).items;
await world.call('PATCH', `/contacts/${one.id}`, { as: anna, body: { name: 'Мария Соколова', phones: ['8 916 123-45-67'], note: 'Пишет вечером' } });
await world.call('PATCH', `/contacts/${other.id}`, { as: anna, body: { name: 'Маша', company: 'Ромашка', phones: ['+7 (916) 123-45-67', '+7 495 123-45-67'] } });
let page, second;

step('U-10 the card says who it may be as well, and the comparison shows every field', async () => {
	page = await world.as(anna, `/contacts/${one.id}`);
	await seen(page.getByText(/Возможно, тот же человек:\W*Маша/));
	await seen(page.getByText('Одинаковый телефон'));
	await page.getByRole('button', { name: 'Сравнить' }).click();
	const dialog = page.getByRole('dialog', { name: 'Один это человек?' });
	await seen(dialog.getByText('Пишет вечером'));
	assert.equal(await dialog.getByRole('radio', { name: 'Мария Соколова' }).isChecked(), true);
	await dialog.getByRole('radio', { name: 'Маша' }).check();
	await shot(page, 'merging-compare');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
	await gone(dialog);
});

step('P-35 another operator merges from the list; the first sees it at once, and undone it is as before on both screens', async () => {
	second = await world.as(boris, '/chats', { lang: 'en', width: 390, height: 844, dark: true });
	await world.call('PATCH', '/me', { as: boris, body: { preferences: { language: 'en', theme: 'dark' } } });
	await second.goto('/contacts/duplicates');
	await seen(second.getByText('Same phone'));
	await shot(second, 'merging-list-en-narrow');
	assert.deepEqual(await faults(second), []);
	await second.getByRole('button', { name: 'Compare' }).click();
	const dialog = second.getByRole('dialog', { name: 'Is this one person?' });
	await seen(dialog.getByText('The values differ').first());
	await shot(second, 'merging-compare-en-narrow');
	await dialog.getByRole('button', { name: 'Merge' }).click();
	await seen(toast(second, 'Contacts are merged'));
	await seen(second.getByText('No duplicates'));
	await seen(page.getByText('Объединён с'));
	await toast(second, 'Contacts are merged').getByRole('button', { name: 'Undo' }).click();
	await seen(second.getByText('Same phone'));
	await seen(page.getByText(/Возможно, тот же человек/));
});

step('U-11 the page of who was merged leads to who stands; a split makes them two and never offers them again', async () => {
	await page.getByRole('button', { name: 'Сравнить' }).click();
	await page.getByRole('button', { name: 'Объединить' }).click();
	await seen(toast(page, 'Контакты объединены'));
	await page.goto(`/contacts/${other.id}`);
	await page.waitForURL(/\/contacts\//);
	await page.getByRole('button', { name: /Разделить с/ }).click();
	await shot(page, 'merging-split');
	await page.getByRole('dialog').getByRole('button', { name: 'Разделить' }).click();
	await seen(toast(page, 'снова разделены'));
	await gone(page.getByText('Объединён с'));
	await page.goto('/contacts/duplicates');
	await seen(page.getByText('Дублей нет'));
	await page.getByRole('radio', { name: 'Разные люди' }).check({ force: true });
	await seen(page.getByText('Маша').first());
	assert.deepEqual(await faults(page), []);
});
