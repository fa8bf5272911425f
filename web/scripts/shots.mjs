// Takes screenshots of the gallery: `node scripts/shots.mjs [name…]` writes shots/<name>.png; needs `npm run gallery` before.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../dist-gallery', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json' };
const picture = (seed) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300" fill="hsl(${(seed * 47) % 360} 18% 62%)"/><rect y="190" width="400" height="110" fill="hsl(${(seed * 47) % 360} 16% 48%)"/><rect x="${60 + seed * 9}" y="120" width="150" height="120" fill="hsl(35 34% 58%)"/><rect x="${90 + seed * 9}" y="150" width="80" height="34" fill="#f4f1e8"/></svg>`;
const server = createServer((request, response) => {
	const path = new URL(request.url, 'http://x').pathname;
	if (path.startsWith('/api/v1/files/')) {
		response.setHeader('Content-Type', 'image/svg+xml');
		return response.end(picture(Number(/(\d+)(?:\/|$)/.exec(path.slice(40))?.[1] ?? 1)));
	}
	const file = join(root, path);
	const found = existsSync(file) && extname(file) ? file : join(root, 'gallery.html');
	response.setHeader('Content-Type', types[extname(found)] ?? 'application/octet-stream');
	response.end(readFileSync(found));
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const base = `http://127.0.0.1:${server.address().port}/gallery.html`;
const id = (kind, n) => `${kind}000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const group = `/chats/${id('c0', 1)}`;
const direct = `/chats/${id('c0', 2)}`;
const client = `/inbox/my/${id('cc', 0)}`;
const wide = { width: 1440, height: 900 };
const middle = { width: 1024, height: 768 };
const phone = { width: 390, height: 844 };
/** name: [path, size, query, what to do before the picture] */
const shots = {
	'chat-ru': [group, wide, {}], 'chat-ru-dark': [group, wide, { theme: 'dark' }], 'chat-en': [group, wide, { lang: 'en' }], 'chat-compact': [group, wide, { density: 'compact' }], 'chat-roomy-dark': [group, wide, { density: 'roomy', theme: 'dark', lang: 'en' }],
	'chat-1024': [group, middle, { context: 'none' }], 'chat-800': [group, { width: 800, height: 900 }, { context: 'none' }], 'chat-390': [group, phone, { context: 'none' }], 'list-390': ['/chats', phone, {}],
	'direct-ru': [direct, wide, {}], 'direct-en-dark': [direct, wide, { lang: 'en', theme: 'dark' }],
	people: ['/people', wide, {}], 'people-390': ['/people', phone, {}],
	'inbox-ru': [client, wide, { viewing: '1', typing: '1' }], 'inbox-ru-dark': [client, wide, { theme: 'dark' }], 'inbox-en': [client, wide, { lang: 'en' }], 'inbox-1024': [client, middle, { context: 'none' }], 'inbox-390': [client, phone, { context: 'none' }], 'inbox-list-390': ['/inbox/my', phone, {}],
	note: [client, wide, {}, async (page) => { await page.keyboard.press('Escape'); await page.getByRole('tab').filter({ hasText: /Заметка|Note/ }).click(); await page.locator('textarea').first().fill('Клиент постоянный, сделайте скидку 5 %'); }],
	'note-dark': [client, wide, { theme: 'dark', lang: 'en' }, async (page) => { await page.getByRole('tab').filter({ hasText: /Заметка|Note/ }).click(); await page.locator('textarea').first().fill('A regular client, give 5 % off'); }],
	failed: [`/inbox/my/${id('cc', 1)}`, wide, {}], queue: [`/inbox/queue/${id('cc', 2)}`, wide, {}], broken: [`/inbox/queue/${id('cc', 5)}`, wide, { state: 'broken' }], closed: [`/inbox/closed/${id('cc', 3)}`, wide, { lang: 'en' }],
	templates: [client, wide, {}, async (page) => { await page.locator('textarea').first().fill('/'); }], mention: [group, wide, {}, async (page) => { await page.locator('textarea').first().pressSequentially('@'); }],
	emoji: [group, wide, {}, async (page) => { await page.getByRole('button', { name: 'Эмодзи' }).click(); }],
	menu: [group, wide, {}, async (page) => { await page.locator('.message').nth(6).click({ button: 'right' }); }],
	'hand-over': [client, wide, {}, async (page) => { await page.keyboard.press('Escape'); await page.getByRole('button', { name: 'Передать' }).click(); }],
	palette: [group, wide, { open: 'palette' }], 'palette-typed': [group, wide, { open: 'palette', theme: 'dark' }, async (page) => { await page.getByRole('combobox').last().fill('fyyf'); }],
	search: [group, wide, { context: 'search' }, async (page) => { await page.locator('aside input').fill('вес'); await page.locator('aside mark').first().waitFor(); }],
	notices: [group, wide, { open: 'notices' }], shortcuts: [group, wide, { open: 'shortcuts' }], 'new-chat': ['/people', wide, { open: 'new-chat' }, async (page) => { await page.getByRole('checkbox').nth(1).click(); }],
	offline: [group, wide, { state: 'offline' }, async (page) => { await page.getByText(/Нет сети|Восстанавливаем связь/).first().waitFor(); await page.locator('textarea').first().fill('Проверяю связь'); await page.keyboard.press('Enter'); await page.locator('section.thread .message').filter({ hasText: 'Проверяю связь' }).waitFor(); }],
	gone: [group, wide, { state: 'gone' }], loading: [group, wide, { state: 'loading' }], empty: ['/chats', wide, { state: 'empty' }], 'empty-inbox': ['/inbox/my', wide, { state: 'empty', lang: 'en' }],
	nowhere: ['/reports/2026', wide, {}], 'nowhere-dark': ['/reports/2026', wide, { lang: 'en', theme: 'dark' }], 'nowhere-390': ['/reports/2026/' + 'квартал-'.repeat(12), phone, { theme: 'dark' }], 'nowhere-settings': ['/settings/reports', wide, { lang: 'en' }], 'nowhere-settings-390': ['/settings/reports', phone, {}],
	contacts: [`/contacts/${id('c1', 0)}`, wide, {}], toast: [group, wide, { toast: '1' }],
	parts: ['', { width: 1200, height: 1500 }, { parts: '1' }], 'parts-dark': ['', { width: 1200, height: 1500 }, { parts: '1', theme: 'dark', lang: 'en' }],
};
/** What must stand on the page before its picture is worth taking. */
function expected(path, viewport, { parts, state, open, context, toast, typing, viewing }) {
	if (parts) return ['.page .row'];
	const inside = path.split('/').length > 2;
	const thread = /^\/(chats|inbox)\//.test(path) && path.split('/').length > (path.startsWith('/inbox') ? 3 : 2);
	return [
		path.startsWith('/settings') || path.startsWith('/reports') ? 'main h1' : null,
		thread && (!state || state === 'broken' || state === 'offline') ? 'section.thread :is(.message, .empty)' : null,
		thread && state === 'loading' ? 'section.thread .skeleton' : null,
		thread && state === 'gone' ? 'section.thread .empty' : null,
		!thread && (path.startsWith('/chats') || path.startsWith('/inbox') || path === '/people') ? (state === 'empty' ? '.empty' : '[data-row], .pane .row') : null,
		path.startsWith('/contacts/') ? 'aside, main h2' : null,
		thread && inside && viewport.width >= 1280 && context !== 'none' && !open ? '[data-region=context] :is(h2, h3, input)' : null,
		open ? 'dialog[open]' : null,
		toast ? '.toast' : null,
		typing ? '.typing .dots' : null,
		viewing ? 'section.thread header .line:has-text("смотрит")' : null,
	].filter(Boolean);
}
/** Pictures have come, nothing is being fetched in parts, nothing moves, and what was asked for has been drawn. */
async function still(page) {
	await page.waitForFunction(() => document.fonts.status === 'loaded' && [...document.images].every((one) => one.complete) && document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity));
	await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}
mkdirSync(new URL('../shots', import.meta.url), { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const wanted = process.argv.slice(2);
for (const [name, [path, viewport, query, act]] of Object.entries(shots)) {
	if (wanted.length && !wanted.includes(name)) continue;
	const context = await browser.newContext({ viewport, locale: 'ru-RU', timezoneId: 'Europe/Moscow', reducedMotion: 'reduce' });
	const page = await context.newPage();
	page.on('pageerror', (error) => console.log(`${name}: ${error.message}\n${(error.stack ?? '').split('\n').slice(1, 4).join('\n')}`));
	page.on('console', (message) => message.type() === 'error' && !/favicon|icon|manifest|404/.test(message.text()) && console.log(`${name}: ${message.text()}`));
	await page.goto(`${base}?${new URLSearchParams({ ...(path ? { path } : {}), ...query })}`);
	try {
		for (const one of expected(path, viewport, query)) await page.locator(one).filter({ visible: true }).first().waitFor({ timeout: 10_000 });
		await still(page);
		await act?.(page);
	} catch (error) {
		console.log(`${name}: ${String(error).split('\n').slice(0, 3).join(' ')}`);
	}
	await still(page);
	// nothing may stick out without an ellipsis
	const over = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible' && one.clientWidth > 0 && getComputedStyle(one).display !== 'inline' && !one.closest('svg, .out-of-sight, [popover], .glyph, .rail')).slice(0, 4).map((one) => `${one.tagName}.${one.className} ${one.scrollWidth}>${one.clientWidth}`));
	if (over.length) console.log(`${name} sticks out: ${over.join('; ')}`);
	await page.screenshot({ path: fileURLToPath(new URL(`../shots/${name}.png`, import.meta.url)) });
	await context.close();
}
await browser.close();
server.close();
