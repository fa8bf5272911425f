// Ready answers and texts that go by themselves: buttons under a message (to a visitor of the site and back), a template for a
// closed window, a department's own hours, an act on many taken back, and a form no message passes by.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { faults } from './axe.js';
import { Graph } from './graph.js';
import { count, gone, seen, shot } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, message, widgetField } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
const site = await world.widget();
const graph = await Graph.start();
after(() => graph.stop());
const dialog = (page, name) => page.getByRole('dialog', { name });
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
let visitor;
let page;

step('buttons stand under a message, the visitor presses one, and their answer stands in the talk', async () => {
	page = await world.as(anna, '/inbox/queue');
	visitor = await client(world);
	await clientSays(visitor, 'Когда привезёте?');
	const later = page.waitForResponse((one) => one.url().endsWith('/api/v1/later'));
	await inboxRow(page, 'Когда привезёте?').click();
	await composer(page).fill('Выберите время');
	// What a composer needs rarely comes a moment after it stands.
	const add = page.getByRole('menuitem', { name: 'Кнопки под сообщением…' });
	const attach = page.getByRole('button', { name: 'Приложить файл' });
	await later;
	for (await attach.click(); !(await add.isVisible()); await attach.click()) {
		await page.keyboard.press('Escape');
		await page.evaluate(() => new Promise(requestAnimationFrame));
	}
	await shot(page, 'buttons-menu-ru-light-1440');
	await add.click();
	const form = dialog(page, 'Сообщение с кнопками');
	assert.equal(await form.getByLabel('Текст').inputValue(), 'Выберите время');
	await form.getByLabel(/^Кнопка .?1/).fill('Утром');
	await form.getByRole('button', { name: 'Ещё кнопка' }).click();
	await form.getByLabel(/^Кнопка .?2/).fill('Утром');
	await form.getByRole('button', { name: 'Отправить', exact: true }).click();
	await seen(form.getByText('Две кнопки с надписью', { exact: false }));
	await shot(page, 'buttons-refused-ru-light-1440');
	await form.getByLabel(/^Кнопка .?2/).fill('Наш сайт');
	await form.getByLabel('Открывает страницу').nth(1).check();
	await form.getByLabel(/^Адрес кнопки .?2/).fill('https://shop.example/delivery');
	assert.deepEqual(await faults(page), []);
	await shot(page, 'buttons-form-ru-light-1440');
	await form.getByRole('button', { name: 'Отправить', exact: true }).click();
	await gone(form);
	const sent = message(page, 'Выберите время');
	await seen(sent.getByRole('list', { name: 'Кнопки под сообщением' }).getByText('Утром'));
	assert.equal(await composer(page).inputValue(), '');
	const answer = bubble(visitor, 'Выберите время').getByRole('button', { name: 'Утром' });
	await seen(answer);
	assert.equal(await bubble(visitor, 'Выберите время').getByRole('link', { name: 'Наш сайт' }).getAttribute('href'), 'https://shop.example/delivery');
	await shot(visitor, 'buttons-widget-ru-light');
	assert.deepEqual(await faults(visitor), []);
	await answer.focus();
	await visitor.keyboard.press('Enter');
	await seen(visitor.locator('beseda-widget .row.mine').filter({ hasText: 'Утром' }));
	await seen(message(page, 'Утром').nth(1));
	await shot(page, 'buttons-pressed-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
});

step('P-06 buttons wait with a message that goes later, stand under a first message, and on paper', async () => {
	page = await world.as(anna, '/inbox/my');
	await page.locator('.pane a.row').first().click();
	await composer(page).fill('Удобно завтра?');
	const add = page.getByRole('menuitem', { name: 'Кнопки под сообщением…' });
	const attach = page.getByRole('button', { name: 'Приложить файл' });
	for (await attach.click(); !(await add.isVisible()); await attach.click()) {
		await page.keyboard.press('Escape');
		await page.evaluate(() => new Promise(requestAnimationFrame));
	}
	await add.click();
	const form = dialog(page, 'Сообщение с кнопками');
	await form.getByLabel(/^Кнопка .?1/).fill('Да');
	await form.getByRole('button', { name: 'Отправить позже' }).click();
	await dialog(page, 'Отправить позже').getByRole('button', { name: /Через час/ }).click();
	await gone(form);
	assert.equal(await composer(page).inputValue(), '');
	const waits = page.locator('[data-region=composer] button.waiting');
	await waits.click();
	const list = dialog(page, 'Отложенные сообщения');
	await seen(list.getByRole('list', { name: 'Кнопки под сообщением' }).getByText('Да'));
	await shot(page, 'buttons-later-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	// Taken back, words and buttons are where they can be changed.
	await list.getByRole('button', { name: 'Не отправлять' }).click();
	await seen(form);
	assert.equal(await form.getByLabel('Текст').inputValue(), 'Удобно завтра?');
	assert.equal(await form.getByLabel(/^Кнопка .?1/).inputValue(), 'Да');
	await form.getByRole('button', { name: 'Отправить позже' }).click();
	await dialog(page, 'Отправить позже').getByRole('button', { name: /Через час/ }).click();
	await gone(form);
	await waits.click();
	await list.getByRole('button', { name: 'Отправить сейчас' }).click();
	await seen(bubble(visitor, 'Удобно завтра?').getByRole('button', { name: 'Да' }));
	await page.keyboard.press('Escape');
	// A message to somebody, begun with their number.
	const chat = page.url().split('/').at(-1);
	const { contact } = (await world.call('GET', `/client-chats/${chat}`, { as: anna })).chat;
	await world.call('PATCH', `/contacts/${contact.id}`, { as: anna, body: { phones: ['+79161234567'] } });
	await page.getByRole('button', { name: 'Написать клиенту' }).first().click();
	const first = dialog(page, 'Новое сообщение клиенту');
	await first.getByLabel('Кому').fill('+79161234567');
	await first.getByRole('radio', { name: /Сайт/ }).check({ force: true });
	await first.getByLabel('Сообщение', { exact: true }).fill('Заказ собран. Привезти?');
	await first.getByRole('button', { name: 'Кнопки под сообщением' }).click();
	await first.getByLabel(/^Кнопка .?1/).fill('Везите');
	await shot(page, 'buttons-first-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await first.getByRole('button', { name: 'Отправить', exact: true }).click();
	await gone(first);
	await seen(bubble(visitor, 'Заказ собран').getByRole('button', { name: 'Везите' }));
	await page.goto(`/print/${chat}`);
	await seen(page.locator('.sheet').getByRole('list', { name: 'Кнопки под сообщением' }).getByText('Везите'));
	await shot(page, 'buttons-paper-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
});

step('a department has working hours of its own, and its queue says so', async () => {
	const { id } = await world.call('POST', '/departments', { as: anna, body: { name: 'Поддержка' } });
	await world.call('POST', '/departments', { as: anna, body: { name: 'Ночная смена', parent_id: id } });
	// Round the clock: at night too the window on the site has to say that somebody is there, below.
	const week = Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]);
	await world.call('POST', '/hours', { as: anna, body: { name: 'Офис', zone: 'Europe/Moscow', week } });
	page = await world.as(anna, '/settings/hours');
	await page.getByRole('button', { name: 'Новый календарь' }).click();
	const form = dialog(page, 'Новый календарь');
	await form.getByLabel('Название', { exact: true }).fill('Ночь');
	await form.getByRole('group', { name: /Какие отделы по нему работают/ }).getByLabel('Поддержка').check();
	assert.deepEqual(await faults(page), []);
	await shot(page, 'department-hours-form-ru-light-1440');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	await seen(page.getByText(/Поддержка .*·/));
	await shot(page, 'department-hours-ru-light-1440');
	// A second calendar for the same department is refused at its place.
	await page.getByRole('button', { name: 'Новый календарь' }).click();
	await form.getByLabel('Название', { exact: true }).fill('Ещё');
	await form.getByRole('group', { name: /Какие отделы по нему работают/ }).getByLabel('Поддержка').check();
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText(/Отдел .*Поддержка.* уже работает по календарю/).first());
	await page.goto('/settings/queues');
	await page.getByRole('button', { name: 'Новая очередь' }).click();
	const queue = dialog(page, 'Новая очередь');
	await queue.getByRole('group', { name: /Отделы целиком/ }).getByLabel('Ночная смена').check();
	assert.equal(plain(await queue.getByLabel('Рабочее время').locator('option').first().innerText()), 'Как у отделов: Ночь');
	await page.context().close();
});

step('U-06 an approved template is chosen for a closed window, filled with fields, and a wrong field is refused', async () => {
	graph.addTemplate('good_bye', [{ type: 'BODY', text: 'Спасибо, {{1}}! Заказ {{2}} закрыт, ждём вас.', example: { body_text: [['Анна', '№ 17']] } }]);
	graph.addTemplate('good_bye', [{ type: 'BODY', text: 'Thank you, {{1}}! Order {{2}} is done.', example: { body_text: [['Anna', '17']] } }], 'APPROVED', 'en_US');
	graph.addTemplate('good_bye', [{ type: 'BODY', text: 'Danke, {{1}}! {{2}}', example: { body_text: [['Anna', '17']] } }], 'PENDING', 'de');
	const account = await world.call('POST', '/channels', { as: anna, body: { kind: 'whatsapp', name: 'WhatsApp', settings: graph.settings } });
	await world.call('POST', `/channels/${account.id}/templates/renew`, { as: anna, body: {} });
	page = await world.as(anna, '/settings/queues');
	await page.getByRole('button', { name: 'Общая очередь' }).click();
	const form = dialog(page, 'Изменить очередь');
	await form.locator('summary', { hasText: 'Прощание' }).click();
	const farewell = form.locator('details', { hasText: 'Прощание' });
	await farewell.getByLabel('По-русски').fill('Всего доброго!');
	await farewell.getByLabel(/Если окно ответа закрыто/).selectOption({ label: 'good_bye · ru' });
	await seen(farewell.getByText(/Одобрен.на.языках:.*английский.*русский/));
	await seen(farewell.getByText(/Не.подходят.*немецкий/));
	await farewell.getByLabel(/Поле .?1/).fill('{client.first_name}');
	await farewell.getByLabel(/Поле .?2/).fill('{order.number}');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await seen(form.getByText(/Поля .*order.* нет/).first());
	await farewell.getByLabel(/Поле .?2/).fill('{conversation.number}');
	await seen(farewell.getByText('Спасибо, {client.first_name}! Заказ {conversation.number} закрыт'));
	assert.deepEqual(await faults(page), []);
	await farewell.getByLabel(/Поле .?2/).scrollIntoViewIfNeeded();
	await shot(page, 'fallback-form-ru-light-1440');
	await form.getByRole('button', { name: 'Сохранить' }).click();
	await gone(form);
	// A client who wrote two days ago: the talk is closed, and the template goes; for another occasion the chat says why not.
	const maria = { id: 'RU.13491208655302741918', phone: '79161234567', name: 'Мария Соколова' };
	await graph.say(account.hook, maria, 'Где заказ?', 86_400 * 2);
	await page.goto('/inbox/queue');
	await inboxRow(page, 'Где заказ?').click();
	await page.locator('header').getByRole('button', { name: 'Закрыть' }).first().click();
	await seen(message(page, 'Спасибо, Мария! Заказ'));
	while (!graph.sent.length) await page.evaluate(() => new Promise(requestAnimationFrame));
	assert.equal(graph.sent.at(-1).template.name, 'good_bye');
	await shot(page, 'fallback-sent-ru-light-1440');
	await graph.judge(account.hook, 'good_bye', 'PAUSED');
	const oleg = { id: 'RU.13491208655302741919', phone: '79161234568', name: 'Олег Панин' };
	await graph.say(account.hook, oleg, 'А мой?', 86_400 * 2);
	await page.goto('/inbox/queue');
	await inboxRow(page, 'А мой?').click();
	await page.locator('header').getByRole('button', { name: 'Закрыть' }).first().click();
	await seen(page.getByText(/Автоматическое\sсообщение.*прощание.*good_bye.*больше\sне\sодобрен/));
	await shot(page, 'fallback-unsent-ru-light-1440');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
});

step('the same in English, in the dark and on a phone', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	page = await world.as(anna, '/settings/queues', { lang: 'en', dark: true });
	await page.setViewportSize({ width: 390, height: 844 });
	await page.getByRole('button', { name: 'Общая очередь' }).click();
	const form = dialog(page, 'Edit the queue').or(page.getByRole('dialog')).first();
	const farewell = form.locator('details').last();
	await seen(farewell.getByText(/When the reply window is closed/).first());
	await farewell.getByText(/When the reply window is closed/).first().scrollIntoViewIfNeeded();
	assert.equal(await wide(page), false);
	assert.deepEqual(await faults(page), []);
	await shot(page, 'fallback-form-en-dark-390');
	await page.goto('/inbox/closed');
	await inboxRow(page, 'А мой?').or(inboxRow(page, 'Олег')).first().click();
	await seen(page.getByText(/Automatic\smessage.*farewell.*was\snot\ssent/));
	await shot(page, 'fallback-unsent-en-dark-390');
	assert.deepEqual(await faults(page), []);
	await page.context().close();
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'ru', theme: 'light' } } });
});

step('an assigning of many is taken back', async () => {
	const key = /data-key="([^"]+)"/.exec(site.snippet)[1];
	for (const text of ['Первый', 'Второй']) await world.visitor({ key, as: anna, text });
	page = await world.as(anna, '/inbox/queue');
	await inboxRow(page, 'Первый').focus();
	await page.keyboard.press('x');
	await inboxRow(page, 'Второй').focus();
	await page.keyboard.press('x');
	const bar = page.getByRole('region', { name: 'Действия с выбранными' }).or(page.locator('section.bar')).first();
	await bar.getByRole('button', { name: 'Назначить' }).click();
	await dialog(page, /Назначить/).getByText('Борис Ким').click();
	await dialog(page, /Назначить/).getByRole('button', { name: 'Назначить' }).click();
	await gone(inboxRow(page, 'Первый'));
	await shot(page, 'bulk-assigned-ru-light-1440');
	await bar.getByRole('button', { name: 'Вернуть' }).or(bar.getByRole('button', { name: 'Отменить' })).first().click();
	await seen(inboxRow(page, 'Первый'));
	await seen(inboxRow(page, 'Второй'));
	assert.deepEqual(await faults(page), []);
	await shot(page, 'bulk-taken-back-ru-light-1440');
	await page.context().close();
});

step('P-13 a message that passes the questions by is held until they are answered, and goes then by itself', async () => {
	const label = (ru, en) => ({ ru, en });
	const form = { fields: [{ key: 'name', kind: 'name', required: true, label: label('Имя', 'Name') }], consent: null };
	await visitor.context().close();
	// Somebody is there: else the window asks where to answer.
	page = await world.as(anna, '/inbox/queue');
	visitor = await client(world);
	await seen(widgetField(visitor));
	await world.call('PATCH', `/channels/${site.id}`, { as: anna, body: { settings: { title: 'Мастерская', form: JSON.stringify(form) } } });
	// This page was opened before the questions were set.
	await widgetField(visitor).fill('Мимо вопросов');
	await widgetField(visitor).press('Enter');
	await seen(bubble(visitor, 'Мимо вопросов'));
	await seen(visitor.locator('beseda-widget').getByText('Сначала ответьте на вопросы перед чатом'));
	await shot(visitor, 'form-demanded-ru-light');
	const ask = visitor.locator('beseda-widget form.ask');
	await seen(ask);
	await ask.getByLabel('Имя').fill('Ольга');
	await ask.getByRole('button').click();
	await gone(ask);
	await gone(visitor.locator('beseda-widget').getByText('Сначала ответьте на вопросы перед чатом'));
	await count(bubble(visitor, 'Мимо вопросов'), 1);
	await seen(inboxRow(page, 'Ольга'));
	await page.context().close();
	await visitor.context().close();
	void boris;
});
