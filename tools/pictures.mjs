// Takes the five pictures of README.md from a running demo: `make demo` in one window, `make pictures` in another.
//   node tools/pictures.mjs [http://127.0.0.1:8080]      CHROMIUM=path names the browser
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserPath, settled } from './look.mjs';

// The library is the one that the web interface brings for its own pictures.
const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');
const base = (process.argv[2] || 'http://127.0.0.1:8080').replace(/\/$/, '');
const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const wide = { width: 1440, height: 900 };

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

/** A window of its own, as seen by a person in an office. */
async function open(viewport, more = {}) {
    const context = await browser.newContext({ viewport, locale: 'ru-RU', timezoneId: 'Europe/Moscow', reducedMotion: 'reduce', ...more });
    context.setDefaultTimeout(20_000);
    // The widget hides its insides; what is waited for stands inside.
    await context.addInitScript(() => {
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (how) {
            return attach.call(this, { ...how, mode: 'open' });
        };
    });
    return context;
}

/** Calls the API with the window's own session. */
async function call(context, method, path, data) {
    const answer = await context.request.fetch(`${base}/api/v1${path}`, { method, data, headers: { Origin: base } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
}

async function signedIn(login, viewport, more) {
    const context = await open(viewport, more);
    await call(context, 'POST', '/sessions', { login, password: 'beseda-demo' });
    return context;
}

async function picture(context, name, path, ready) {
    const page = await context.newPage();
    await page.goto(base + path);
    await ready(page);
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`docs/pictures/${name}.png`);
    return page;
}

const composer = (page) => page.locator('textarea').first().waitFor();

try {
    // A colleague is here, or the widget would offer its form for later.
    const anna = await signedIn('anna', wide);
    const desk = await anna.newPage();
    await desk.goto(`${base}/inbox/queue`);
    // The dot at one's own face: the line is open, the site shows that somebody is here.
    await desk.locator('nav[data-region=rail] .own .online').waitFor();

    // A client writes from the site first, so that the talk and the widget show the same words.
    const visitor = await open({ width: 1120, height: 800 });
    const shop = await visitor.newPage();
    await shop.goto(`${base}/demo?lang=ru`);
    await shop.waitForFunction(() => 'Beseda' in window);
    await shop.evaluate(() => {
        window.Beseda.identify({ name: 'Мария Зотова', phone: '+7 912 000-11-22' });
        window.Beseda.open();
    });
    const widget = shop.locator('beseda-widget');
    const writing = widget.locator('.composer textarea');
    await writing.waitFor();
    await settled(shop);
    await writing.fill('Здравствуйте! Подойдёт ли «Север» для кухни, где много пара?');
    await writing.press('Enter');
    await widget.locator('.row').filter({ hasText: 'много пара' }).getByText('Отправлено').waitFor({ state: 'attached' });
    const queue = await call(anna, 'GET', '/inbox?group=queue');
    const chat = queue.items.find((one) => JSON.stringify(one).includes('много пара'));
    if (!chat) throw new Error('The widget\'s message did not reach the queue.');
    const say = (text, hidden = false) => call(anna, 'POST', `/client-chats/${chat.id}/messages`, { client_id: crypto.randomUUID(), text, hidden });
    await say('Здравствуйте! Да, у «Севера» корпус **IP44**: пар и брызги ему не страшны.');
    await say('Белый есть на складе, чёрный придёт в пятницу. Какой вам ближе?');
    await say('Если чёрный, отложить из пятничной партии', true);
    await widget.locator('.bubble').filter({ hasText: 'Какой вам ближе?' }).waitFor();
    await settled(shop);
    await shop.screenshot({ path: join(folder, 'widget.png') });
    console.log('docs/pictures/widget.png');

    await picture(anna, 'inbox', `/inbox/my/${chat.id}`, composer);
    const chats = await call(anna, 'GET', '/chats');
    const group = chats.find((one) => one.kind === 'group');
    const newest = await call(anna, 'GET', `/threads/${group.id}/messages?limit=1`);
    await call(anna, 'POST', `/threads/${group.id}/read`, { seq: newest.messages.at(-1).seq });
    await picture(anna, 'chat', `/chats/${group.id}`, composer);

    const olga = await signedIn('olga', wide);
    await picture(olga, 'channels', '/settings/channels', (page) => page.getByText('Telegram').first().waitFor());

    const pocket = await signedIn('anna', { width: 390, height: 844 }, { colorScheme: 'dark', deviceScaleFactor: 2, hasTouch: true, isMobile: true });
    await picture(pocket, 'phone', `/inbox/my/${chat.id}`, composer);
} finally {
    await browser.close();
}
