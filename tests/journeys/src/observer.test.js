// A mention in a client's talk brings a colleague in, and only colleagues see the mention.
import assert from 'node:assert/strict';
import { count, gone, seen, shot } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await world.widget();
const annaPage = await world.as(anna, '/inbox/queue');
const borisPage = await world.as(boris, '/inbox/watched');
const visitor = await client(world);

step('S1-79 S1-76 X-04 a mention makes an observer, said at once with a way back; the client gets the text without it', async () => {
	await clientSays(visitor, 'Нужен счёт на юрлицо');
	await inboxRow(annaPage, 'Нужен счёт').click();
	await composer(annaPage).fill('Сейчас подключу ');
	await composer(annaPage).press('End');
	await composer(annaPage).pressSequentially('@бор');
	await seen(annaPage.getByRole('option', { name: /Борис Ким/ }));
	await shot(annaPage, 'mention');
	await composer(annaPage).press('Enter');
	await composer(annaPage).pressSequentially('бухгалтерию');
	await composer(annaPage).press('Enter');
	await seen(toast(annaPage, 'теперь наблюдает'));
	await seen(message(annaPage, '@Борис Ким'));
	const got = bubble(visitor, 'бухгалтерию');
	await seen(got);
	assert.doesNotMatch(await got.innerText(), /Борис|@/);
});

step('S1-69 S1-77 in Observed at once, with the right to write; what is written reaches the client', async () => {
	await inboxRow(borisPage, '№').click();
	await seen(borisPage.getByText(/Ведёт.*Анна Орлова/));
	await say(borisPage, 'Здравствуйте, счёт пришлю через час.');
	// It is a colleague's client: that is said before anything goes out (U-18).
	await borisPage.getByRole('dialog', { name: /^Беседу ведёт / }).getByRole('button', { name: 'Отправить, не забирая' }).click();
	await seen(bubble(visitor, 'счёт пришлю через час'));
	await seen(message(annaPage, 'счёт пришлю через час'));
	await shot(borisPage, 'observer');
});

step('L-66 an observer has no button to close or to hand over, and may leave', async () => {
	const header = borisPage.locator('section.thread header');
	await count(header.getByRole('button', { name: 'Закрыть', exact: true }), 0);
	await count(header.getByRole('button', { name: 'Передать' }), 0);
	await header.getByRole('button', { name: 'Ещё' }).click();
	await count(borisPage.getByRole('menuitem', { name: 'Передать' }), 0);
	await borisPage.getByRole('menuitem', { name: 'Перестать наблюдать' }).click();
	await borisPage.getByRole('dialog').getByRole('button', { name: 'Перестать наблюдать' }).click();
	await seen(borisPage.getByText('Вы ни за кем не наблюдаете'));
	await gone(message(borisPage, 'счёт пришлю'));
	await seen(annaPage.getByText(/Борис Ким.*больше\sне\sнаблюдает/));
});

step('S1-78 S1-76 the card field of observers adds a person too', async () => {
	await annaPage.locator('section.thread header').getByRole('button', { name: 'Ещё' }).click();
	await annaPage.getByRole('menuitem', { name: 'Наблюдатели' }).click();
	await annaPage.getByRole('dialog').getByRole('checkbox', { name: /Борис Ким/ }).click();
	await annaPage.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
	await seen(inboxRow(borisPage, '№'));
});

step('L-67 an observer is told of what is addressed to them, and of every message once they choose so', async () => {
	const id = (await inboxRow(borisPage, '№').getAttribute('href')).split('/').at(-1);
	await borisPage.goto('/chats');
	await world.call('POST', '/notices/done-all', { as: boris });
	await clientSays(visitor, 'А можно без печати?');
	await seen(message(annaPage, 'без печати'));
	assert.equal((await world.call('GET', '/notices', { as: boris })).open, 0);
	await borisPage.goto(`/inbox/watched/${id}`);
	await borisPage.locator('section.thread header').getByRole('button', { name: 'Ещё' }).click();
	await shot(borisPage, 'observe-menu');
	await borisPage.getByRole('menuitemcheckbox', { name: 'Уведомлять обо всех сообщениях' }).or(borisPage.getByRole('menuitem', { name: 'Уведомлять обо всех сообщениях' })).click();
	await borisPage.goto('/settings/notifications');
	await seen(borisPage.getByText('Где наблюдаю — обо всех сообщениях клиента'));
	await shot(borisPage, 'observe-settings');
	await clientSays(visitor, 'Всё-таки с печатью');
	await seen(toast(borisPage, 'с печатью'));
});
