// Tasks and tables: set, commented, quarrelled over, moved about a board; messages moved there, with links both ways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { count, gone, seen, shot } from './look.js';
import { choose, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const vera = await world.employee('Вера Лис', 'vera');
const direct = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: vera.person.id } });
let annaPage;
let borisPage;
let task;

const entry = (page, text) => page.locator('.entries li').filter({ hasText: text });
const title = (page) => page.getByRole('textbox', { name: 'Что сделать' });
/** Said, and taken by the server: only then it can be moved. */
async function told(page, text) {
	await say(page, text);
	await seen(message(page, text).getByRole('img', { name: /^(Отправлено|Доставлено|Прочитано)/ }));
}
const dialog = (page, name) => page.getByRole('dialog', { name });

step('S2-23 L-68 a task for a person: the assignee is filled in, they are told at once and the notice leads to it', async () => {
	borisPage = await world.as(boris, '/tasks');
	annaPage = await world.as(anna, `/tasks/new?assignee=${boris.person.id}`);
	const form = dialog(annaPage, 'Новая задача');
	await seen(form.getByRole('radio', { name: /Борис Ким/, checked: true }));
	await form.getByLabel('Что сделать').fill('Починить лампу');
	await form.getByLabel('Подробности').fill('В **холле**, у входа');
	await shot(annaPage, 'task-new');
	await form.getByRole('button', { name: 'Поставить задачу' }).click();
	await seen(annaPage.getByRole('heading', { name: /Задача №.*1/ }));
	task = new URL(annaPage.url()).pathname;
	await seen(annaPage.getByRole('tab', { name: 'От меня', selected: true }));
	await seen(annaPage.locator('.pane a.row').filter({ hasText: 'Починить лампу' }));
	await seen(borisPage.locator('.pane a.row').filter({ hasText: 'Починить лампу' }));
	await borisPage.goto('/chats');
	await borisPage.getByRole('button', { name: /^Уведомления/ }).click();
	await borisPage.getByRole('dialog').getByRole('button', { name: /Починить лампу/ }).click();
	await seen(title(borisPage));
	assert.equal(new URL(borisPage.url()).pathname, task);
	await seen(borisPage.locator('.text strong').filter({ hasText: 'холле' }));
});

step('S2-23 comments and changes are seen by the other without a reload', async () => {
	await borisPage.getByPlaceholder('Написать комментарий').fill('Куплю патрон');
	await borisPage.getByRole('button', { name: 'Отправить' }).click();
	await seen(entry(annaPage, 'Куплю патрон').getByText('Борис Ким'));
	await borisPage.getByLabel('Состояние').selectOption('working');
	await seen(entry(annaPage, 'В работе'));
	await borisPage.locator('section input[type=file]').first().setInputFiles({ name: 'схема.txt', mimeType: 'text/plain', buffer: Buffer.from('схема') });
	await seen(annaPage.getByRole('link', { name: /схема\.txt/ }));
	await shot(annaPage, 'task');
});

step('S2-23 two people edit one task at once: both are shown, nothing typed is lost', async () => {
	for (const page of [annaPage, borisPage]) {
		await page.getByRole('button', { name: 'Изменить подробности' }).click();
		await seen(page.getByLabel('Подробности'));
	}
	await annaPage.getByLabel('Подробности').fill('В холле, слева');
	await annaPage.getByRole('button', { name: 'Сохранить' }).click();
	await seen(borisPage.locator('.entries').getByText('Подробности'));
	await borisPage.getByLabel('Подробности').fill('В холле, справа');
	await borisPage.getByRole('button', { name: 'Сохранить' }).click();
	const quarrel = dialog(borisPage, 'Это уже изменили');
	await seen(quarrel.getByText('В холле, слева'));
	await seen(quarrel.getByText('В холле, справа'));
	await shot(borisPage, 'quarrel');
	await borisPage.keyboard.press('Escape');
	assert.equal(await borisPage.getByLabel('Подробности').inputValue(), 'В холле, справа');
	await borisPage.getByRole('button', { name: 'Сохранить' }).click();
	await quarrel.getByRole('button', { name: 'Записать моё' }).click();
	await seen(annaPage.locator('.text').getByText('В холле, справа'));
	// different fields are no quarrel
	await title(annaPage).focus();
	await borisPage.getByLabel('Состояние').selectOption('waiting');
	await seen(entry(annaPage, 'Ждёт'));
	await title(annaPage).fill('Починить торшер');
	await annaPage.keyboard.press('Enter');
	await seen(entry(borisPage, 'Починить торшер'));
	assert.equal(await borisPage.getByLabel('Состояние').inputValue(), 'waiting');
});

step('S2-30 S2-31 S2-32 a message is moved to a task by right click, with a link both ways', async () => {
	await annaPage.goto(`/chats/${direct.id}`);
	await told(annaPage, 'Торшер опять мигает');
	await message(annaPage, 'Торшер опять мигает').click({ button: 'right' });
	await choose(annaPage, 'Перенести в задачу…');
	const move = dialog(annaPage, /^Перенести/);
	await count(move.getByRole('tab'), 2);
	await seen(move.getByRole('tab', { name: 'В таблицу' }));
	await move.getByRole('searchbox').fill('торшер');
	await move.getByRole('radio', { name: /Починить торшер/ }).click();
	await shot(annaPage, 'move');
	await move.getByRole('button', { name: 'Перенести', exact: true }).click();
	await gone(move);
	const moved = entry(borisPage, 'Торшер опять мигает');
	await seen(moved.getByText('Анна Орлова').first());
	await toast(annaPage, 'Перенесено').getByRole('button', { name: 'Открыть' }).click();
	await entry(annaPage, 'Торшер опять мигает').getByRole('link', { name: 'к сообщению' }).click();
	await seen(message(annaPage, 'Торшер опять мигает'));
	// the message says where it went, to those who may go there
	await message(annaPage, 'Торшер опять мигает').getByRole('link', { name: /Задача: №.*1 Починить торшер/ }).click();
	await seen(annaPage.getByRole('heading', { name: /Задача №.*1/ }));
	// Boris is not in that chat: the words are his to read, the chat is not
	await moved.getByRole('link', { name: 'к сообщению' }).click();
	await seen(borisPage.getByText('Этого чата здесь больше нет'));
	await borisPage.goto(task);
});

step('L-68 S2-30 the menu key moves a message into a new task, called by its words', async () => {
	await annaPage.goto(`/chats/${direct.id}`);
	await told(annaPage, 'Позвонить в типографию');
	await message(annaPage, 'Позвонить в типографию').locator('xpath=ancestor::*[@role="article"]').focus();
	await annaPage.keyboard.press('ContextMenu');
	await choose(annaPage, 'Перенести в задачу…');
	const move = dialog(annaPage, /^Перенести/);
	await move.getByRole('button', { name: 'Новая задача' }).click();
	assert.equal(await move.getByLabel('Что сделать').inputValue(), 'Позвонить в типографию');
	await move.getByRole('button', { name: 'Поставить задачу' }).click();
	await toast(annaPage, 'Перенесено').getByRole('button', { name: 'Открыть' }).click();
	await seen(annaPage.getByRole('heading', { name: /Задача №.*2/ }));
	await seen(entry(annaPage, 'Позвонить в типографию').getByRole('link', { name: 'к сообщению' }));
});

step('S2-30 a long press of a finger opens the same menu, a short touch does not', async () => {
	const phone = await world.as(anna, `/chats/${direct.id}`, { width: 390, height: 844, touch: true });
	const words = phone.locator('section.thread .message .words').last();
	await seen(words);
	const { x, y, width, height } = await words.boundingBox();
	const finger = await phone.context().newCDPSession(phone);
	const touch = (type, touchPoints) => finger.send('Input.dispatchTouchEvent', { type, touchPoints });
	const down = () => touch('touchStart', [{ x: x + width / 2, y: y + height / 2 }]);
	await down();
	await touch('touchEnd', []);
	assert.equal(await phone.getByRole('menu').count(), 0);
	await down();
	await seen(phone.getByRole('menuitem', { name: 'Перенести в задачу…' }));
	await touch('touchEnd', []);
	await seen(phone.getByRole('menuitem', { name: 'Перенести в задачу…' }));
	await shot(phone, 'long-press-390');
	await choose(phone, 'Перенести в задачу…');
	await seen(dialog(phone, /^Перенести/));
	await phone.context().close();
});

step('S2-32 several chosen messages go to a task at once, in the order they were written', async () => {
	await annaPage.goto(`/chats/${direct.id}`);
	await told(annaPage, 'Патрон Е27');
	await told(annaPage, 'И провод, три метра');
	await message(annaPage, 'Патрон Е27').click({ button: 'right' });
	await choose(annaPage, 'Выбрать');
	const bar = annaPage.getByRole('toolbar', { name: /Выбрано/ });
	await seen(bar);
	await message(annaPage, 'И провод').click();
	await bar.getByRole('button', { name: 'Перенести в задачу…' }).click();
	const move = dialog(annaPage, /^Перенести.*2/);
	await move.getByRole('radio', { name: /Починить торшер/ }).click();
	await move.getByRole('button', { name: 'Перенести', exact: true }).click();
	await gone(bar);
	await seen(entry(borisPage, 'И провод, три метра'));
	const words = await borisPage.locator('.entries li.words').allInnerTexts();
	const at = (text) => words.findIndex((one) => one.includes(text));
	assert.ok(at('Патрон Е27') >= 0 && at('Патрон Е27') < at('И провод'));
});

step('S2-23 the board: cards are moved by keys, by the menu and by dragging, and stay there', async () => {
	await annaPage.goto('/tasks/board');
	const column = (name) => annaPage.getByRole('group', { name });
	const card = (name, text) => column(name).getByRole('link', { name: text });
	await card('Новая', /Позвонить/).focus();
	await annaPage.keyboard.press('Alt+ArrowRight');
	await seen(card('В работе', /Позвонить/));
	await card('В работе', /Позвонить/).click({ button: 'right' });
	await annaPage.getByRole('menuitemcheckbox', { name: 'Ждёт' }).click();
	await seen(card('Ждёт', /Позвонить/));
	await card('Ждёт', /Позвонить/).dragTo(column('Выполнена'));
	await seen(card('Выполнена', /Позвонить/));
	await shot(annaPage, 'board');
	await annaPage.reload();
	await seen(card('Выполнена', /Позвонить/));
});

step('S2-31 S2-32 P-10 a table is made, its rows are written by those who may, and take messages into their history', async () => {
	await annaPage.goto('/tables');
	await annaPage.getByRole('button', { name: 'Новая таблица' }).first().click();
	const form = dialog(annaPage, 'Новая таблица');
	await form.getByLabel('Название', { exact: true }).fill('Заявки');
	await form.getByRole('button', { name: 'Добавить поле' }).click();
	await form.getByLabel('Поле', { exact: true }).nth(1).fill('Сумма');
	await form.getByLabel('Вид', { exact: true }).nth(1).selectOption('money');
	await form.getByRole('tab', { name: 'Права' }).click();
	const writers = form.getByRole('group', { name: 'Кто пишет' });
	await writers.getByRole('checkbox', { name: /Борис Ким/ }).click();
	await form.getByRole('group', { name: 'Кто видит записи' }).getByRole('checkbox', { name: 'Все сотрудники' }).check({ force: true });
	await shot(annaPage, 'table-new');
	await form.getByRole('button', { name: 'Создать таблицу' }).click();
	await seen(annaPage.getByRole('heading', { name: 'Заявки' }));
	await borisPage.goto(new URL(annaPage.url()).pathname);
	await borisPage.getByRole('button', { name: 'Добавить запись' }).click();
	await seen(borisPage.locator('aside input:focus'));
	await borisPage.keyboard.type('Замена ламп');
	await borisPage.getByLabel('Сумма', { exact: true }).fill('много');
	await borisPage.locator('aside').getByRole('button', { name: 'Добавить запись' }).click();
	await seen(borisPage.getByRole('alert').filter({ hasText: 'Напишите число' }));
	await seen(borisPage.locator('aside input[aria-invalid]:focus'));
	await borisPage.getByLabel('Сумма', { exact: true }).fill('1 250,5');
	await borisPage.locator('aside').getByRole('button', { name: 'Добавить запись' }).click();
	const cell = (page, text) => page.getByRole('gridcell').filter({ hasText: text });
	await seen(cell(annaPage, '1 250,50'));
	// in place: Enter begins, Enter ends
	await annaPage.getByRole('grid', { name: 'Заявки' }).focus();
	await annaPage.keyboard.press('ArrowRight');
	await annaPage.keyboard.press('Enter');
	await annaPage.keyboard.type('Замена светильников');
	await annaPage.keyboard.press('Enter');
	await seen(cell(borisPage, 'Замена светильников'));
	await seen(entry(borisPage, 'Замена светильников'));
	await shot(borisPage, 'table');
	// a message into its history
	await annaPage.goto(`/chats/${direct.id}`);
	await message(annaPage, 'Торшер опять мигает').click({ button: 'right' });
	await choose(annaPage, 'Перенести в задачу…');
	const move = dialog(annaPage, /^Перенести/);
	await move.getByRole('tab', { name: 'В таблицу' }).click();
	await move.getByRole('searchbox').fill('светильник');
	await move.getByRole('radio', { name: /Замена светильников/ }).click();
	await move.getByRole('button', { name: 'Перенести', exact: true }).click();
	await seen(entry(borisPage, 'Торшер опять мигает').getByRole('link', { name: 'к сообщению' }));
	// who may only read is offered nothing, and may not write
	const veraPage = await world.as(vera, `/chats/${direct.id}`);
	await seen(message(veraPage, 'Торшер опять мигает').getByRole('link', { name: /Запись таблицы: Заявки/ }));
	await count(message(veraPage, 'Торшер опять мигает').getByRole('link', { name: /Задача:/ }), 0);
	await message(veraPage, 'Торшер опять мигает').click({ button: 'right' });
	await choose(veraPage, 'Перенести в задачу…');
	const none = dialog(veraPage, /^Перенести/);
	await seen(none.getByText('Открытых вам задач нет'));
	await none.getByRole('tab', { name: 'В таблицу' }).click();
	await seen(none.getByText('Записей нет'));
	await veraPage.goto('/tables');
	await veraPage.locator('.pane a.row').filter({ hasText: 'только чтение' }).click();
	await seen(cell(veraPage, 'Замена светильников'));
	await count(veraPage.getByRole('button', { name: 'Добавить запись' }), 0);
	await veraPage.context().close();
});

step('S2-31 a table with 200 fields and thousands of rows opens at once and scrolls to its end', async () => {
	const fields = Array.from({ length: 200 }, (_, at) => ({ name: `Поле ${at + 1}`, kind: 'text' }));
	const wide = await world.call('POST', '/tables', { as: anna, body: { name: 'Широкая', fields } });
	for (let at = 0; at < 250; at += 1) await world.call('POST', `/tables/${wide.id}/rows`, { as: anna, body: { cells: { [wide.fields[0].id]: `строка ${at + 1}`, [wide.fields[199].id]: `конец ${at + 1}` } } });
	await annaPage.goto(`/tables/${wide.id}`);
	const grid = annaPage.getByRole('grid', { name: 'Широкая' });
	await seen(grid.getByText('строка 1', { exact: true }));
	assert.ok((await annaPage.getByRole('gridcell').count()) < 1500, 'only what is in view is drawn');
	await grid.focus();
	// The end is the end of what is loaded: pressed before the next rows are there, it is pressed again.
	const last = async () => Number(/\d+/.exec(await grid.getByText(/^конец \d+$/).last().innerText())[0]);
	const end = Date.now() + 10_000;
	do {
		assert.ok(Date.now() < end, 'row 250 never came');
		await annaPage.keyboard.press('Control+End');
		await annaPage.evaluate(() => new Promise(requestAnimationFrame));
	} while ((await last()) < 250);
	await annaPage.getByRole('searchbox', { name: 'Найти запись' }).fill('конец 17');
	await seen(annaPage.getByText(/11.* записей/));
	await shot(annaPage, 'table-wide');
});

step('S2-23 S2-31 the screens in English under axe, in both themes and on a phone', async () => {
	await world.call('PATCH', '/me', { as: vera, body: { preferences: { language: 'en' } } });
	await world.call('POST', '/tasks', { as: vera, body: { title: 'Call the printer', assignee_id: vera.person.id, deadline: Date.now() - 86_400_000, everyone: true } });
	const table = await world.call('POST', '/tables', { as: vera, body: { name: 'Requests', fields: [{ name: 'Name', kind: 'text' }, { name: 'Kind', kind: 'choice', choices: [{ name: 'Light' }] }] } });
	const row = await world.call('POST', `/tables/${table.id}/rows`, { as: vera, body: { cells: { [table.fields[0].id]: 'Lamp' } } });
	for (const options of [{ lang: 'en' }, { lang: 'en', dark: true }, { lang: 'en', width: 390, height: 844 }]) {
		const page = await world.as(vera, '/tasks', options);
		const clean = async (name) => {
			await page.evaluate(axe);
			const wrong = await page.evaluate(async () => {
				const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] });
				return violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join('; ')}`);
			});
			assert.deepEqual(wrong, [], name);
			assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth + 1), `${name} can be pushed sideways`);
			await shot(page, `${name}-${options.dark ? 'dark' : (options.width ?? 'wide')}`);
		};
		await seen(page.getByText(/1.* task is overdue/));
		await clean('tasks');
		await page.getByRole('link', { name: /Call the printer/ }).click();
		await seen(page.getByRole('heading', { name: /Task №/ }));
		await seen(page.getByText(/created it/));
		await clean('task');
		await page.goto('/tasks/new');
		await seen(dialog(page, 'New task'));
		await clean('task-new');
		await page.goto('/tasks/board?scope=common');
		await seen(page.getByRole('link', { name: /Call the printer/ }));
		await clean('board');
		await page.goto(`/tables/${table.id}`);
		await seen(page.getByRole('gridcell').filter({ hasText: 'Lamp' }));
		await clean('table');
		await page.goto(`/tables/${table.id}?row=${row.id}`);
		await seen(page.getByText(/created it/));
		await clean('row');
		await page.goto('/tables');
		await page.getByRole('button', { name: 'New table' }).first().click();
		await seen(dialog(page, 'New table'));
		await clean('table-new');
		await page.goto(`/chats/${direct.id}`);
		await message(page, 'Торшер опять мигает').click({ button: 'right' });
		await choose(page, 'Move to task…');
		await seen(page.getByRole('dialog', { name: /^Move/ }));
		await seen(page.getByRole('radio', { name: /Call the printer/ }));
		await clean('move');
		await page.context().close();
	}
});
