// The small comforts of a desk: emoji by name, files dropped on the talk, one voice out of several tabs, reading without the server.
import assert from 'node:assert/strict';
import { gone, seen, shot, until } from './look.js';
import { chatRow, composer, message, say } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const boris = await world.employee('Борис Ким', 'boris');
let annaPage;
let borisPage;
let direct;

step('S0-08 a colon and two letters offer emoji by their names in both languages; a time of day does not', async () => {
	annaPage = await world.as(anna, '/people');
	borisPage = await world.as(boris, '/chats');
	await annaPage.getByRole('button', { name: /Борис Ким/ }).click();
	await seen(composer(annaPage));
	direct = new URL(annaPage.url()).pathname;
	await composer(annaPage).pressSequentially('Отгрузили :спас');
	await seen(annaPage.getByRole('option', { name: 'спасибо' }));
	await shot(annaPage, 'emoji');
	await composer(annaPage).press('Enter');
	assert.equal(await composer(annaPage).inputValue(), 'Отгрузили 🙏 ');
	await composer(annaPage).pressSequentially(':thumb');
	await seen(annaPage.getByRole('option').first());
	await composer(annaPage).press('Tab');
	assert.match(await composer(annaPage).inputValue(), /👍|👎/);
	await composer(annaPage).fill('В 10:30');
	await composer(annaPage).press('Enter');
	await seen(message(annaPage, 'В 10:30'));
	await chatRow(borisPage, 'В 10:30').click();
	await seen(message(borisPage, 'В 10:30'));
});

/** Drags a file over the middle of an element and, if asked, lets it go. */
async function drag(page, locator, kinds) {
	const data = await page.evaluateHandle(() => {
		const carried = new DataTransfer();
		carried.items.add(new File(['смета'], 'смета.txt', { type: 'text/plain' }));
		return carried;
	});
	for (const kind of kinds) await locator.dispatchEvent(kind, { dataTransfer: data });
}

step('S0-02 a file dragged over the page shows where it may be dropped; dropped beside it, it does nothing', async () => {
	const target = annaPage.locator('section.thread .drop');
	await drag(annaPage, annaPage.locator('.pane'), ['dragenter', 'dragover']);
	await seen(target.getByText('Перетащите файлы сюда'));
	await drag(annaPage, annaPage.locator('.pane'), ['drop']);
	await gone(target);
	assert.equal(new URL(annaPage.url()).pathname, direct);
	await drag(annaPage, annaPage.locator('[role=log]'), ['dragover']);
	await seen(target.getByText('Отпустите, чтобы приложить'));
	await shot(annaPage, 'drop');
	await drag(annaPage, annaPage.locator('[role=log]'), ['dragover', 'drop']);
	await gone(target);
	await seen(annaPage.locator('[data-region=composer]').getByText('смета.txt'));
	await annaPage.getByRole('button', { name: 'Отправить' }).click();
	await seen(borisPage.locator('section.thread').getByText('смета.txt'));
});
