// The network goes, the server dies: nothing typed is lost, nothing said is said twice.
import assert from 'node:assert/strict';
import { count, gone, seen, shot, until } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, message, say, widgetField, openWidget } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await world.widget();
let annaPage;
let borisPage;
let visitor;
const waits = (page, text) => message(page, text).getByRole('img', { name: 'Ждёт отправки' });

step('U-04 what is typed and not sent survives a reload', async () => {
	annaPage = await world.as(anna, '/people');
	borisPage = await world.as(boris, '/chats');
	await annaPage.getByRole('button', { name: /Борис Ким/ }).click();
	await composer(annaPage).pressSequentially('Недописанное');
	await annaPage.locator('.pane').getByRole('tab', { name: 'Чаты' }).click();
	await composer(annaPage).blur();
	// At once: not even the last quarter of a second may be lost.
	await annaPage.reload();
	await annaPage.waitForFunction(() => document.querySelector('[data-region=composer] textarea')?.value === 'Недописанное', undefined, { polling: 100 });
	await composer(annaPage).fill('');
	await say(annaPage, 'Раз');
	await seen(message(borisPage, 'Раз').or(borisPage.locator('.pane a.row').filter({ hasText: 'Раз' })));
	await borisPage.locator('.pane a.row').first().click();
});

step('X-05 without a network a message waits in grey and goes once when the network is back (employee)', async () => {
	await annaPage.context().setOffline(true);
	await say(annaPage, 'Пишу без сети');
	await seen(waits(annaPage, 'Пишу без сети'));
	await shot(annaPage, 'offline');
	await annaPage.context().setOffline(false);
	await seen(message(borisPage, 'Пишу без сети'));
	await gone(waits(annaPage, 'Пишу без сети'));
	await count(message(borisPage, 'Пишу без сети'), 1);
	await count(message(annaPage, 'Пишу без сети'), 1);
});

step('U-04 a chat that was never opened takes words without a network, and they go when it is back', async () => {
	const chat = await world.call('POST', '/chats', { as: boris, body: { kind: 'group', title: 'Новый склад', member_ids: [anna.person.id] } });
	await seen(inboxRow(annaPage, 'Новый склад'));
	// every part of the page is on the device by then, also those that nobody opened
	await until(annaPage, async () => {
		const parts = await (await fetch('/parts.json')).json();
		return (await Promise.all(parts.map((path) => caches.match(path)))).every(Boolean);
	}, undefined, 60_000);
	await annaPage.context().setOffline(true);
	await inboxRow(annaPage, 'Новый склад').click();
	await seen(annaPage.getByText('Сообщения не загрузились'));
	await say(annaPage, 'Первое слово без сети');
	await seen(waits(annaPage, 'Первое слово без сети'));
	await annaPage.getByRole('button', { name: 'Эмодзи', exact: true }).click();
	await seen(annaPage.getByRole('searchbox', { name: 'Найти эмодзи' }));
	await annaPage.keyboard.press('Escape');
	await count(annaPage.locator('.toast'), 0);
	await shot(annaPage, 'offline-unopened');
	await annaPage.context().setOffline(false);
	await seen(message(annaPage, 'Первое слово без сети').getByRole('img', { name: /^(Отправлено|Доставлено|Прочитано)/ }));
	const { messages } = await world.call('GET', `/threads/${chat.id}/messages?limit=5`, { as: boris });
	assert.deepEqual(messages.filter((one) => one.kind === 'text').map((one) => one.text), ['Первое слово без сети']);
	await annaPage.locator('.pane a.row').filter({ hasText: 'Борис Ким' }).click();
	await seen(message(annaPage, 'Пишу без сети'));
});

step('X-05 the same for a visitor of the site', async () => {
	visitor = await client(world);
	await clientSays(visitor, 'Добрый день');
	await visitor.context().setOffline(true);
	await clientSays(visitor, 'Я в метро');
	await seen(visitor.locator('beseda-widget .row').filter({ hasText: 'Я в метро' }).getByText('Отправляется'));
	await shot(visitor, 'widget-offline');
	await visitor.context().setOffline(false);
	await annaPage.goto('/inbox/queue');
	await inboxRow(annaPage, 'Я в метро').click();
	await seen(message(annaPage, 'Я в метро'));
	await count(message(annaPage, 'Я в метро'), 1);
	await seen(visitor.locator('beseda-widget .row').filter({ hasText: 'Я в метро' }).getByText('Отправлено'));
	await count(bubble(visitor, 'Я в метро'), 1);
});

step('X-05 U-04 the server is killed under both: what was sent survives a reload of the page and goes exactly once', async () => {
	await borisPage.goto('/chats');
	await borisPage.locator('.pane a.row').first().click();
	await seen(message(borisPage, 'Пишу без сети'));
	await world.server.kill();
	await say(borisPage, 'Сервера нет, а я пишу');
	await seen(waits(borisPage, 'Сервера нет'));
	await clientSays(visitor, 'А вы на месте?');
	await seen(borisPage.getByText(/Нет сети|Восстанавливаем связь|Ждёт отправки 1/));
	await shot(borisPage, 'server-down');
	await shot(visitor, 'widget-server-down');
	await world.server.run();
	// A fresh page takes up what the old one had not got rid of.
	await Promise.all([borisPage.reload(), visitor.reload()]);
	await openWidget(visitor);
	await seen(message(borisPage, 'Сервера нет'));
	await gone(waits(borisPage, 'Сервера нет'));
	await seen(bubble(visitor, 'А вы на месте?'));
	await inboxRow(annaPage, 'А вы на месте?').click();
	await seen(message(annaPage, 'А вы на месте?'));
	await count(message(annaPage, 'А вы на месте?'), 1);
	await annaPage.goto('/chats');
	await annaPage.locator('.pane a.row').filter({ hasText: 'Борис Ким' }).click();
	await seen(message(annaPage, 'Сервера нет'));
	await count(message(annaPage, 'Сервера нет'), 1);
	await count(message(borisPage, 'Сервера нет'), 1);
	await count(bubble(visitor, 'А вы на месте?'), 1);
	assert.equal(await widgetField(visitor).inputValue(), '');
});

step('U-04 lists catch up after the server was away: what came meanwhile stands in them without a reload', async () => {
	await annaPage.goto('/inbox/queue');
	await seen(inboxRow(annaPage, 'А вы на месте?'));
	await annaPage.context().setOffline(true);
	const other = await client(world);
	await clientSays(other, 'Пока вас не было');
	await seen(other.locator('beseda-widget .row').filter({ hasText: 'Пока вас не было' }).getByText('Отправлено'));
	await annaPage.context().setOffline(false);
	await seen(inboxRow(annaPage, 'Пока вас не было'));
});
