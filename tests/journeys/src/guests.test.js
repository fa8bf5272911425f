// Guests: the administrator invites one from a group; what the guest sees, and what happens when the door is shut.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot, until } from './look.js';
import { chatRow, composer, message, say } from './screens.js';
import { plain, story } from './story.js';
import { PASSWORD, World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
const group = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Каталог', member_ids: [boris.person.id] } });
await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Зарплаты', member_ids: [vera.person.id] } });
let annaPage;
let guestPage;
let link;

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page, name) => page.getByRole('dialog', { name });

step('X-13 a guest is invited from the pane of a group, and it is said what they will see', async () => {
	annaPage = await world.as(anna, `/chats/${group.id}`);
	await say(annaPage, 'Первый макет был в июле');
	await button(annaPage, 'Пригласить гостя').click();
	const asked = dialog(annaPage, 'Пригласить гостя');
	await seen(asked.getByText(/всю\sпереписку\sв\sних\sс\sсамого\sначала/));
	assert.equal(await asked.getByRole('checkbox', { name: /Каталог/ }).isChecked(), true);
	assert.equal(await asked.getByRole('checkbox', { name: /Зарплаты/ }).isChecked(), false);
	assert.equal(await button(asked, 'Создать приглашение').isDisabled(), true, 'without a name there is nobody to invite');
	await asked.getByLabel('Имя гостя').fill('Ника Савина');
	await shot(annaPage, 'guest-invite');
	assert.deepEqual(await faults(annaPage), []);
	await button(asked, 'Создать приглашение').click();
	const made = dialog(annaPage, 'Приглашение готово');
	await seen(made);
	link = (await made.getByText(/\/join\//).innerText()).trim();
	assert.match(link, /\/join\/\w+$/);
	await shot(annaPage, 'guest-link');
	await button(made, 'Готово').click();
});

step('X-13 the guest joins by the link and sees that group with all that was said, its people, and nothing else', async () => {
	guestPage = await world.page();
	await guestPage.goto(link);
	await guestPage.getByLabel('Логин').fill('nika');
	await guestPage.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
	await guestPage.getByRole('button', { name: /Войти|Начать|Присоединиться/ }).click();
	await chatRow(guestPage, 'Каталог').click();
	await seen(message(guestPage, 'Первый макет был в июле'));
	await gone(chatRow(guestPage, 'Зарплаты'));
	const rail = guestPage.locator('nav[data-region=rail]');
	assert.deepEqual((await rail.locator('a.area:not(.small)').allInnerTexts()).map(plain), ['Чаты']);
	await say(guestPage, 'Второй пришлю завтра');
	await seen(message(annaPage, 'Второй пришлю завтра'));
	await seen(annaPage.getByText(/Ника Савина.*присоединяется как гость/));
	await seen(annaPage.locator('header').getByText(/1\W{1,3}гость/));
	await shot(annaPage, 'guest-in-group');
	await shot(guestPage, 'guest-chat');
	assert.deepEqual(await faults(guestPage), []);
	await guestPage.goto('/people');
	await seen(guestPage.getByRole('button', { name: /Анна Орлова/ }).first());
	await gone(guestPage.getByRole('button', { name: /Вера Лис/ }));
	await shot(guestPage, 'guest-people');
});

step('X-13 what is not for guests has no button, and its address leads back to the chats', async () => {
	for (const path of ['/inbox/my', '/contacts', '/tasks', '/tables']) {
		await guestPage.goto(path);
		await guestPage.waitForURL(/\/chats$/);
	}
	await guestPage.goto('/settings');
	await seen(guestPage.getByRole('link', { name: 'Профиль' }));
	await gone(guestPage.getByRole('link', { name: 'Шаблоны' }));
	await guestPage.goto(`/people/${anna.person.id}`);
	await seen(guestPage.getByRole('tab', { name: 'Чат', exact: true }));
	assert.deepEqual((await guestPage.getByRole('tablist', { name: 'Карточка сотрудника' }).getByRole('tab').allInnerTexts()).map(plain), ['Сведения', 'Чат']);
	await guestPage.goto(`/chats/${group.id}`);
	await seen(composer(guestPage));
	await gone(button(guestPage, 'Пригласить гостя'));
});

step('X-13 colleagues see who is a guest, among people and in the group', async () => {
	await annaPage.goto('/people');
	const guests = annaPage.getByRole('group', { name: 'Гости' });
	await seen(guests.getByRole('button', { name: /Ника Савина.*гость/s }));
	await shot(annaPage, 'guest-tree');
});

step('X-13 the administrator shuts the door: the guest is signed out and told why; opened, all is there', async () => {
	await annaPage.goto('/settings/workspace');
	const door = annaPage.getByRole('switch', { name: 'Гости могут входить' });
	await seen(door);
	await door.press('Space');
	await button(annaPage, 'Сохранить').click();
	await guestPage.waitForURL(/\/sign-in/);
	await guestPage.getByLabel('Логин').fill('nika');
	await guestPage.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
	await button(guestPage, 'Войти').click();
	await seen(guestPage.getByText('Вход для гостей выключен. Его может включить администратор'));
	await shot(guestPage, 'guest-shut');
	await door.press('Space');
	await button(annaPage, 'Сохранить').click();
	await until(annaPage, async () => (await (await fetch('/api/v1/workspace')).json()).guests);
	await button(guestPage, 'Войти').click();
	await seen(chatRow(guestPage, 'Каталог'));
});

step('X-13 in English, dark and on a phone it is as plain', async () => {
	const page = await world.as({ ...anna }, `/chats/${group.id}`, { width: 390, height: 800, dark: true });
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	await page.reload();
	await page.getByRole('button', { name: 'Details' }).first().click();
	await button(page, 'Invite a guest').click();
	await seen(dialog(page, 'Invite a guest'));
	await shot(page, 'guest-invite-en');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'ru', theme: 'light' } } });
});

step('X-13 taken into the company, the guest has everything at once', async () => {
	const { people } = await world.call('GET', '/people', { as: anna });
	const nika = people.find((one) => one.guest);
	await annaPage.goto(`/settings/people/${nika.id}`);
	await button(annaPage, 'Принять в сотрудники').click();
	await shot(annaPage, 'guest-take');
	await button(dialog(annaPage, /принять\sв\sсотрудники/), 'Принять в сотрудники').click();
	await seen(guestPage.locator('nav[data-region=rail]').getByText('Клиенты'));
	await guestPage.goto('/people');
	await seen(guestPage.getByRole('button', { name: /Вера Лис/ }).first());
});
