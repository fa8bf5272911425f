// Time in talks with clients: working hours, automatic messages, limits of answers, conversations put away.
import assert from 'node:assert/strict';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { bubble, client, clientSays, inboxRow, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
await world.widget();
const dialog = (page, name) => page.getByRole('dialog', { name });

step('P-44 U-36 working hours are set up with the production calendar, and the next fourteen days are shown before they are saved', async () => {
	const page = await world.as(anna, '/settings/hours');
	await seen(page.getByText('Календаря пока нет'));
	await page.getByRole('button', { name: 'Новый календарь' }).click();
	const form = dialog(page, 'Новый календарь');
	await seen(form.getByRole('region', { name: 'Ближайшие 14 дней' }).getByRole('listitem').nth(13));
	await form.getByLabel('Производственный календарь').selectOption('2027');
	await form.getByRole('button', { name: 'Взять праздники' }).click();
	await seen(form.getByText('Постановление о переносе', { exact: false }));
	await form.getByLabel('Производственный календарь').selectOption('2026');
	await form.getByRole('button', { name: 'Взять праздники' }).click();
	await gone(form.getByText('Постановление о переносе', { exact: false }));
	// Round the clock on Mondays: what the form refuses is said at its place, and nothing typed is lost.
	await form.getByLabel(/понедельник.?: с$/).fill('10:00');
	await form.getByRole('button', { name: /понедельник.?: добавить промежуток/ }).click();
	await form.getByLabel(/понедельник.?: с$/).nth(1).fill('11:00');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText('Промежутки одного дня накладываются', { exact: false }).first());
	assert.equal(await form.getByLabel(/понедельник.?: с$/).first().inputValue(), '10:00');
	assert.deepEqual(await faults(page), []);
	await shot(page, 'hours-form-ru-light-1440');
	await form.getByRole('button', { name: /понедельник.?: убрать промежуток/ }).nth(1).click();
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await seen(page.getByText('Календарь компании'));
	await shot(page, 'hours-ru-light-1440');
	await page.context().close();
});

step('P-44 the form stands on a phone, in English and in the dark', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const page = await world.as(anna, '/settings/hours', { lang: 'en', dark: true });
	await page.getByRole('button', { name: 'Рабочее время компании' }).click();
	await seen(page.getByRole('dialog', { name: 'Edit the calendar' }).getByRole('region', { name: 'The next 14 days' }).getByRole('listitem').nth(13));
	await shot(page, 'hours-form-en-dark-1440');
	await page.setViewportSize({ width: 390, height: 844 });
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
	assert.equal(wide, false, 'nothing is pushed out of the page');
	assert.deepEqual(await faults(page), []);
	await shot(page, 'hours-form-en-dark-390');
	await page.getByRole('region', { name: 'The next 14 days' }).scrollIntoViewIfNeeded();
	await shot(page, 'hours-ahead-en-dark-390');
	await page.context().close();
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'ru', theme: 'light' } } });
});

step('P-44 a queue of departments with different hours says that it is open while one of them works', async () => {
	const [company] = await world.call('GET', '/hours', { as: anna });
	const department = async (name) => (await world.call('POST', '/departments', { as: anna, body: { name } })).id;
	const [night, sales] = [await department('Ночная смена'), await department('Продажи')];
	const late = [{ from: 1080, to: 1800 }];
	const own = await world.call('POST', '/hours', { as: anna, body: { name: 'Ночь', zone: company.zone, week: Array(7).fill(late), days: [], department_ids: [night] } });
	const queue = await world.call('POST', '/queues', { as: anna, body: { name: 'Ночная', department_ids: [night, sales] } });
	const page = await world.as(anna, '/settings/queues');
	await page.getByRole('button', { name: 'Ночная' }).click();
	const form = dialog(page, 'Изменить очередь');
	const hours = form.getByLabel('Рабочее время');
	await hours.scrollIntoViewIfNeeded();
	assert.match(await hours.locator('option').first().textContent(), /Когда работает хоть один отдел: .*Ночь/);
	await seen(form.getByText(/очередь открыта, пока работает хотя бы один/));
	await shot(page, 'queue-hours-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
	await world.call('DELETE', `/queues/${queue.id}`, { as: anna });
	await world.call('DELETE', `/hours/${own.id}`, { as: anna });
});

step('L-69 L-82 a queue greets and takes leave by itself; limits and texts are kept', async () => {
	const page = await world.as(anna, '/settings/queues');
	await page.getByRole('button', { name: 'Общая очередь' }).click();
	const form = dialog(page, 'Изменить очередь');
	const text = async (name, words) => {
		await form.locator('summary', { hasText: name }).click();
		await form.locator('details', { hasText: name }).getByLabel('По-русски').fill(words);
	};
	for (const name of ['Приветствие', 'В нерабочее время', 'Прощание']) await text(name, name === 'Прощание' ? 'Всего доброго!' : 'Здравствуйте! Заказ {order}');
	await form.getByLabel('Первый ответ').fill('15');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText('Поля', { exact: false }).first());
	await seen(form.getByText(/Поля .*order.* нет/).first());
	for (const name of ['Приветствие', 'В нерабочее время']) {
		await form.locator('details', { hasText: name }).getByLabel('По-русски').fill('Здравствуйте! Мы на связи.');
	}
	assert.deepEqual(await faults(page), []);
	await shot(page, 'queue-time-ru-light-1440');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await page.context().close();
});

let visitor;
step('L-69 the client is greeted and still waits; X-08 closing says good-bye', async () => {
	// Somebody is there, at whatever hour this runs: else the window on the site asks for a contact instead.
	const [calendar] = await world.call('GET', '/hours', { as: anna });
	await world.call('PATCH', `/hours/${calendar.id}`, { as: anna, body: { ...calendar, week: calendar.week.map(() => [{ from: 0, to: 1440 }]), days: [] } });
	const page = await world.as(anna, '/inbox/queue');
	visitor = await client(world);
	await clientSays(visitor, 'Вы работаете?');
	await seen(bubble(visitor, 'Здравствуйте! Мы на связи.'));
	await inboxRow(page, '').first().click();
	await seen(page.locator('section.thread .message').filter({ hasText: 'Мы на связи' }));
	await seen(page.locator('header .waiting'));
	await shot(page, 'greeted-ru-light-1440');
	await say(page, 'Да, работаем');
	await seen(bubble(visitor, 'Да, работаем'));
	await page.context().close();
});

step('P-45 a conversation is put away, stands among the snoozed, and is fetched back', async () => {
	const page = await world.as(anna, '/inbox/my');
	await inboxRow(page, '').first().click();
	await page.getByRole('button', { name: 'Ещё', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Отложить' }).click();
	const choice = page.getByRole('menuitem', { name: 'Пока клиент не напишет' });
	await seen(choice);
	await shot(page, 'snooze-menu-ru-light-1440');
	await choice.click();
	await seen(toast(page, 'Отложено'));
	await page.getByRole('link', { name: 'Отложенные' }).click();
	await seen(inboxRow(page, '').first());
	await inboxRow(page, '').first().click();
	await seen(page.getByText('Отложена, пока клиент не напишет').first());
	assert.deepEqual(await faults(page), []);
	await shot(page, 'snoozed-ru-light-1440');
	await clientSays(visitor, 'И завтра?');
	await page.getByRole('link', { name: 'Мои' }).click();
	await seen(inboxRow(page, 'И завтра?'));
	// To a day of one's own, by the window.
	await inboxRow(page, 'И завтра?').click();
	await page.getByRole('button', { name: 'Ещё', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Отложить' }).click();
	await page.getByRole('menuitem', { name: 'Выбрать день и время' }).click();
	const own = page.getByRole('dialog');
	await own.locator('input[type=time]').fill('09:00');
	await shot(page, 'snooze-dialog-ru-light-1440');
	await own.getByRole('button', { name: 'Отложить' }).click();
	await gone(own);
	await page.getByRole('button', { name: 'Ещё', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Вернуть отложенную' }).click();
	await seen(page.getByText('возвращает отложенную беседу').first());
	await page.locator('header').getByRole('button', { name: 'Закрыть' }).first().click();
	await seen(bubble(visitor, 'Всего доброго!'));
	await page.context().close();
	await visitor.context().close();
});
