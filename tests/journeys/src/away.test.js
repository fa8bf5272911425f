// Nobody is here: the client leaves a message and where to answer, in either theme.
import assert from 'node:assert/strict';
import { gone, seen, shot } from './look.js';
import { bubble, inboxRow, openWidget, widgetField } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
await world.widget();

for (const dark of [false, true]) {
	const theme = dark ? 'dark' : 'light';
	step(`the form of an empty office names what is missing, takes the message, and does not ask again, ${theme}`, async () => {
		const page = await world.page({ dark, width: dark ? 390 : 1440 });
		await page.goto('/demo?lang=ru');
		await openWidget(page);
		const form = page.locator('beseda-widget form.leave');
		const intro = page.locator('beseda-widget .intro');
		await seen(form);
		await seen(intro);
		await form.getByRole('button').click();
		await seen(form.getByText('Проверьте адрес или номер'));
		await seen(form.getByText('Напишите, чем помочь'));
		assert.ok(await form.getByLabel('E-mail или телефон').evaluate((one) => one === one.getRootNode().activeElement), 'the first wrong field has the focus');
		await shot(page, `away-wrong-${theme}`);
		await form.getByLabel('E-mail или телефон').fill('+7 921 555-18-04');
		await form.getByLabel('Сообщение').fill(`Сколько стоит доставка? (${theme})`);
		await form.getByRole('button').click();
		await gone(form);
		await seen(bubble(page, `(${theme})`));
		await gone(intro);
		assert.equal(plain(await page.locator('beseda-widget .thanks').innerText()).replaceAll('\u2011', '-'), 'Спасибо! Ответим здесь или по номеру +7 921 555-18-04.');
		await shot(page, `away-left-${theme}`);
		// A reload may overtake the message: it keeps what was left, and sends it.
		await page.reload();
		await openWidget(page);
		await seen(bubble(page, `(${theme})`));
		await page.locator('beseda-widget .row.mine .meta').filter({ hasText: 'Отправлено' }).waitFor();
		await gone(intro);
		await page.context().close();
	});
}

step('who comes back finds both in the queue, and is there for whoever opened the page before', async () => {
	const early = await world.page();
	await early.goto('/demo?lang=ru');
	await seen(early.locator('beseda-widget .launcher'));
	const page = await world.as(anna, '/inbox/queue');
	await seen(inboxRow(page, '(light)'));
	await seen(inboxRow(page, '(dark)'));
	await openWidget(early);
	await seen(widgetField(early));
	await gone(early.locator('beseda-widget form.leave'));
});
