// A site with our chat on it (P-13, P-84): what is asked before the first message, who the site says its visitor is, its look
// in two languages, on a phone and on a wide screen, and how an administrator sets it up and sees that it works.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { faults } from './axe.js';
import { count, gone, seen, shot, until } from './look.js';
import { bubble, clientSays, inboxRow, message, say, widgetField } from './screens.js';
import { plain, story } from './story.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const account = await world.widget();
const key = /data-key="([^"]+)"/.exec(account.snippet)[1];
/** What stands before the script on the site's pages, by their path. */
const served = new Map();
const shop = createServer((request, answer) => {
	const { lang, calls } = served.get(new URL(request.url, 'http://shop').pathname) ?? { lang: 'ru', calls: '' };
	answer.setHeader('Content-Type', 'text/html; charset=utf-8');
	answer.end(`<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>Лавка</title><main><h1>Лавка</h1><p>Лампы</p></main>
		<script>window.Beseda = window.Beseda || function () { (Beseda.q = Beseda.q || []).push(arguments) }; window.heard = []; ${calls}</script>
		<script src="${world.url}/widget.js" data-key="${key}" async></script></html>`);
});
await new Promise((done) => shop.listen(0, '127.0.0.1', done));
after(() => shop.close());
const SITE = `http://localhost:${shop.address().port}`;
let secret;
let settings;
let visitor;

/** A page of another origin that carries the code; `calls` stand before the script, as a site would write them. */
async function onSite(context, { lang = 'ru', calls = '', path = '/' } = {}) {
	const page = await context.newPage();
	const at = new URL(path, SITE);
	served.set(at.pathname, { lang, calls });
	await page.goto(at.href);
	await seen(page.locator('beseda-widget .launcher'));
	return page;
}
const launcher = (page) => page.locator('beseda-widget .launcher');
const panel = (page) => page.locator('beseda-widget .panel');
const ask = (page) => page.locator('beseda-widget form.ask');
const open = async (page) => {
	if ((await launcher(page).getAttribute('aria-expanded')) !== 'true') await launcher(page).click();
	await seen(panel(page));
};
/** As the site's server would, in three lines. */
function token(body, by = secret) {
	const b64 = (one) => Buffer.from(JSON.stringify(one)).toString('base64url');
	const data = `${b64({ alg: 'HS256', typ: 'JWT' })}.${b64({ exp: Math.floor(Date.now() / 1000) + 600, jti: randomUUID(), ...body })}`;
	return `${data}.${createHmac('sha256', by).update(data).digest('base64url')}`;
}

step('P-13 the administrator asks for a name and a topic with a consent, and sees the real widget do so before saving', async () => {
	settings = await world.as(anna, `/settings/channels/${account.id}`);
	const form = settings.getByRole('group', { name: 'Спросить перед чатом' });
	const add = async (kind) => {
		await form.getByRole('button', { name: 'Добавить вопрос' }).click();
		await settings.getByRole('menuitem', { name: kind }).click();
	};
	await add('Имя');
	await add('Телефон');
	await add('Выбор из списка');
	const topic = form.getByRole('listitem').nth(2);
	await topic.getByLabel('По-русски', { exact: true }).fill('О чём вопрос');
	await topic.getByLabel('По-английски', { exact: true }).fill('What about');
	await topic.getByLabel('Варианты по-русски').fill('Заказ\nДругое');
	await topic.getByLabel('Варианты по-английски').fill('An order\nSomething else');
	await form.getByText('Спросить согласие на обработку данных').click();
	await form.getByLabel('Ссылка на полный текст').fill('https://shop.example/privacy');
	const preview = settings.frameLocator('iframe[title="Как это увидит посетитель"]');
	await seen(preview.getByLabel('О чём вопрос'));
	assert.ok(await form.getByLabel('Ссылка на полный текст').evaluate((one) => one === document.activeElement), 'the sample leaves the keyboard where it is');
	await settings.locator('iframe').scrollIntoViewIfNeeded();
	await shot(settings, 'widget-settings-preview');
	await settings.getByRole('radio', { name: 'EN' }).check({ force: true });
	await seen(preview.getByLabel('What about'));
	await settings.getByRole('radio', { name: 'Телефон' }).check({ force: true });
	await seen(preview.locator('beseda-widget .panel'));
	await shot(settings, 'widget-settings-preview-en');
	await settings.getByRole('radio', { name: 'Кнопка' }).check({ force: true });
	await gone(preview.locator('beseda-widget .panel'));
	assert.deepEqual(await faults(settings), []);
	await settings.getByRole('button', { name: 'Сохранить' }).click();
	await seen(settings.getByText('Сохранено').first());
});

step('P-13 who comes is asked in the language of the page, each mistake is named at its field, and nothing typed is lost', async () => {
	const context = await world.context({ width: 390, height: 844, touch: true });
	visitor = await onSite(context, { path: '/lamp?utm_source=mail' });
	await open(visitor);
	await seen(ask(visitor));
	await shot(visitor, 'widget-form-390-ru');
	assert.deepEqual(await faults(visitor), []);
	const begin = ask(visitor).getByRole('button', { name: 'Начать чат' });
	await begin.click();
	await seen(ask(visitor).getByText('Заполните это поле'));
	await seen(ask(visitor).getByText('Чтобы продолжить, отметьте согласие'));
	await ask(visitor).getByLabel('Как вас зовут').fill('Ирина Белова');
	await ask(visitor).getByLabel(/^Телефон/).fill('123');
	await ask(visitor).getByLabel(/^О чём вопрос/).selectOption({ label: 'Заказ' });
	await ask(visitor).getByRole('checkbox').check();
	await begin.click();
	await seen(ask(visitor).getByText('Проверьте номер телефона'));
	assert.equal(await ask(visitor).getByLabel('Как вас зовут').inputValue(), 'Ирина Белова');
	await shot(visitor, 'widget-form-wrong-390-ru');
	// A number that only looks like one passes the page, and is refused by the server at the same field.
	await ask(visitor).getByLabel(/^Телефон/).fill('0000000000');
	await begin.click();
	await seen(ask(visitor).getByText('Проверьте номер телефона'));
	assert.equal(await ask(visitor).getByLabel(/^Телефон/).getAttribute('aria-invalid'), 'true');
	await ask(visitor).getByLabel(/^Телефон/).fill('8 (912) 000-11-22');
	await begin.click();
	await gone(ask(visitor));
	await clientSays(visitor, 'Когда привезут купол?');
	await shot(visitor, 'widget-talk-390-ru');
});

step('P-13 the answers stand in the chat as a told line and on the card; the visitor sees only the talk', async () => {
	await settings.goto('/inbox/queue');
	await inboxRow(settings, 'привезут купол').click();
	await seen(message(settings, 'привезут купол'));
	await seen(settings.getByText(/Клиент ответил перед чатом\. .?Как вас зовут: Ирина Белова; Телефон: \+79120001122; О чём вопрос: Заказ/));
	await seen(settings.getByText(/Клиент согласился: «.?Согласен на обработку персональных данных \(https:\/\/shop\.example\/privacy\).?»/));
	await seen(settings.getByText('Не проверен'));
	await seen(settings.getByText('Источник (utm_source)'));
	await shot(settings, 'widget-chat-told');
	await count(visitor.locator('beseda-widget .row'), 1);
});

step('P-13 who comes back is not asked again, and "back" on a phone closes the chat instead of leaving the page', async () => {
	await visitor.reload();
	await seen(launcher(visitor));
	await open(visitor);
	await seen(bubble(visitor, 'привезут купол'));
	await count(ask(visitor), 0);
	await visitor.evaluate(() => history.back());
	await gone(panel(visitor));
	assert.equal(visitor.url(), `${SITE}/lamp?utm_source=mail`);
	await open(visitor);
	await visitor.locator('beseda-widget .shut').click();
	await gone(panel(visitor));
	assert.equal(visitor.url(), `${SITE}/lamp?utm_source=mail`);
});

step('P-13 in English, in the dark, on a wide screen, at the left, with words on the button; closed by Escape', async () => {
	const { accounts } = await world.call('GET', '/channels', { as: anna });
	const now = accounts.find((one) => one.id === account.id).settings;
	await world.call('PATCH', `/channels/${account.id}`, { as: anna, body: { settings: { ...now, side: 'left', button: 'words', theme: 'dark', greeting: JSON.stringify({ ru: 'Добрый день', en: 'Good day from Romashka' }) } } });
	const page = await onSite(await world.context({ lang: 'en' }), { lang: 'en-GB', calls: "Beseda('on', 'opened', () => heard.push('opened')); Beseda('set', { cart: '3 lamps' });" });
	await seen(launcher(page).getByText('Write to us'));
	await shot(page, 'widget-button-en');
	await open(page);
	await seen(page.locator('beseda-widget').getByText('Good day from Romashka'));
	await seen(ask(page).getByLabel('What about'));
	await shot(page, 'widget-form-en-dark');
	assert.deepEqual(await faults(page), []);
	const box = await panel(page).boundingBox();
	assert.ok(box.x < 60, `at the left: ${box.x}`);
	assert.deepEqual(await page.evaluate(() => window.heard), ['opened']);
	await page.keyboard.press('Escape');
	await gone(panel(page));
	await page.evaluate(() => window.Beseda('set', { language: 'ru' }));
	await seen(launcher(page).getByText('Написать нам'));
	await page.context().close();
});

step('P-84 the administrator makes the secret, shows it, and reads how to sign', async () => {
	await settings.goto(`/settings/channels/${account.id}`);
	await settings.getByRole('button', { name: 'Создать ключ' }).click();
	const box = settings.getByLabel('Ключ подписи');
	await seen(box);
	secret = (await box.innerText()).trim();
	assert.match(secret, /^[0-9a-f]{64}$/);
	await seen(settings.getByText('hash_hmac'));
	await settings.getByRole('radio', { name: 'Python' }).check({ force: true });
	await seen(settings.getByText('hashlib.sha256'));
	await box.scrollIntoViewIfNeeded();
	await shot(settings, 'widget-identity-settings');
	assert.deepEqual(await faults(settings), []);
	await seen(settings.getByRole('link', { name: new URL(SITE).host }));
});

step('P-84 one signed visitor in two browsers has one talk; the employee sees that the site vouches for them', async () => {
	const calls = (body) => `Beseda('on', 'identified', () => heard.push('identified')); Beseda('on', 'refused', (why) => heard.push('refused: ' + why)); Beseda('identify', { token: '${token(body)}' });`;
	const me = { id: 'u-42', name: 'Пётр Ким', phone: '+7 912 000-33-44' };
	const work = await onSite(await world.context(), { calls: calls(me) });
	await until(work, () => window.heard.includes('identified'));
	await open(work);
	// The site told the name and the number: only the topic is left to ask.
	await seen(ask(work).getByLabel(/^О чём вопрос/));
	await count(ask(work).getByLabel('Как вас зовут'), 0);
	await ask(work).getByRole('checkbox').check();
	await ask(work).getByRole('button', { name: 'Начать чат' }).click();
	await clientSays(work, 'Это я с работы');
	const home = await onSite(await world.context({ width: 390, height: 844 }), { calls: calls(me) });
	await until(home, () => window.heard.includes('identified'));
	await open(home);
	await seen(bubble(home, 'Это я с работы'));
	await clientSays(home, 'А теперь из дома');
	await seen(bubble(work, 'А теперь из дома'));
	await settings.goto('/inbox/queue');
	await count(inboxRow(settings, 'Пётр Ким'), 1);
	await inboxRow(settings, 'Пётр Ким').click();
	await seen(settings.getByText('Проверен', { exact: true }));
	await seen(settings.getByText('u-42'));
	await shot(settings, 'widget-verified');
	await say(settings, 'Здравствуйте, Пётр!');
	await seen(bubble(work, 'Здравствуйте, Пётр'));

	// Signed out on a shared computer: nothing is left, neither on the screen nor in the browser, nor for a copied signature.
	await home.evaluate(() => window.Beseda('reset'));
	await gone(panel(home));
	await open(home);
	await count(bubble(home, 'Это я с работы'), 0);
	assert.deepEqual(await home.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((one) => one.startsWith('beseda:'))), []);
	await home.reload();
	await until(home, () => window.heard.some((one) => one.startsWith('refused')));
	assert.match(plain((await home.evaluate(() => window.heard)).join()), /уже использована в другом браузере/);
	await open(home);
	await count(bubble(home, 'Это я с работы'), 0);
	await home.context().close();

	const forged = await onSite(await world.context(), { calls: `Beseda('on', 'refused', (why) => heard.push('refused: ' + why)); Beseda('identify', { token: '${token(me, 'a guess')}' });` });
	await until(forged, () => window.heard.some((one) => one.startsWith('refused')));
	await open(forged);
	await count(forged.locator('beseda-widget .bubble'), 0);
	await forged.context().close();
});

step('P-13 the talk as a page of its own, in English on a phone, with the words of the link in the field', async () => {
	const page = await world.page({ lang: 'en', width: 390, height: 844 });
	await page.goto(`/talk/${key}?text=${encodeURIComponent('About "the dome" & <b>price</b>')}`);
	await seen(panel(page));
	await ask(page).getByLabel('Your name').fill('John Smith');
	await ask(page).getByRole('checkbox').check();
	await ask(page).getByRole('button', { name: 'Start the chat' }).click();
	await gone(ask(page));
	assert.equal(await widgetField(page).inputValue(), 'About "the dome" & <b>price</b>');
	await shot(page, 'widget-page-390-en');
	assert.deepEqual(await faults(page), []);
	await widgetField(page).press('Enter');
	await seen(bubble(page, 'About "the dome"'));
	await page.context().close();
});

step('P-13 the settings of the site in English, in the dark, at 390 px: nothing sticks out, and the keyboard reaches the questions', async () => {
	await world.call('PATCH', '/me', { as: anna, body: { preferences: { language: 'en', theme: 'dark' } } });
	const page = await world.as(anna, `/settings/channels/${account.id}`, { lang: 'en', dark: true });
	await page.setViewportSize({ width: 390, height: 844 });
	const form = page.getByRole('group', { name: 'Ask before the chat' });
	await form.scrollIntoViewIfNeeded();
	await shot(page, 'widget-settings-390-en-dark');
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
	assert.deepEqual(await faults(page), []);
	await form.getByRole('button', { name: /^Move\s+down:/ }).first().press('Enter');
	assert.match(await form.getByRole('listitem').first().getAttribute('aria-label'), /Телефон/);
	await page.frameLocator('iframe').locator('beseda-widget .panel').waitFor();
});
