// Moving in and out: an archive of another messenger is read, people are matched, it runs and is taken back; our own leaves and comes in again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { chatRow, choose, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';
import { zip } from './zip.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let page;
let taken;

const lines = (rows) => rows.map((row) => JSON.stringify(row)).join('\n');
const at = (minutes) => ({ $date: new Date(Date.UTC(2024, 2, 1, 9, minutes)).toISOString() });
const rocketchat = zip({
	'dump/users.json': lines([
		{ _id: 'annaannaanna', username: 'anna', name: 'Анна Орлова' },
		{ _id: 'borisborisbo', username: 'boris', name: 'Boris Kim' },
		{ _id: 'glebglebgleb', username: 'gleb', name: 'Глеб Ухов' },
	]),
	'dump/rocketchat_room.json': lines([
		{ _id: 'sklad', t: 'c', name: 'Склад', usernames: ['anna', 'boris', 'gleb'], u: { _id: 'annaannaanna' } },
		{ _id: 'gone', t: 'p', name: 'Старый отдел', usernames: ['gleb'] },
		{ _id: 'live', t: 'l' },
	]),
	'dump/rocketchat_message.json': lines([
		{ _id: 'm1', rid: 'sklad', u: { _id: 'glebglebgleb' }, ts: at(1), msg: 'Кто примет *машину* в среду?', reactions: { ':+1:': { usernames: ['anna'] } } },
		{ _id: 'm2', rid: 'sklad', u: { _id: 'borisborisbo' }, ts: at(2), msg: 'Я, @anna подпишет', tmid: 'm1' },
		{ _id: 'm3', rid: 'sklad', u: { _id: 'annaannaanna' }, ts: at(3), msg: 'План ворот', file: { _id: 'planplanplan', name: 'план.txt' } },
		{ _id: 'm4', rid: 'sklad', u: { _id: 'glebglebgleb' }, ts: at(4), t: 'uj', msg: 'gleb' },
		{ _id: 'm5', rid: 'live', u: { _id: 'guest' }, ts: at(5), msg: 'Здравствуйте' },
	]),
	'dump/uploads/planplanplan': 'ворота',
});
const bring = async (name, buffer) => page.locator('[data-testid=archive]').setInputFiles({ name, mimeType: 'application/zip', buffer });
/** A text whose numbers and names may stand between marks for bidi. */
const loose = (text) => new RegExp([...text].map((sign) => (sign === ' ' ? '\\s' : sign.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))).join('[\\u2066-\\u2069]*'));
const state = (words) => page.locator('header p').filter({ hasText: words });

step('U-37 an archive with path tricks is refused by the name of what is wrong, and nothing is imported', async () => {
	page = await world.as(anna, '/settings/moving');
	await page.getByRole('radio', { name: 'Telegram' }).check();
	await bring('плохой.zip', zip({ 'result.json': '{}', '../../etc/passwd': 'x' }));
	await seen(page.getByRole('alert').getByText('Имя файла ведёт за пределы архива'));
	await seen(page.getByText(loose('Место в архиве: ../../etc/passwd')));
	await seen(page.getByText('Ничего не загружено'));
	await shot(page, 'moving-refused');
	assert.deepEqual(await faults(page), []);
	await page.locator('a.back').click();
	await seen(page.getByText('не читается'));
});

step('U-37 an archive is only read first: who is who, what is in it, what stays out and why', async () => {
	await page.getByRole('radio', { name: 'Rocket.Chat' }).check();
	await seen(page.getByText('mongoexport'));
	await shot(page, 'moving-start');
	assert.deepEqual(await faults(page), []);
	await bring('rocket.zip', rocketchat);
	await seen(state('ждёт вас'));
	await seen(page.getByText(loose('Узнаны: 2, бывшие: 1, только имя: 0.')));
	await seen(page.getByText('Разговоры с клиентами', { exact: true }));
	await seen(page.getByRole('row', { name: /Старый отдел.*не войдёт/ }));
	assert.equal(await page.getByRole('combobox', { name: /Кем станет.*Глеб Ухов/ }).inputValue(), 'former');
	await shot(page, 'moving-report');
	assert.deepEqual(await faults(page), []);
	const chats = await world.call('GET', '/chats', { as: anna });
	assert.ok(!chats.some((chat) => chat.title === 'Склад'), 'a dry run writes nothing');
});

step('U-37 the run brings chats, topics, files and reactions under their authors; nothing is unread', async () => {
	await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
	await seen(state('загружен'));
	await shot(page, 'moving-done');
	assert.deepEqual(await faults(page), []);
	const borisPage = await world.as(boris);
	await chatRow(borisPage, 'Склад').first().click();
	await seen(message(borisPage, 'Кто примет').getByText('Глеб Ухов'));
	await seen(message(borisPage, 'Кто примет').getByText('👍'));
	await seen(message(borisPage, 'План ворот').getByText('план.txt'));
	assert.equal(await borisPage.locator('.pane .badge').count(), 0);
	await borisPage.context().close();
});

step('U-37 the same archive again brings nothing twice', async () => {
	await page.locator('a.back').click();
	await page.getByRole('radio', { name: 'Rocket.Chat' }).check();
	await bring('rocket-2.zip', rocketchat);
	await seen(state('ждёт вас'));
	await seen(page.getByText('известен по прошлой загрузке').first());
	await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
	await seen(state('загружен'));
	await seen(page.getByText(loose('3 сообщения уже были здесь')));
});

step('U-37 a chat leaves from its own menu, by who arranges the company', async () => {
	await page.goto(`${world.url}/chats`);
	await chatRow(page, 'Склад').first().click();
	const saved = page.waitForEvent('download');
	await page.locator('section.thread header').getByRole('button', { name: 'Ещё', exact: true }).click();
	await choose(page, 'Выгрузить этот чат');
	await seen(toast(page, 'Чат выгружен'));
	const bytes = await readFile(await (await saved).path());
	assert.equal(bytes.subarray(0, 2).toString(), 'PK');
});

step('U-37 the run is taken back, and its chats are gone for everybody', async () => {
	await page.goto(`${world.url}/settings/moving`);
	await page.getByRole('button', { name: 'rocket.zip' }).click();
	await page.getByRole('button', { name: 'Отменить загрузку' }).click();
	await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Отменить загрузку' }).click();
	await seen(state('отменён'));
	const chats = await world.call('GET', '/chats', { as: boris });
	assert.ok(!chats.some((chat) => chat.title === 'Склад'));
});

step('U-37 all chats leave after it was said that direct ones are among them, and the archive comes in again; in English', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const direct = await world.call('POST', '/chats', { as: anna, body: { kind: 'direct', person_id: boris.person.id } });
	await page.goto(`${world.url}/chats/${direct.id}`);
	await say(page, 'Только между нами');
	await seen(message(page, 'Только между нами'));
	await page.goto(`${world.url}/settings/moving`);
	await page.getByRole('button', { name: 'Export all chats' }).click();
	const asked = page.getByRole('alertdialog').or(page.getByRole('dialog'));
	await seen(asked.getByText('Direct chats of all colleagues will be in the archive too'));
	await asked.getByRole('button', { name: 'Export' }).click();
	const saved = page.waitForEvent('download');
	await page.locator('.row').filter({ hasText: 'All chats' }).getByRole('link', { name: 'Download' }).click();
	await seen(page.locator('.row').filter({ hasText: 'Склад' }).getByRole('link', { name: 'Download' }));
	taken = await readFile(await (await saved).path());
	await shot(page, 'moving-en');
	assert.deepEqual(await faults(page), []);
	await page.getByRole('radio', { name: 'Beseda' }).check();
	await bring('beseda.zip', taken);
	await seen(state('waits for you'));
	await page.getByRole('button', { name: 'Import', exact: true }).click();
	await seen(state('imported'));
	await seen(page.getByText(/message was here already|messages were here already/));
	const log = await world.call('GET', '/audit', { as: anna });
	assert.ok(JSON.stringify(log).includes('exports.started'), 'the audit log tells of it');
});

step('U-37 archives are deleted when they are not needed any more: what they brought stays', async () => {
	const asked = page.getByRole('alertdialog').or(page.getByRole('dialog'));
	await page.getByRole('button', { name: 'Delete the archive' }).click();
	await seen(asked.getByText('The imported chats stay'));
	await asked.getByRole('button', { name: 'Delete the archive' }).click();
	await seen(page.getByText('The archive file was deleted'));
	await shot(page, 'moving-archive-deleted');
	assert.deepEqual(await faults(page), []);
	await seen(page.getByRole('button', { name: 'Take back' }));
	await page.locator('a.back').click();
	const made = page.locator('.row').filter({ hasText: 'All chats' });
	await made.getByRole('button', { name: 'Delete the archive' }).click();
	await asked.getByRole('button', { name: 'Delete the archive' }).click();
	await gone(made);
	const { items } = await world.call('GET', '/exports', { as: anna });
	assert.ok(items.every((one) => one.thread_id !== null));
});

step('U-37 U-04 a large archive goes on where it was when the line comes back', async () => {
	await page.getByRole('radio', { name: 'Rocket.Chat' }).check();
	// three pieces of eight megabytes, so that the line can break between them
	const heavy = zip({ 'dump/users.json': '', 'dump/rocketchat_room.json': '', 'dump/rocketchat_message.json': '', 'dump/uploads/x': Buffer.alloc(20 * 1024 * 1024, 7) });
	let pieces = 0;
	await page.route('**/api/v1/uploads/*', (route) => {
		if (route.request().method() === 'PATCH' && (pieces += 1) === 2) return route.abort('connectionreset');
		return route.continue();
	});
	await bring('тяжёлый.zip', heavy);
	await seen(page.getByText('The upload will go on by itself'));
	await seen(state('waits for you'));
	assert.ok(pieces > 3, 'the lost piece went once more, the first did not');
	await page.unroute('**/api/v1/uploads/*');
});

step('U-37 on a phone nothing sticks out, light and dark, in both languages', async () => {
	const phone = await world.as(anna, '/chats', { width: 390, height: 844 });
	const sticksOut = () => phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	for (const [language, theme, heading, ready] of [
		['en', 'dark', 'Bring history in', 'waits for you'],
		['ru', 'light', 'Загрузить историю', 'ждёт вас'],
	]) {
		await world.call('PATCH', '/me', { as: anna, body: { preferences: { language, theme } } });
		await phone.goto(`${world.url}/settings/moving`);
		await seen(phone.getByRole('heading', { name: heading }));
		assert.equal(await sticksOut(), 0);
		await shot(phone, `moving-phone-${language}`);
		assert.deepEqual(await faults(phone), []);
		await phone.getByRole('radio', { name: 'Rocket.Chat' }).check();
		await phone.locator('[data-testid=archive]').setInputFiles({ name: 'rocket.zip', mimeType: 'application/zip', buffer: rocketchat });
		await seen(phone.locator('header p').filter({ hasText: ready }));
		assert.equal(await sticksOut(), 0);
		await shot(phone, `moving-phone-report-${language}`);
		assert.deepEqual(await faults(phone), []);
	}
	await gone(phone.getByRole('alert'));
});
