// Chats on paper and conversations as a table: what a person may see leaves whole, and nothing of others with it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { faults } from './axe.js';
import { count, seen, shot, until } from './look.js';
import { choose, inboxRow } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const [, key] = /data-key="([^"]+)"/.exec((await world.widget()).snippet);
const group = await world.call('POST', '/chats', { as: anna, body: { kind: 'group', title: 'Смена', member_ids: [boris.person.id] } });
const say = (chat, text, as, more = {}) => world.call('POST', `/${chat}/messages`, { as, body: { client_id: crypto.randomUUID(), text, ...more } });
const sheet = (page) => page.locator('article.sheet');
const paper = (page, words) => sheet(page).locator('.message').filter({ hasText: words });
const menu = (page) => page.locator('section.thread header').getByRole('button', { name: 'Ещё', exact: true });
let page;
let client;

step('U-37 every message of a chat stands on its sheet, with authors, answers, edits and what was deleted', async () => {
	const chat = `chats/${group.id}`;
	const first = await say(chat, 'Кто **открывает** завтра?', boris);
	await say(chat, 'Я открою', anna, { reply_to: first.id });
	const wrong = await say(chat, 'Кофе кончился', boris);
	await world.call('PATCH', `/messages/${wrong.id}`, { as: boris, body: { text: 'Кофе кончается' } });
	const gone = await say(chat, 'Это лишнее', boris);
	await world.call('DELETE', `/messages/${gone.id}`, { as: boris });
	// more than a page of the API and of paper
	for (let n = 1; n <= 450; n += 1) await say(chat, `Позиция ${n}`, n % 2 ? anna : boris);
	page = await world.as(anna, `/chats/${group.id}`);
	await page.evaluate(() => (window.print = () => (window.printed = true)));
	await menu(page).click();
	await choose(page, 'Распечатать переписку');
	await seen(paper(page, 'Позиция 450'));
	await count(sheet(page).locator('.message'), 454);
	await seen(paper(page, 'Кто открывает завтра?').locator('strong', { hasText: 'открывает' }));
	await seen(paper(page, 'Я открою').locator('blockquote', { hasText: 'Кто открывает завтра?' }));
	await seen(paper(page, 'Кофе кончается').getByText('изменено'));
	await seen(sheet(page).getByText('Сообщение удалено'));
	assert.ok(!(await sheet(page).innerText()).includes('Это лишнее'));
	await seen(sheet(page).locator('dl').getByText('453', { exact: true }));
	await seen(sheet(page).locator('.event').first());
	await shot(page, 'print-ru');
	assert.deepEqual(await faults(page), []);
	await page.getByRole('button', { name: 'Напечатать' }).click();
	await until(page, () => window.printed === true);
});

step('U-37 on paper the sheet flows over pages and the buttons stay on the screen', async () => {
	await page.emulateMedia({ media: 'print' });
	assert.equal(await page.locator('.tools').isVisible(), false);
	assert.ok(await page.evaluate(() => document.documentElement.scrollHeight > 3 * innerHeight), 'nothing is cut off at the height of a window');
	const pdf = (await page.pdf()).toString('latin1');
	assert.ok((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length > 5);
	await page.emulateMedia({ media: 'screen' });
});

step('S2-25 U-37 a period holds what was written in it, in the dark and on a phone nothing sticks out', async () => {
	const phone = await world.as(anna, '/chats', { width: 390, height: 844, dark: true });
	await phone.goto(`${world.url}/print/${group.id}`);
	await seen(paper(phone, 'Позиция 450'));
	await phone.getByRole('button', { name: '7 дней' }).click();
	await seen(paper(phone, 'Позиция 450'));
	await phone.getByRole('button', { name: 'Вчера' }).click();
	await seen(phone.getByText('За это время сообщений нет'));
	assert.equal(await phone.getByRole('button', { name: 'Напечатать' }).isDisabled(), true);
	await phone.getByRole('button', { name: 'Вчера' }).click();
	await seen(paper(phone, 'Позиция 450'));
	assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
	await shot(phone, 'print-390-dark');
	assert.deepEqual(await faults(phone), []);
	await phone.context().close();
});

step('U-37 L-65 what is hidden from the client is on paper only when asked for', async () => {
	client = await world.visitor({ key, as: anna, text: 'Есть ли *лампа*?' });
	await say(`client-chats/${client}`, 'Есть, отложить?', anna);
	await say(`client-chats/${client}`, 'Он уже просил скидку', anna, { hidden: true });
	await page.goto(`${world.url}/inbox/my/${client}`);
	await menu(page).click();
	await choose(page, 'Распечатать переписку');
	await seen(paper(page, 'Есть, отложить?').getByText('Анна Орлова'));
	assert.ok(!(await sheet(page).innerText()).includes('скидку'));
	await page.getByRole('checkbox', { name: 'Внутренние комментарии' }).check();
	await seen(paper(page, 'Он уже просил скидку').getByText('видят только сотрудники'));
	await seen(sheet(page).locator('.event').filter({ hasText: /Беседа №\W*1/ }));
	await shot(page, 'print-client');
	assert.deepEqual(await faults(page), []);
	await page.getByRole('button', { name: 'Назад' }).click();
	await page.waitForURL(`**/inbox/my/${client}`);
});

step('U-37 X-03 nobody prints what they may not see', async () => {
	const other = await world.as(boris, '/chats');
	await other.goto(`${world.url}/print/${client}`);
	await seen(other.getByText('Этого чата здесь больше нет'));
	assert.equal(await sheet(other).count(), 0);
	await other.context().close();
});

step('U-37 P-81 conversations leave as a table for whoever manages them, and only for them; in English', async () => {
	await page.getByRole('button', { name: 'Таблица бесед' }).click();
	await shot(page, 'table-ru');
	assert.deepEqual(await faults(page), []);
	await page.keyboard.press('Escape');
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	await page.goto(`${world.url}/inbox/my`);
	await seen(inboxRow(page, 'Посетитель').or(page.locator('.pane a.row')));
	await page.getByRole('button', { name: 'Table of conversations' }).click();
	const dialog = page.getByRole('dialog');
	await seen(dialog.getByText('One row for each conversation'));
	await shot(page, 'table-en-dark');
	assert.deepEqual(await faults(page), []);
	const saved = page.waitForEvent('download');
	await dialog.getByRole('button', { name: 'Download CSV' }).click();
	const file = await saved;
	assert.equal(file.suggestedFilename(), 'Conversations.csv');
	const [head, row, ...rest] = (await readFile(await file.path(), 'utf8')).replace(/\r\n$/, '').split('\r\n');
	assert.ok(head.startsWith('\ufeffNumber,State,Opened,'));
	assert.match(row, /^1,Open,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,,/);
	assert.match(row, /Анна Орлова,Анна Орлова,,1,1,0:00:\d\d$/);
	assert.deepEqual(rest, []);
	const other = await world.as(boris, '/inbox/my');
	await seen(other.locator('.groups'));
	assert.equal(await other.getByRole('button', { name: 'Таблица бесед' }).count(), 0);
	await other.context().close();
});
