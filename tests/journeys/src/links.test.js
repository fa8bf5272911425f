// S3-08 to S3-10, L-100: an address becomes a short one, the client follows it to the company's site, and the chat knows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { faults } from './axe.js';
import { gone, seen, shot } from './look.js';
import { bubble, client, clientSays, composer, inboxRow, message, say, toast } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const PHONE = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';
const world = await World.start();
const step = story(world);
const anna = await world.company();
/** The company's site, with the pixel on each page. */
const site = createServer((_, answer) => {
	answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
	answer.end(`<!doctype html><title>Лампы</title><h1>Чёрная лампа</h1><script src="${world.url}/pixel.js" async></script>`);
});
site.listen(0, '127.0.0.1');
await once(site, 'listening');
after(() => (site.closeAllConnections(), site.close()));
const lamp = `http://127.0.0.1:${site.address().port}/catalogue/lamps/black-with-a-long-name?utm_source=chat&utm_campaign=autumn`;
let page, theirs;

step('S3-08 without a public address the page of links says what is missing', async () => {
	await world.call('POST', '/channels', { as: anna, body: { kind: 'widget', name: 'Сайт', settings: { title: 'Ромашка' } } });
	page = await world.as(anna, '/settings/links');
	await seen(page.getByText('публичный адрес не задан'));
	assert.equal(await page.getByRole('switch', { name: 'Сайт' }).isDisabled(), true);
	assert.deepEqual(await faults(page), []);
});

step('S3-08 S3-09 the administrator switches links on and names the site', async () => {
	await world.server.end('SIGTERM');
	world.server.env = { BESEDA_BASE_URL: world.url };
	await world.server.run();
	await page.reload();
	await seen(page.getByText('Переходы не видны'));
	await page.getByText('Сайт', { exact: true }).last().click();
	await gone(page.getByText('Переходы не видны'));
	await page.getByLabel('Сайты').fill('это не сайт');
	await page.getByRole('button', { name: 'Сохранить' }).click();
	await seen(page.getByText('не похоже на адрес сайта'));
	await page.getByLabel('Сайты').fill('http://127.0.0.1/');
	await page.getByRole('button', { name: 'Сохранить' }).click();
	await seen(toast(page, 'Сохранено'));
	await seen(page.getByText('pixel.js'));
	await shot(page, 'links-settings');
	assert.deepEqual(await faults(page), []);
});

step('S3-10 a draft with a link shows the switch; the client gets the short address', async () => {
	theirs = await client(world, { agent: PHONE });
	await clientSays(theirs, 'Покажите чёрную лампу');
	await page.goto('/inbox/queue');
	await inboxRow(page, 'Покажите чёрную').click();
	await seen(message(page, 'Покажите чёрную'));
	await composer(page).fill(`Вот она: ${lamp}`);
	const choice = page.getByRole('checkbox', { name: 'Короткая ссылка' });
	await seen(choice);
	assert.equal(await choice.isChecked(), true, 'the channel shortens');
	await shot(page, 'links-composer');
	await composer(page).press('Enter');
	await seen(bubble(theirs, `${world.url}/l/`));
	await seen(message(page, 'black-with-a-long-name'));
	await say(page, 'Есть и белая');
	await composer(page).fill(`Без счёта: ${lamp}`);
	await choice.uncheck();
	await composer(page).press('Enter');
	await seen(bubble(theirs, 'utm_campaign'));
});

step('L-100 S3-09 the click stands in the chat, and the card knows what was followed and seen', async () => {
	const popup = theirs.context().waitForEvent('page');
	await bubble(theirs, '/l/').getByRole('link').click();
	const there = await popup;
	await seen(there.getByRole('heading', { name: 'Чёрная лампа' }));
	await there.waitForURL((url) => !url.searchParams.has('_b'));
	assert.equal(there.url(), lamp, 'the click is out of the address');
	await seen(page.getByText('Клиент перешёл по ссылке'));
	await seen(page.getByText(/1\W*переход/));
	await page.reload();
	await seen(page.getByText('Был на сайте'));
	await shot(page, 'links-card');
	assert.deepEqual(await faults(page), []);
});
