// Notices: one window shows each, the others count; the matrix (L-104), quiet hours (L-102), one chat's switches, the centre
// that gathers everything (L-103), answering from the notice.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot, until } from './look.js';
import { chatRow, choose, composer, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
let direct;
let group;
let annaPage;
let desk;

const settingsOf = (who) => world.call('GET', '/notices/settings', { as: who });
/** How many toasts with these words the page has drawn since it began. */
const drawn = (page, words) => page.evaluate((text) => window.toasts.filter((one) => one.includes(text)).length, words);
async function watched(who, path, options) {
	const page = await world.as(who, path, options);
	await page.evaluate(() => {
		window.toasts = [];
		new MutationObserver((all) => {
			for (const { addedNodes } of all) for (const node of addedNodes) if (node instanceof Element) for (const one of [node, ...node.querySelectorAll('*')]) if (one.matches('.toast')) window.toasts.push(one.textContent);
		}).observe(document.body, { childList: true, subtree: true });
	});
	return page;
}

step('S0-10 S0-09 U-25 one window shows a message in its corner, the other only counts', async () => {
	const chat = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
	direct = `/chats/${chat.id}`;
	const made = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Склад', member_ids: [boris.person.id, vera.person.id] } });
	group = made.id;
	annaPage = await world.as(anna, direct);
	const phone = await watched(boris, '/contacts', { width: 390, height: 844 });
	desk = await watched(boris, '/contacts');
	await desk.bringToFront();
	await desk.mouse.move(300, 300);
	await say(annaPage, 'Борис, ты здесь?');
	await seen(toast(desk, 'Борис, ты здесь?'));
	await seen(phone.locator('nav[data-region=rail] a[href="/chats"] .badge'));
	assert.equal(await drawn(phone, 'Борис, ты здесь?'), 0, 'both windows showed it');
	assert.deepEqual(await faults(desk), []);
	await phone.context().close();
	await toast(desk, 'Борис, ты здесь?').getByRole('button', { name: 'Открыть' }).click();
	await seen(message(desk, 'Борис, ты здесь?'));
});

step('S2-07 S2-08 the envelope stands in title, favicon and rail while something is unread, and opens the oldest', async () => {
	await desk.goto('/contacts');
	await world.call('POST', `/chats/${group}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: 'Сначала в группе' } });
	await world.call('POST', `${direct}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: 'Потом лично' } });
	await until(desk, () => /^\(2\) ✉/.test(document.title) && document.querySelector('link[rel=icon]').href.endsWith('/icon-dot.svg'));
	await shot(desk, 'envelope');
	await desk.getByRole('button', { name: /Открыть самый давний/ }).click();
	await seen(message(desk, 'Сначала в группе'));
	await until(desk, () => /^\(1\) ✉/.test(document.title));
	await desk.getByRole('button', { name: /Открыть самый давний/ }).click();
	await seen(message(desk, 'Потом лично'));
	await gone(desk.getByRole('button', { name: /Открыть самый давний/ }));
	await until(desk, () => !/✉/.test(document.title));
});

step('S0-11 L-01 L-02 L-104 U-25 the matrix is changed by keys, and takes effect without a restart', async () => {
	await desk.goto('/settings/notifications');
	const cell = (row, way) => desk.getByRole('checkbox', { name: new RegExp(`${row}.*:.*${way}`) });
	await seen(desk.getByRole('switch', { name: 'Показывать уведомления на рабочем столе' }).or(desk.getByLabel('Показывать уведомления на рабочем столе')));
	await seen(desk.getByText('Почта не подключена'));
	assert.ok(await cell('Упоминание', 'Почта').isDisabled());
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'notices-matrix');
	await cell('Личное сообщение', 'В углу страницы').focus();
	await desk.keyboard.press('Space');
	await until(desk, async () => (await (await fetch('/api/v1/notices/settings')).json()).matrix.direct.corner === false);
	assert.equal((await settingsOf(boris)).matrix.mention.corner, true, 'the other rows stay');
});

step('U-41 quiet hours by timetable, with a day that differs and a colleague who passes', async () => {
	await desk.getByText('Соблюдать тихие часы').click();
	const quiet = desk.locator('form', { hasText: 'Расписание' });
	await quiet.getByLabel(/понедельник.*: с/).fill('21:30');
	await quiet.getByLabel('Дата', { exact: true }).fill('2027-01-01');
	await quiet.getByRole('button', { name: 'Добавить' }).click();
	await quiet.getByLabel('Сотрудники').selectOption({ label: 'Анна Орлова' });
	await quiet.getByRole('button', { name: 'Сохранить тихие часы' }).click();
	await seen(toast(desk, 'Тихие часы сохранены'));
	const kept = (await settingsOf(boris)).quiet;
	assert.equal(kept.on, true);
	assert.equal(kept.zone, 'Europe/Moscow');
	assert.equal(kept.days[0].from, 21 * 60 + 30);
	assert.deepEqual(kept.dates, [{ date: '2027-01-01', quiet: true }]);
	assert.deepEqual(kept.pass_people, [anna.person.id]);
	assert.deepEqual(await faults(desk), []);
	await shot(desk, 'quiet-hours');
	const narrow = await world.as(boris, '/chats', { width: 390, height: 844, dark: true });
	await narrow.goto('/settings/notifications');
	await seen(narrow.getByText('Личное сообщение'));
	await seen(narrow.locator('form', { hasText: 'Расписание' }));
	assert.deepEqual(await faults(narrow), []);
	await shot(narrow, 'notices-narrow-dark');
	await narrow.context().close();
	// What it does is told by the stories of the server; here the switch goes back.
	const settings = await settingsOf(boris);
	settings.quiet.on = false;
	settings.matrix.direct.corner = true;
	await world.call('PUT', '/notices/settings', { as: boris, body: { matrix: settings.matrix, quiet: settings.quiet } });
});

step('S2-36 sound of one chat and silence until a time, from its menu', async () => {
	await desk.goto('/chats');
	const menu = async () => {
		await chatRow(desk, 'Склад').click({ button: 'right' });
		await choose(desk, 'Звук и уведомления…');
	};
	await menu();
	await desk.getByRole('menuitemcheckbox', { name: 'Звук сообщений' }).or(desk.getByRole('menuitem', { name: 'Звук сообщений' })).click();
	await until(desk, async () => (await (await fetch('/api/v1/notices/settings')).json()).chats.some((one) => one.sound === false));
	await menu();
	await choose(desk, 'Не уведомлять час');
	await until(desk, async () => (await (await fetch('/api/v1/notices/settings')).json()).chats.some((one) => one.muted_until > Date.now()));
	await menu();
	await choose(desk, /Снова уведомлять/);
	await until(desk, async () => (await (await fetch('/api/v1/notices/settings')).json()).chats.every((one) => one.muted_until === null));
});

step('a mention is answered from its notice, and both are done', async () => {
	await desk.goto('/contacts');
	await world.call('POST', `/chats/${group}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: `@[Борис Ким](${boris.person.id}), когда машина?` } });
	const bell = desk.getByRole('button', { name: /^Уведомления/ });
	await seen(bell.locator('.badge'));
	await bell.click();
	const row = desk.getByRole('dialog', { name: 'Уведомления' }).locator('li', { hasText: 'когда машина' });
	await row.getByRole('button', { name: 'Ответить' }).click();
	await row.getByRole('textbox').fill('Машина в пять');
	await shot(desk, 'notice-answer');
	await row.getByRole('textbox').press('Enter');
	await gone(row);
	await desk.keyboard.press('Escape');
	await gone(bell.locator('.badge'));
	await annaPage.goto(`/chats/${group}`);
	await seen(message(annaPage, 'Машина в пять'));
	await seen(composer(annaPage));
});

step('L-103 L-102 the centre gathers clients, colleagues, tasks and the system, is filtered, and a chat is answered from it', async () => {
	await desk.goto('/contacts');
	await world.call('POST', `${direct}/messages`, { as: anna, body: { client_id: crypto.randomUUID(), text: 'Где накладная?' } });
	await world.call('POST', '/tasks', { as: anna, body: { title: 'Проверить склад', assignee_id: boris.person.id } });
	await desk.getByRole('button', { name: /^Уведомления/ }).click();
	const centre = desk.getByRole('dialog', { name: 'Уведомления' });
	const talk = centre.locator('li', { hasText: 'Где накладная?' });
	const task = centre.locator('li', { hasText: 'Проверить склад' });
	await seen(talk);
	await seen(task);
	await shot(desk, 'notices-centre');
	await centre.getByRole('radio', { name: 'Задачи' }).check();
	await gone(talk);
	await seen(task);
	await centre.getByRole('radio', { name: 'Коллеги' }).check();
	await gone(task);
	await talk.getByRole('button', { name: 'Ответить' }).click();
	await talk.getByRole('textbox').fill('На столе у Веры');
	await talk.getByRole('textbox').press('Enter');
	await gone(talk);
	assert.deepEqual(await faults(desk), []);
	await desk.keyboard.press('Escape');
	await annaPage.goto(direct);
	await seen(message(annaPage, 'На столе у Веры'));
});

step('S0-11 in English the matrix has its words', async () => {
	await world.call('PATCH', '/me', { as: vera, body: { preferences: { language: 'en' } } });
	const page = await world.as(vera, '/settings/notifications', { lang: 'en' });
	await seen(page.getByRole('rowheader', { name: 'A reply to my message' }));
	await page.getByText('Keep quiet hours').click();
	await seen(page.getByText('Days that differ'));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'notices-en');
});
