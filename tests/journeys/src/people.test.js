// Colleagues: the list, My friends, the window of a person, SMS, the Panel; two people in browsers of their own.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { count, gone, seen, shot } from './look.js';
import { choose, composer, message, say, toast } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
await world.call('PATCH', '/me', { as: boris, body: { title: 'Кладовщик', phones: ['+7 921 555-18-04'], email: 'boris@romashka.ru', extension: '104', status_text: 'На складе' } });
let annaPage;
let borisPage;
let panel;

const row = (page, person) => page.locator(`.pane [data-person="${person.person.id}"], .panel [data-person="${person.person.id}"]`).first();
const dialog = (page, name) => page.getByRole('dialog', { name });
const tab = (page, name) => page.getByRole('tab', { name, exact: true });
const body = (page, name) => page.locator(`.body[data-tab=${name}]`);

step('S2-01 L-16 P-11 a colleague goes into My friends and stands on top, with presence in words and a status text', async () => {
	borisPage = await world.as(boris);
	annaPage = await world.as(anna, '/people');
	await seen(row(annaPage, boris).getByText('В сети · На складе'));
	await row(annaPage, boris).click({ button: 'right' });
	await choose(annaPage, 'В друзья');
	const friends = annaPage.getByRole('group', { name: 'Мои друзья' });
	await seen(friends.getByRole('button', { name: /Борис Ким/ }));
	await seen(annaPage.getByRole('group', { name: 'Все сотрудники' }).getByRole('button', { name: /Вера Лис/ }));
	await world.call('PATCH', '/me', { as: boris, body: { availability: 'dnd' } });
	await seen(row(annaPage, boris).getByText('Не беспокоить · На складе'));
	await world.call('PATCH', '/me', { as: boris, body: { availability: 'auto' } });
	await annaPage.reload();
	await seen(friends.getByRole('button', { name: /Борис Ким/ }));
	await shot(annaPage, 'people');
	assert.deepEqual(await faults(annaPage), []);
});

step('L-19 who leaves the computer was here at a moment, and is back by the first touch', async () => {
	const page = await world.as(vera);
	await page.clock.install();
	await page.reload();
	await seen(row(annaPage, vera).getByText('В сети'));
	await page.clock.fastForward('06:00');
	await seen(row(annaPage, vera).getByText(/Не\sза\sкомпьютером, последний\sраз здесь/));
	await page.mouse.move(200, 200);
	await seen(row(annaPage, vera).getByText('В сети'));
	await page.context().close();
});

step('S2-04 X-06 Ctrl+Enter on a row opens the chat, Shift+F10 its menu, Space the SMS window', async () => {
	await row(annaPage, boris).focus();
	await annaPage.keyboard.press('Shift+F10');
	await seen(annaPage.getByRole('menu', { name: 'Борис Ким' }));
	await annaPage.keyboard.press('Escape');
	await row(annaPage, boris).focus();
	await annaPage.keyboard.press('Space');
	await seen(dialog(annaPage, /^SMS:.*Борис Ким/));
	await annaPage.keyboard.press('Escape');
	await row(annaPage, boris).focus();
	await annaPage.keyboard.press('Control+Enter');
	await annaPage.waitForURL(/\/chats\/[\w-]+$/);
	await say(annaPage, 'Лампа пришла?');
	await seen(annaPage.locator('section.thread').getByText('Лампа пришла?'));
});

step('S2-10 S2-19 L-84 L-85 the SMS window counts parts and says plainly why nothing can be sent', async () => {
	await annaPage.goto(`/people/${boris.person.id}`);
	await annaPage.getByRole('button', { name: 'Отправить SMS' }).click();
	const sms = dialog(annaPage, /^SMS:.*Борис Ким/);
	await seen(sms.getByText('SMS-провайдер не подключён'));
	await seen(sms.getByText(/555-18-04/));
	await sms.getByLabel('Текст').fill('я'.repeat(71));
	await seen(sms.getByText(/71\S* символ — \S*2\S* SMS/));
	await sms.getByLabel('Текст').fill('a'.repeat(160));
	await seen(sms.getByText(/160\S* символов — \S*1\S* SMS/));
	await shot(annaPage, 'sms');
	assert.deepEqual(await faults(annaPage), []);
	await annaPage.keyboard.press('Escape');
});

step('S2-02 S2-03 S2-17 the window of a person: its tab Chat, and from which program they last wrote', async () => {
	await borisPage.goto('/chats');
	await borisPage.locator('.pane a.row').filter({ hasText: 'Анна' }).click();
	await say(borisPage, 'Пришла, **две** штуки');
	await annaPage.goto('/people');
	await row(annaPage, boris).click({ button: 'right' });
	await choose(annaPage, /^Общение: в чате/);
	await annaPage.waitForURL(`**/people/${boris.person.id}/chat`);
	await seen(message(annaPage, 'две штуки'));
	await say(annaPage, 'Спасибо');
	await seen(message(borisPage, 'Спасибо'));
	await annaPage.reload();
	const program = annaPage.locator('[data-program]');
	await seen(program);
	assert.match(plain(await program.textContent()), /^Web \d+\.\d+\.\d+, сегодня \d\d:\d\d$/);
	await shot(annaPage, 'person-chat');
});

step('S2-18 Copy puts all information into the clipboard as text', async () => {
	await annaPage.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await tab(annaPage, 'Сведения').click();
	await annaPage.getByRole('button', { name: 'Скопировать', exact: true }).click();
	await seen(toast(annaPage, 'Скопировано'));
	const text = await annaPage.evaluate(() => navigator.clipboard.readText());
	assert.equal(text, 'Борис Ким\nДолжность: Кладовщик\nТелефон: +7 921 555-18-04\nПочта: boris@romashka.ru\nВнутренний: 104');
});

step('L-89 S2-23 tasks in common, comments, affairs and statistics: only what both may see', async () => {
	await annaPage.getByRole('button', { name: 'Новая задача' }).click();
	const form = dialog(annaPage, 'Новая задача');
	await seen(form.getByRole('radio', { name: /Борис Ким/, checked: true }));
	await form.getByLabel('Что сделать').fill('Развесить лампы');
	await form.getByRole('button', { name: 'Поставить задачу' }).click();
	await seen(annaPage.getByRole('heading', { name: /Задача №.*1/ }));
	const task = new URL(annaPage.url()).pathname;
	await world.call('POST', `${task}/entries`, { as: boris, body: { client_id: crypto.randomUUID(), text: 'Развешу завтра' } });
	await annaPage.goto(`/people/${boris.person.id}/tasks`);
	await seen(body(annaPage, 'tasks').getByRole('link', { name: /Развесить лампы/ }));
	await tab(annaPage, 'Комментарии').click();
	await seen(body(annaPage, 'comments').getByText('Развешу завтра'));
	await tab(annaPage, 'Переписка').click();
	await seen(body(annaPage, 'letters').getByText('Пришла, две штуки'));
	await tab(annaPage, 'Дела').click();
	await seen(body(annaPage, 'affairs').getByRole('link', { name: /Развесить лампы/ }));
	await shot(annaPage, 'person-affairs');
	await tab(annaPage, 'Статистика').click();
	const messages = body(annaPage, 'numbers').getByRole('row', { name: /Сообщений/ }).getByRole('cell');
	await seen(messages);
	assert.deepEqual(await messages.allTextContents(), ['2', '1']);
	await shot(annaPage, 'person-numbers');
	assert.deepEqual(await faults(annaPage), []);
	await tab(annaPage, 'Файлы').click();
	await seen(body(annaPage, 'files').getByText('Здесь'));
	const veraPage = await world.as(vera, `/people/${boris.person.id}/comments`);
	await seen(veraPage.getByText('Комментариев не видно'));
	await tab(veraPage, 'Дела').click();
	await seen(veraPage.getByText('Открытых дел нет'));
	await veraPage.close();
});

step('S2-24 adding people from the window makes a new group', async () => {
	await annaPage.getByRole('button', { name: 'Добавить собеседников' }).click();
	const grow = dialog(annaPage, 'Добавить собеседников');
	await grow.getByRole('checkbox', { name: /Вера Лис/ }).click();
	await grow.getByRole('button', { name: 'Создать группу' }).click();
	await annaPage.waitForURL(/\/chats\/[\w-]+$/);
	await seen(composer(annaPage));
});

step('S2-05 S2-06 advanced search finds by a phone in any format; who is found is added and written to', async () => {
	await annaPage.goto('/people');
	await annaPage.getByRole('button', { name: 'Найти', exact: true }).click();
	const find = dialog(annaPage, 'Расширенный поиск');
	await find.getByLabel('Телефон').fill('тел. 8/921/555');
	await seen(find.getByText(/Найден \S*1\S* человек/));
	await find.getByLabel('Телефон').fill('8 (921) 555');
	await seen(find.getByText(/Найден \S*1\S* человек/));
	await find.getByLabel('Почта').fill('vera');
	await seen(find.getByText('Никто не подходит'));
	await find.getByLabel('Телефон').fill('');
	await find.getByLabel('Почта').fill('');
	await find.getByLabel('Имя или должность').fill('dthf');
	await find.getByRole('button', { name: 'В друзья' }).click();
	await seen(find.getByRole('button', { name: 'Убрать' }));
	await shot(annaPage, 'find-people');
	assert.deepEqual(await faults(annaPage), []);
	await find.getByRole('button', { name: 'Написать' }).click();
	await annaPage.waitForURL(/\/chats\/[\w-]+$/);
	await annaPage.goto('/people');
	await count(annaPage.getByRole('group', { name: 'Мои друзья' }).locator('[data-row]'), 2);
});

step('S0-06 the Panel without a session shows Authorisation, which leads to sign-in and back; then the button is gone', async () => {
	panel = await world.page({ width: 360, height: 720 });
	await panel.goto('/panel');
	await seen(panel.getByText('Вы не вошли в чаты'));
	await shot(panel, 'panel-out');
	assert.deepEqual(await faults(panel), []);
	await panel.getByRole('link', { name: 'Авторизация' }).click();
	await panel.getByLabel('Логин').fill('vera');
	await panel.getByLabel('Пароль', { exact: true }).fill('correct horse 7');
	await panel.getByRole('button', { name: 'Войти' }).click();
	await panel.waitForURL('**/panel');
	await seen(row(panel, boris));
	await gone(panel.getByRole('link', { name: 'Авторизация' }));
});

step('X-14 the Panel: one smart field, a chat that fills the window, the way back; it is a program of its own', async () => {
	await panel.getByRole('searchbox').fill('8921555');
	await seen(row(panel, boris));
	await count(panel.locator('[data-row]'), 1);
	await row(panel, boris).press('Enter');
	await panel.waitForURL(/\/panel\/chats\/[\w-]+$/);
	await say(panel, 'Пишу из Панели');
	await borisPage.goto('/people');
	await seen(row(borisPage, vera));
	await row(borisPage, vera).click();
	await seen(message(borisPage, 'Пишу из Панели'));
	await say(borisPage, 'Вижу');
	await seen(message(panel, 'Вижу'));
	assert.equal(await panel.evaluate(() => document.documentElement.scrollWidth), 360);
	await shot(panel, 'panel-chat');
	assert.deepEqual(await faults(panel), []);
	await panel.getByRole('button', { name: 'Назад' }).click();
	await panel.getByRole('tab', { name: /^Чаты/ }).click();
	await seen(panel.locator('a.row').filter({ hasText: 'Вижу' }));
	await shot(panel, 'panel-chats');
	await tab(panel, 'Сотрудники').click();
	await seen(row(panel, boris));
	assert.equal(await panel.evaluate(() => document.documentElement.scrollWidth), 360);
	await shot(panel, 'panel-people');
	assert.deepEqual(await faults(panel), []);
	const manifest = await panel.evaluate(async () => {
		const answer = await fetch(document.querySelector('link[rel=manifest]').href);
		return { type: answer.headers.get('Content-Type'), ...(await answer.json()) };
	});
	assert.deepEqual([manifest.type, manifest.name, manifest.start_url, manifest.display], ['application/manifest+json', 'Beseda Panel', '/panel', 'standalone']);
	await borisPage.goto(`/people/${vera.person.id}`);
	await seen(borisPage.locator('[data-program]').filter({ hasText: 'Панель' }));
});

step('X-14 the application opens the Panel in a small window', async () => {
	await annaPage.goto('/settings/behaviour');
	const [small] = await Promise.all([annaPage.context().waitForEvent('page'), annaPage.getByRole('button', { name: 'Открыть Панель' }).click()]);
	await seen(small.locator('.panel [data-person]'));
	assert.equal(new URL(small.url()).pathname, '/panel');
	await small.close();
});

step('L-09 the five switches are there, and say why a browser lacks them', async () => {
	await count(annaPage.getByRole('switch'), 5);
	for (const one of await annaPage.getByRole('switch').all()) assert.equal(await one.isDisabled(), true);
	await seen(annaPage.getByText('вместе с телефонией'));
	await shot(annaPage, 'behaviour');
	assert.deepEqual(await faults(annaPage), []);
});

step('L-84 the key of the SMS window is changed by pressing another', async () => {
	await annaPage.getByRole('button', { name: 'Сменить' }).click();
	await seen(annaPage.getByText('Нажмите клавишу'));
	await annaPage.keyboard.press('Control+m');
	await seen(annaPage.getByText('Ctrl M', { exact: true }));
	await shot(annaPage, 'behaviour-key');
	assert.deepEqual(await faults(annaPage), []);
	await annaPage.goto('/people');
	await row(annaPage, boris).focus();
	await annaPage.keyboard.press('Control+m');
	await seen(dialog(annaPage, /^SMS:.*Борис Ким/));
	await annaPage.keyboard.press('Escape');
	await annaPage.goto('/settings/behaviour');
	await annaPage.getByRole('button', { name: 'Как было' }).click();
	await seen(annaPage.getByText('Пробел', { exact: true }));
});

step('S0-03 S0-04 S0-05 the base: its own is green at once, the check asks and names the fault, the mode is told', async () => {
	await annaPage.goto('/settings/health');
	await seen(annaPage.locator('li').filter({ hasText: 'База подключена' }).getByText('Подключена', { exact: true }));
	await annaPage.getByRole('button', { name: 'Проверить' }).click();
	await seen(annaPage.getByText('Внешний адрес не задан'));
	await seen(annaPage.getByText('Веб-сервис', { exact: true }));
	await shot(annaPage, 'base');
	assert.deepEqual(await faults(annaPage), []);
});

step('S2-01 X-14 L-89 in English, in the dark', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const page = await world.as(anna, `/people/${boris.person.id}`, { lang: 'en', dark: true });
	await seen(page.getByRole('tab', { name: 'Tasks in common' }));
	await shot(page, 'person-en-dark');
	assert.deepEqual(await faults(page), []);
	const small = await world.as(anna, '/chats', { lang: 'en', dark: true, width: 390, height: 800 });
	await small.goto(`/people/${boris.person.id}/numbers`);
	await seen(small.getByRole('row', { name: /Messages/ }));
	assert.equal(await small.evaluate(() => document.documentElement.scrollWidth), 390);
	await shot(small, 'person-narrow');
	assert.deepEqual(await faults(small), []);
	await small.setViewportSize({ width: 360, height: 720 });
	await small.goto('/panel');
	await seen(row(small, boris));
	await shot(small, 'panel-en-dark');
	assert.deepEqual(await faults(small), []);
	for (const one of [page, small]) await one.close();
});
