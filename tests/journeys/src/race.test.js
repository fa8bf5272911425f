// Two employees answer one client at the same moment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, seen, shot } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, toast } from './screens.js';
import { World } from './world.js';

const world = await World.start();
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
await world.widget();

test('S1-73 U-18 two employees answer at once: one wins, the other keeps the draft and reads who took it', async () => {
	const pages = { 'Анна Орлова': await world.as(anna, '/inbox/queue'), 'Борис Ким': await world.as(boris, '/inbox/queue') };
	const visitor = await client(world);
	await clientSays(visitor, 'Сколько стоит доставка?');
	const texts = { 'Анна Орлова': 'Доставка 300 рублей, отвечает Анна', 'Борис Ким': 'Доставка 300 рублей, отвечает Борис' };
	for (const [name, page] of Object.entries(pages)) {
		await inboxRow(page, 'Сколько стоит доставка').click();
		await composer(page).fill(texts[name]);
	}
	// Both answers are on their way before either is heard.
	await Promise.all(Object.values(pages).map((page) => composer(page).press('Enter')));
	await seen(bubble(visitor, 'Доставка 300 рублей'));
	await count(bubble(visitor, 'Доставка 300 рублей'), 1);
	const said = await bubble(visitor, 'Доставка 300 рублей').innerText();
	const winner = said.includes('Анна') ? 'Анна Орлова' : 'Борис Ким';
	const loser = winner === 'Анна Орлова' ? 'Борис Ким' : 'Анна Орлова';
	await seen(toast(pages[loser], winner));
	assert.match(await toast(pages[loser], winner).innerText(), /взята/);
	assert.equal(await composer(pages[loser]).inputValue(), texts[loser]);
	await shot(pages[loser], 'race-lost');
	await shot(pages[winner], 'race-won');
	await count(bubble(visitor, 'Доставка 300 рублей'), 1);
});

test('U-18 who looks and who types is seen before anything is said', async () => {
	const annaPage = await world.as(anna, '/inbox/queue');
	const borisPage = await world.as(boris, '/inbox/queue');
	const visitor = await client(world);
	await clientSays(visitor, 'Работаете ли вы в субботу?');
	await inboxRow(annaPage, 'в субботу').click();
	await inboxRow(borisPage, 'в субботу').click();
	await seen(annaPage.getByText(/Борис Ким.* смотрит/));
	await composer(borisPage).pressSequentially('Да, работаем');
	await seen(annaPage.getByText(/Борис Ким.* пишет…/));
	await shot(annaPage, 'collision');
});
