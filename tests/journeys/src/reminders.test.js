// Reminders on two devices of one person: set on one, due on both, handled on one and gone from the other.
import assert from 'node:assert/strict';
import { count, gone, seen, shot } from './look.js';
import { chatRow, choose, composer, message, say, toast } from './screens.js';
import { faults } from './axe.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let direct;
let desk;
let phone;
let annaPage;
let sent;

const bell = (page, text) => message(page, text).getByRole('button', { name: /^Напоминание:/ });
const dialog = (page) => page.getByRole('dialog', { name: /^Напоминание/ });
const tinted = (page, text) => message(page, text).locator('.body.reminded');

const notices = (page) => page.getByRole('button', { name: /^Уведомления/ });
/** The bell of the rail counts so many notices. */
const waits = (page, many) => (many ? seen(notices(page).getByText(String(many), { exact: true })) : gone(notices(page).locator('.badge')));

async function openMenu(page, text) {
	await message(page, text).locator('.words').click({ button: 'right' });
}
/** Comes due in a moment: the window sets whole minutes, and nobody waits for one. */
const dueSoon = () => world.call('PUT', `/messages/${sent.id}/reminder`, { as: boris, body: { at: Date.now() + 1500 } });

step('S2-39 S2-40 the menu of a message opens the window with the field Time and a calendar', async () => {
	const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
	direct = `/chats/${chat.id}`;
	sent = await world.call('POST', `/chats/${chat.id}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: 'Позвони на склад по поводу отгрузки' } });
	annaPage = await world.as(anna, direct);
	desk = await world.as(boris, direct);
	phone = await world.as(boris, '/chats', { width: 390, height: 844 });
	await openMenu(desk, 'Позвони на склад');
	await choose(desk, 'Напоминание…');
	await seen(dialog(desk).getByLabel('Время'));
	await seen(dialog(desk).getByRole('grid', { name: 'Календарь' }));
	assert.match(plain(await dialog(desk).getAttribute('aria-label')), /время не выбрано/);
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'reminder-window');
});

step('S2-41 S2-42 each of the eight presets sets date and time, and the title says them', async () => {
	const names = ['Сегодня', 'Завтра', 'Послезавтра', 'Через час', 'Через 3 часа', 'Через 8 часов', 'Через неделю', 'Через месяц'];
	const buttons = dialog(desk).getByRole('group', { name: 'Когда напомнить' }).getByRole('button');
	await count(buttons, 8);
	assert.deepEqual((await buttons.allTextContents()).map(plain), names);
	const titles = new Set();
	for (const [at, name] of names.entries()) {
		const button = buttons.nth(at);
		if (await button.isDisabled()) continue; // «Сегодня» in the last minute of a day
		await button.click();
		await seen(dialog(desk).locator('[aria-pressed=true]', { hasText: name }));
		titles.add(await dialog(desk).locator('h2').textContent());
	}
	assert.ok(titles.size >= 6, [...titles].join('\n'));
});

step('S2-40 the calendar is used by keys alone', async () => {
	const grid = dialog(desk).getByRole('grid');
	const before = await dialog(desk).locator('h2').textContent();
	await grid.locator('[tabindex="0"]').focus();
	await desk.keyboard.press('ArrowRight');
	await desk.keyboard.press('PageDown');
	await desk.keyboard.press('Enter');
	await seen(grid.locator('[aria-selected=true]'));
	assert.notEqual(await dialog(desk).locator('h2').textContent(), before);
	await dialog(desk).getByLabel('Время').fill('07:25');
	await seen(dialog(desk).locator('h2', { hasText: '07:25' }));
});

step('S2-43 Reset clears, Cancel leaves as it was', async () => {
	await dialog(desk).getByRole('button', { name: 'Сбросить' }).click();
	await seen(dialog(desk).locator('h2', { hasText: 'время не выбрано' }));
	await dialog(desk).getByRole('button', { name: 'Через неделю' }).click();
	await dialog(desk).getByRole('button', { name: 'Отмена' }).click();
	await gone(dialog(desk));
	await gone(bell(desk, 'Позвони на склад'));
});

step('S2-38 S2-43 S2-44 OK sets it: bell, colour and a bell in the list, on every device of mine and for nobody else', async () => {
	await message(desk, 'Позвони на склад').locator('.words').hover();
	await composer(desk).press('Control+.');
	await dialog(desk).getByRole('button', { name: 'Завтра', exact: true }).click();
	await dialog(desk).getByRole('button', { name: 'OK' }).click();
	await seen(toast(desk, 'Напомним'));
	await seen(bell(desk, 'Позвони на склад'));
	await seen(tinted(desk, 'Позвони на склад'));
	await seen(chatRow(desk, 'Позвони на склад').getByRole('img', { name: 'Здесь есть напоминание' }));
	await seen(chatRow(phone, 'Позвони на склад').getByRole('img', { name: 'Здесь есть напоминание' }));
	await say(annaPage, 'И ещё одно');
	await seen(message(desk, 'И ещё одно'));
	await count(bell(annaPage, 'Позвони на склад'), 0);
	await count(tinted(annaPage, 'Позвони на склад'), 0);
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'reminder-set');
});

step('S2-45 S2-46 at its time the notice comes with text and author, on both devices', async () => {
	await dueSoon();
	// it stands on both until it is handled, and says what it is
	for (const page of [desk, phone]) await seen(toast(page, 'Позвони на склад').filter({ hasText: 'Напоминание · ' }));
	for (const page of [desk, phone]) {
		await waits(page, 1);
		await waits(page, 1);
	await notices(page).click();
		const row = page.getByRole('dialog', { name: 'Уведомления' }).locator('li', { hasText: 'Позвони на склад' });
		await seen(row.getByText('Анна Орлова'));
	}
	await shot(phone, 'reminder-notice');
	await phone.keyboard.press('Escape');
});

step('S2-47 a double click on the notice opens the chat at that message and the snooze window', async () => {
	await desk.getByRole('dialog', { name: 'Уведомления' }).locator('li button.open', { hasText: 'Позвони на склад' }).dblclick();
	await seen(dialog(desk).getByRole('button', { name: 'Отложить' }));
	await seen(message(desk, 'Позвони на склад'));
	assert.equal(new URL(desk.url()).pathname, direct);
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'reminder-snooze');
});

step('S2-48 S2-45 snoozed for hours here, the notice goes there; the bell stays', async () => {
	await dialog(desk).getByLabel('На сколько часов отложить').fill('3');
	await dialog(desk).getByRole('button', { name: 'Отложить' }).click();
	await gone(dialog(desk));
	await waits(phone, 0);
	for (const page of [desk, phone]) await gone(toast(page, 'Позвони на склад').filter({ hasText: 'Напоминание · ' }));
	await seen(bell(desk, 'Позвони на склад'));
	await seen(chatRow(phone, 'И ещё одно').getByRole('img', { name: 'Здесь есть напоминание' }));
});

step('S2-47 S2-49 Enter on the notice does the same; or a day and a time are set by the same calendar', async () => {
	await dueSoon();
	await waits(desk, 1);
	await waits(desk, 1);
	await notices(desk).click();
	const row = desk.getByRole('dialog', { name: 'Уведомления' }).locator('li button.open', { hasText: 'Позвони на склад' });
	await row.focus();
	await desk.keyboard.press('Enter');
	await dialog(desk).getByText('Напомнить в другой день').click();
	await dialog(desk).getByRole('button', { name: 'Следующий месяц' }).click();
	await dialog(desk).getByRole('grid').getByRole('button').nth(9).click();
	await dialog(desk).getByLabel('Время').fill('10:40');
	await dialog(desk).getByRole('button', { name: 'OK' }).click();
	await seen(toast(desk, '10:40'));
	await waits(phone, 0);
});

step('U-40 P-05 all my reminders in one list', async () => {
	await phone.goto('/reminders');
	const row = phone.locator('main li', { hasText: 'Позвони на склад' });
	await seen(row.getByText('10:40'));
	assert.deepEqual(await faults(phone), []);
	await shot(phone, 'reminders-list');
	await row.getByRole('button', { name: /Позвони/ }).click();
	await seen(message(phone, 'Позвони на склад'));
});

step('S2-50 Do not notify removes it, and the highlight goes on both devices', async () => {
	await dueSoon();
	await waits(desk, 1);
	await notices(desk).click();
	await desk.getByRole('dialog', { name: 'Уведомления' }).locator('li button.open', { hasText: 'Позвони на склад' }).click();
	await dialog(desk).getByRole('button', { name: 'Не напоминать' }).click();
	await gone(dialog(desk));
	for (const page of [desk, phone]) {
		await gone(bell(page, 'Позвони на склад'));
		await gone(tinted(page, 'Позвони на склад'));
	}
	await desk.goto('/reminders');
	await seen(desk.getByText('Напоминаний нет'));
});

step('S2-41 in English, dark: the window and the list', async () => {
	const cora = await world.employee('Cora Lane', 'cora');
	await world.call('PATCH', '/me', { as: cora, body: { preferences: { language: 'en' } } });
	const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: cora.person.id } });
	await world.call('POST', `/chats/${chat.id}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: 'Call the warehouse' } });
	const page = await world.as(cora, `/chats/${chat.id}`, { lang: 'en', dark: true });
	await openMenu(page, 'Call the warehouse');
	await choose(page, 'Reminder…');
	const window = page.getByRole('dialog', { name: /^Reminder/ });
	await window.getByRole('button', { name: 'The day after tomorrow' }).click();
	assert.deepEqual(await faults(page), []);
	await shot(page, 'reminder-window-en-dark');
	await window.getByRole('button', { name: 'OK' }).click();
	await seen(message(page, 'Call the warehouse').getByRole('button', { name: /^Reminder:/ }));
	await page.goto('/reminders');
	await seen(page.locator('main li', { hasText: 'Call the warehouse' }));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'reminders-list-en-dark');
});
