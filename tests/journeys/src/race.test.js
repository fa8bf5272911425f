// Two employees answer one client at the same moment.
import assert from 'node:assert/strict';
import { count, gone, seen, shot } from './look.js';
import { faults } from './axe.js';
import { bubble, client, clientSays, composer, inboxRow, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await world.widget();

/** What one had typed and could not send: in the field, or, where the talk is closed to them, beside the reason. */
const unsent = (page) => composer(page).or(page.getByLabel('Ваш неотправленный текст'));

async function lost(page, winner, text, name) {
	// Whoever comes second reads who was faster, the administrator too: it is no question of taking it over.
	const told = toast(page, winner);
	await seen(told);
	assert.match(await told.innerText(), /эта беседа взята/);
	assert.equal(await page.getByRole('dialog', { name: /^Беседу ведёт / }).count(), 0);
	await seen(unsent(page));
	await page.waitForFunction((wanted) => [...document.querySelectorAll('textarea')].some((one) => one.value === wanted), text);
	await shot(page, name);
}

step('S1-73 X-12 U-18 two employees answer at once: one wins, the other keeps the draft and reads who took it', async () => {
	const pages = { 'Анна Орлова': await world.as(anna, '/inbox/queue', { worker: false }), 'Борис Ким': await world.as(boris, '/inbox/queue', { worker: false }) };
	const visitor = await client(world);
	await clientSays(visitor, 'Сколько стоит доставка?');
	const texts = { 'Анна Орлова': 'Доставка 300 рублей, отвечает Анна', 'Борис Ким': 'Доставка 300 рублей, отвечает Борис' };
	for (const [name, page] of Object.entries(pages)) {
		await inboxRow(page, 'Сколько стоит доставка').click();
		await composer(page).fill(texts[name]);
	}
	// Neither arrives before both are in the wire: a page that has heard who won has no field to press Enter in.
	let under = 0;
	let release;
	const both = new Promise((resolve) => (release = resolve));
	for (const page of Object.values(pages)) {
		await page.route('**/client-chats/*/messages', async (route) => {
			under += 1;
			if (under === 2) release();
			await both;
			await route.continue();
		});
	}
	await Promise.all(Object.values(pages).map((page) => composer(page).press('Enter')));
	await seen(bubble(visitor, 'Доставка 300 рублей'));
	const said = await bubble(visitor, 'Доставка 300 рублей').first().innerText();
	const winner = said.includes('Анна') ? 'Анна Орлова' : 'Борис Ким';
	const loser = winner === 'Анна Орлова' ? 'Борис Ким' : 'Анна Орлова';
	await lost(pages[loser], winner, texts[loser], 'race-lost');
	await count(bubble(visitor, 'Доставка 300 рублей'), 1);
	for (const page of [...Object.values(pages), visitor]) await page.context().close();
});

for (const [loser, winner] of [[anna, boris], [boris, anna]]) {
	step(`S1-73 X-12 U-18 the answer of ${loser.person.name} arrives second: nothing of it reaches the client, nothing of it is lost`, async () => {
		const slow = await world.as(loser, '/inbox/queue', { worker: false });
		const quick = await world.as(winner, '/inbox/queue');
		const visitor = await client(world);
		await clientSays(visitor, 'Есть самовывоз?');
		await inboxRow(slow, 'самовывоз').click();
		await inboxRow(quick, 'самовывоз').click();
		let onWay;
		const held = new Promise((resolve) => (onWay = resolve));
		let release;
		const first = new Promise((resolve) => (release = resolve));
		// Both have pressed Enter; this one's request is still in the wire.
		await slow.route('**/client-chats/*/messages', async (route) => {
			onWay();
			await first;
			await route.continue();
		});
		await composer(slow).fill('Второй ответ');
		await composer(slow).press('Enter');
		await held;
		await composer(quick).fill('Первый ответ');
		await composer(quick).press('Enter');
		await seen(bubble(visitor, 'Первый ответ'));
		release();
		await lost(slow, winner.person.name, 'Второй ответ', `race-second-${loser.login}`);
		await count(bubble(visitor, 'Второй ответ'), 0);
		for (const page of [slow, quick, visitor]) await page.context().close();
	});
}

step('U-18 who manages chats and writes into a colleague\'s one later is asked first, and Enter pressed by habit takes nothing away', async () => {
	const quick = await world.as(boris, '/inbox/queue');
	const visitor = await client(world);
	await clientSays(visitor, 'Можно оплатить картой?');
	await inboxRow(quick, 'картой').click();
	await composer(quick).fill('Да, принимаем');
	await composer(quick).press('Enter');
	await seen(bubble(visitor, 'Да, принимаем'));
	const page = await world.as(anna, '/inbox/all');
	await inboxRow(page, 'Да, принимаем').click();
	await composer(page).fill('И наличными тоже');
	await composer(page).press('Enter');
	const asked = page.getByRole('dialog', { name: /^Беседу ведёт / });
	const told = toast(page, boris.person.name);
	await seen(told.or(asked));
	while (!(await asked.isVisible())) {
		// So early it was a lost race. The words came back; once the notice has gone it is a colleague's chat.
		await gone(told);
		await composer(page).press('Enter');
		await seen(told.or(asked));
	}
	await seen(asked);
	assert.match(await asked.innerText(), /Борис Ким/);
	await page.keyboard.press('Enter');
	await gone(asked);
	await seen(unsent(page));
	const kept = () => page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((one) => one.value === 'И наличными тоже'));
	await kept();
	// Its owner begins an answer, and the question says so.
	await composer(quick).pressSequentially('Ещё принимаем');
	await seen(page.locator('section.thread header').getByText(/Борис Ким.*начат ответ/));
	await composer(page).press('Enter');
	await seen(asked.getByText(/Борис Ким/).nth(1));
	await shot(page, 'not-yours');
	assert.deepEqual(await faults(page), []);
	await asked.getByRole('button', { name: 'Отправить, не забирая' }).click();
	await seen(bubble(visitor, 'И наличными тоже'));
	await seen(page.locator('section.thread header').getByText(/Ведёт.*Борис Ким/));
	// Who has just said that they help out is not asked at each message.
	await composer(page).fill('И переводом');
	await composer(page).press('Enter');
	await seen(bubble(visitor, 'И переводом'));
	await count(asked, 0);
	for (const one of [quick, page, visitor]) await one.context().close();
});

step('U-18 who looks and who types is seen before anything is said', async () => {
	const annaPage = await world.as(anna, '/inbox/queue');
	const borisPage = await world.as(boris, '/inbox/queue');
	const visitor = await client(world);
	await clientSays(visitor, 'Работаете ли вы в субботу?');
	await inboxRow(annaPage, 'в субботу').click();
	await inboxRow(borisPage, 'в субботу').click();
	await seen(annaPage.getByText(/Борис Ким.* смотрит/));
	await composer(borisPage).pressSequentially('Да, работаем');
	await seen(annaPage.getByText(/Борис Ким.* пишет ответ…/));
	// Typing ends, what was begun stands there: that it does is seen, and not a word of it.
	await seen(annaPage.locator('section.thread header').getByText(/Борис Ким.*начат ответ/));
	assert.doesNotMatch(await annaPage.locator('body').innerText(), /Да, работаем/);
	await shot(annaPage, 'collision');
	await annaPage.setViewportSize({ width: 390, height: 844 });
	await annaPage.locator('aside, [role=complementary]').getByRole('button', { name: 'Закрыть' }).first().click();
	await shot(annaPage, 'collision-390');
	await annaPage.setViewportSize({ width: 1440, height: 900 });
	// A note is none of the client's answers; an emptied field is none at all.
	await composer(borisPage).fill('');
	await seen(annaPage.getByText(/Борис Ким.* смотрит/));
	// A tab that closes takes its signs with it.
	await composer(borisPage).fill('Да');
	await seen(annaPage.locator('section.thread header').getByText(/начат ответ/));
	await borisPage.close();
	await gone(annaPage.locator('section.thread header').getByText(/Борис Ким/));
});

step('U-18 P-46 in English and dark: who is beside me, and the question before I write to a colleague\'s client', async () => {
	const petra = await world.employee('Petra Novak', 'petra');
	await world.call('PATCH', '/me', { as: petra, body: { preferences: { language: 'en', theme: 'dark' } } });
	const annaPage = await world.as(anna, '/inbox/queue');
	const visitor = await client(world);
	await clientSays(visitor, 'Do you ship abroad?');
	await inboxRow(annaPage, 'ship abroad').click();
	await say(annaPage, 'Yes, we do');
	await seen(bubble(visitor, 'Yes, we do'));
	const id = annaPage.url().split('/').at(-1);
	await world.call('POST', `/client-chats/${id}/observers`, { as: anna, body: { add: [petra.person.id] } });
	const page = await world.as(petra, `/inbox/watched/${id}`, { lang: 'en', dark: true });
	await composer(annaPage).pressSequentially('To most');
	await seen(page.locator('section.thread header').getByText(/has begun an answer/));
	await say(page, 'It takes a week');
	const asked = page.getByRole('dialog', { name: /has this conversation/ });
	await seen(asked);
	await count(asked.getByRole('button', { name: 'Take it and send' }), 0);
	assert.deepEqual(await faults(page), []);
	await shot(page, 'not-yours-en-dark');
	await page.setViewportSize({ width: 390, height: 844 });
	await shot(page, 'not-yours-en-dark-390');
	await asked.getByRole('button', { name: 'Send without taking' }).click();
	await seen(bubble(visitor, 'It takes a week'));
});
