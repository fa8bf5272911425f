// L-78: the link builder. A link with words, buttons for a site in plain HTML, a QR code that a decoder of others reads; in two
// languages, and at 390 px.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import jsQR from 'jsqr';
import { faults } from './axe.js';
import { count, gone, seen, shot } from './look.js';
import { widgetField } from './screens.js';
import { story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
let page;
const PHONE = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';
const WORDS = 'Здравствуйте! Вопрос по «Куполу» & доставке #1';

/** What a picture says, read by jsQR: the browser only turns it into pixels. */
async function read(bytes, type) {
	const blank = await world.page();
	const { data, width, height } = await blank.evaluate(
		async ([base64, mime]) => {
			const image = new Image();
			image.src = `data:${mime};base64,${base64}`;
			await image.decode();
			// As a telephone sees it from a step away; jsQR is asked about that.
			const side = 360;
			const pen = Object.assign(document.createElement('canvas'), { width: side, height: side }).getContext('2d');
			pen.drawImage(image, 0, 0, side, side);
			return { data: [...pen.getImageData(0, 0, side, side).data], width: image.naturalWidth, height: image.naturalHeight };
		},
		[bytes.toString('base64'), type],
	);
	await blank.context().close();
	return { text: jsQR(Uint8ClampedArray.from(data), 360, 360)?.data, width, height };
}
async function download(button) {
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
	return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}
const address = () => page.getByRole('region', { name: 'Ссылка' }).or(page.locator('section.panel').filter({ has: page.getByRole('heading', { name: 'Ссылка', exact: true }) })).locator('code').first();

step('L-78 without channels that have an address the page says what is missing', async () => {
	page = await world.as(anna, '/settings/invite');
	await seen(page.getByText('Пока некуда приглашать'));
	assert.deepEqual(await faults(page), []);
	await world.widget();
	await world.call('POST', '/channels', { as: anna, body: { kind: 'sms', name: 'Номер магазина', settings: { transport: 'smpp', host: '127.0.0.1', port: '9', login: 'x', password: 'x', sender: '79120001122' } } });
	await page.reload();
	await seen(page.getByLabel('Что будет написано в поле у клиента'));
});

step('L-78 the words go into the link, and stand in the field of whoever follows it', async () => {
	await page.getByLabel('Что будет написано в поле у клиента').fill(WORDS);
	await page.waitForFunction((words) => [...document.querySelectorAll('code')].some((one) => one.textContent.includes(encodeURIComponent(words).slice(0, 40))), WORDS);
	await shot(page, 'invite-ru');
	assert.deepEqual(await faults(page), []);
	const url = await address().innerText();
	const phone = await world.page({ width: 390, height: 844 });
	await phone.goto(url);
	await seen(widgetField(phone));
	assert.equal(await widgetField(phone).inputValue(), WORDS);
	await phone.context().close();
});

step('L-78 the QR code is read by a decoder of others, as a drawing and as a picture', async () => {
	await page.getByLabel('Канал').selectOption({ label: 'Номер магазина' });
	await page.waitForFunction(() => [...document.querySelectorAll('code')].some((one) => one.textContent.startsWith('sms:+79120001122?body=%D0%97')));
	const text = await address().innerText();
	assert.equal((await read((await download('Скачать SVG')).bytes, 'image/svg+xml')).text, text);
	await page.getByLabel('Канал').selectOption({ label: 'Сайт' });
	const url = await address().innerText();
	const drawing = await download('Скачать SVG');
	assert.match(drawing.name, /^qr-.+\.svg$/);
	assert.equal((await read(drawing.bytes, 'image/svg+xml')).text, url);
	const picture = await download('Скачать PNG');
	const seenBy = await read(picture.bytes, 'image/png');
	assert.equal(seenBy.text, url);
	assert.ok(seenBy.width >= 1200 && seenBy.width === seenBy.height, `${seenBy.width} × ${seenBy.height}`);
});

step('L-78 with a public address clicks are counted, and the QR code and the buttons lead through the counted link', async () => {
	await seen(page.getByText('Переходы можно считать, когда'));
	await world.server.end('SIGTERM');
	world.server.env = { BESEDA_BASE_URL: world.url };
	await world.server.run();
	await page.reload();
	await page.getByLabel('Что будет написано в поле у клиента').fill('Здравствуйте');
	await page.getByLabel('Где она будет').fill('Дверь магазина');
	await page.getByRole('button', { name: 'Считать переходы' }).click();
	await seen(page.getByText('Пока никто не перешёл'));
	const short = await address().innerText();
	assert.match(short, /\/l\/[a-z0-9]{9}$/);
	const { bytes } = await download('Скачать PNG');
	assert.equal((await read(bytes, 'image/png')).text, short);
	assert.match(await page.locator('.code code').innerText(), new RegExp(`href="${short}"`));
	const phone = await world.page({ width: 390, height: 844, agent: PHONE });
	await phone.goto(short);
	await seen(widgetField(phone));
	assert.equal(await widgetField(phone).inputValue(), 'Здравствуйте');
	await phone.context().close();
	await page.reload();
	await seen(page.getByText(/^.?1.? переход$/));
	await seen(page.getByText('Дверь магазина'));
	await shot(page, 'invite-counted-ru');
});

step('L-78 the buttons are plain HTML: they work on a page without any script of ours, whatever is written on them', async () => {
	await page.getByLabel(/^Надпись\s+на\s+кнопке:\s+.?Сайт/).fill('Напишите <нам> & "сюда"');
	const code = await page.locator('.code code').innerText();
	const other = await world.page();
	await other.setContent(`<!doctype html><html lang="ru"><title>Сайт</title><main><h1>Сайт</h1>${code}</main></html>`);
	const button = other.getByRole('link', { name: 'Напишите <нам> & "сюда"' });
	await seen(button);
	await count(other.locator('script'), 0);
	assert.match(await button.getAttribute('href'), /^http/);
	assert.match(await other.getByRole('link', { name: 'Номер магазина' }).getAttribute('href'), /^sms:\+79120001122$/);
	assert.deepEqual(await faults(other), []);
	await other.context().close();
});

step('L-78 in English, in the dark, at 390 px; a link that is removed leads nowhere', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const phone = await world.as(anna, '/settings/invite', { lang: 'en', dark: true });
	await phone.setViewportSize({ width: 390, height: 844 });
	await seen(phone.getByRole('heading', { name: 'Links and QR codes' }));
	await seen(phone.getByText('Plain HTML that works without our script'));
	await shot(phone, 'invite-390-en-dark');
	assert.deepEqual(await faults(phone), []);
	assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
	const gonner = phone.getByRole('button', { name: /^Remove\s+the\s+link/ });
	const short = await phone.locator('ol code').innerText();
	await gonner.click();
	await phone.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
	await gone(gonner);
	assert.equal((await fetch(short, { redirect: 'manual' })).status, 404);
});
