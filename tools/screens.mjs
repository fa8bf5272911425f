// Pictures of every screen and state of the interface, for eyes and for comparing: from a running demo and, for the way in, from a
// fresh server of its own. Nothing sleeps: a picture is taken when the page has settled.
//   node tools/screens.mjs OUT [--url http://127.0.0.1:8091] [--lang ru] [--theme light] [--width 1440] [--bin PATH] [--only WORD…]
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Server } from '../tests/journeys/src/server.js';
import { browserPath, settled } from './look.mjs';

const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');
const { values: asked, positionals } = parseArgs({
	allowPositionals: true,
	options: { url: { type: 'string', default: 'http://127.0.0.1:8091' }, lang: { type: 'string', default: 'ru' }, theme: { type: 'string', default: 'light' }, width: { type: 'string', default: '1440' }, bin: { type: 'string' }, only: { type: 'string', multiple: true } },
});
const out = positionals[0] ?? 'screens';
const { lang, theme, url: demo } = asked;
if (asked.bin) process.env.BESEDA_BIN = asked.bin;
const width = Number(asked.width);
const viewport = { width, height: width >= 1440 ? 900 : width >= 1000 ? 768 : 844 };
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

async function context(base, more = {}) {
	const made = await browser.newContext({ baseURL: base, viewport, locale: lang === 'ru' ? 'ru-RU' : 'en-GB', timezoneId: 'Europe/Moscow', colorScheme: theme, reducedMotion: 'reduce', serviceWorkers: 'block', ...more });
	made.setDefaultTimeout(8000);
	await made.addInitScript(() => {
		// The widget hides its insides; a picture of it is taken when they have settled.
		const attach = Element.prototype.attachShadow;
		Element.prototype.attachShadow = function (how) {
			return attach.call(this, { ...how, mode: 'open' });
		};
	});
	return made;
}
async function call(who, method, path, data) {
	const base = who.base ?? demo;
	const answer = await who.request.fetch(`${base}/api/v1${path}`, { method, data, headers: { Origin: base } });
	if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
	return answer.status() === 204 ? null : answer.json().catch(() => null);
}
async function signedIn(login, more) {
	const who = await context(demo, more);
	await call(who, 'POST', '/sessions', { login, password: 'beseda-demo' });
	await call(who, 'PATCH', '/me', { preferences: { language: lang, theme, density: 'regular', single_keys: true } });
	return who;
}

const broken = [];
const wanted = (name) => !asked.only || asked.only.some((word) => name.includes(word));
/** One picture: a page of somebody, what to do there, what must be there. */
async function picture(name, who, path, act = async () => {}) {
	if (!wanted(name)) return;
	const page = await who.newPage();
	page.on('pageerror', (error) => broken.push(`${name}: ${error.message}`));
	try {
		if (path) await page.goto(path);
		await settled(page);
		await act(page);
		await settled(page);
		await page.screenshot({ path: join(out, `${name}.png`) });
	} catch (error) {
		broken.push(`${name}: ${String(error).split('\n').slice(0, 3).join(' ')}`);
		await page.screenshot({ path: join(out, `${name}.png`) }).catch(() => {});
	}
	// the next picture begins with an empty field
	if (await page.locator('dialog[open]').count()) await page.keyboard.press('Escape');
	const reply = page.locator('.modes [role=tab]').first();
	if (await reply.count()) await reply.click({ timeout: 500 }).catch(() => {});
	if (await field(page).count()) await field(page).fill('', { timeout: 500 }).catch(() => {});
	await page.close();
}
const field = (page) => page.locator('[data-region=composer] textarea');
const button = (page, ru, en) => page.getByRole('button', { name: lang === 'ru' ? ru : en, exact: true });
const open = (page, key) => page.keyboard.press(key);

async function entry() {
	const server = await Server.start();
	const stranger = await context(server.url);
	stranger.base = server.url;
	const setup = new URL(server.setup);
	await picture('entry-setup', stranger, setup.pathname + setup.search);
	await picture('entry-setup-wrong', stranger, setup.pathname + setup.search, (page) => page.locator('button[type=submit]').click());
	const token = setup.searchParams.get('token');
	await call(stranger, 'POST', '/setup', { token, workspace: lang === 'ru' ? 'Ромашка' : 'Daisy', name: lang === 'ru' ? 'Анна Орлова' : 'Anna Orlova', login: 'anna', password: 'correct horse 7', language: lang, time_zone: 'Europe/Moscow', sample: false });
	await call(stranger, 'PATCH', '/me', { preferences: { language: lang, theme } });
	for (const [name, path] of [['empty-chats', '/chats'], ['empty-people', '/people'], ['empty-my', '/inbox/my'], ['empty-queue', '/inbox/queue'], ['empty-waiting', '/inbox/waiting'], ['empty-contacts', '/contacts'], ['empty-channels', '/settings/channels'], ['empty-templates', '/settings/templates'], ['empty-queues', '/settings/queues'], ['empty-departments', '/settings/departments'], ['empty-jobs', '/settings/jobs']]) await picture(name, stranger, path);
	await picture('connect-widget', stranger, '/settings/channels/new/widget');
	await picture('connect-telegram', stranger, '/settings/channels/new/telegram');
	await picture('invite', stranger, '/settings/people', (page) => button(page, 'Пригласить', 'Invite').click());
	const { roles } = await call(stranger, 'GET', '/roles');
	const invitation = await call(stranger, 'POST', '/invitations', { name: lang === 'ru' ? 'Борис Ким' : 'Boris Kim', email: '', department_id: null, role_ids: [roles.find((one) => one.builtin === 'employee').id] });
	const link = new URL(invitation.url, server.url).pathname;
	const newcomer = await context(server.url);
	newcomer.base = server.url;
	await picture('entry-join', newcomer, link);
	await picture('entry-join-unknown', newcomer, `${link.slice(0, -3)}xyz`);
	await picture('entry-sign-in', newcomer, '/sign-in');
	const tryIn = async (page, password) => {
		await page.locator('input[name=username]').fill('anna');
		await page.locator('input[name=password]').fill(password);
		const answered = page.waitForResponse((one) => one.url().endsWith('/sessions'));
		await page.locator('button[type=submit]').click();
		await answered;
	};
	await picture('entry-sign-in-wrong', newcomer, '/sign-in', (page) => tryIn(page, 'not the one'));
	await picture('entry-sign-in-locked', newcomer, '/sign-in', async (page) => {
		for (let turn = 0; turn < 12 && !(await page.locator('button[type=submit]').isDisabled()); turn += 1) await tryIn(page, `not the one ${turn}`);
	});
	await picture('entry-setup-done', newcomer, setup.pathname);
	await picture('server-away', newcomer, '/sign-in', async (page) => {
		await server.kill();
		await page.locator('input[name=username]').fill('anna');
		await page.locator('input[name=password]').fill('correct horse 7');
		await page.locator('button[type=submit]').click();
	});
	await server.stop();
	await Promise.all([stranger.close(), newcomer.close()]);
}

async function inside() {
	const anna = await signedIn('anna');
	const olga = await signedIn('olga');
	const inbox = async (who, group) => (await call(who, 'GET', `/inbox?group=${group}`)).items;
	const chats = await call(anna, 'GET', '/chats');
	const group = chats.find((one) => one.kind === 'group');
	const direct = chats.find((one) => one.kind === 'direct' && one.last);
	const my = await inbox(anna, 'my');
	const queue = await inbox(anna, 'queue');
	const closed = await inbox(anna, 'closed');
	const all = await inbox(olga, 'all');
	const others = all.find((one) => one.state === 'work');
	const site = my.find((one) => one.channel.kind === 'widget') ?? my[0];
	const telegram = my.find((one) => one.channel.kind === 'telegram') ?? queue.find((one) => one.channel.kind === 'telegram') ?? my[0];
	const talk = `/inbox/my/${site.id}`;

	for (const one of ['my', 'watched', 'queue', 'waiting', 'all', 'closed']) await picture(`inbox-${one}`, anna, `/inbox/${one}`);
	await picture('talk-site', anna, talk);
	await picture('talk-telegram-paused', anna, `/inbox/${telegram.state === 'queue' ? 'queue' : 'my'}/${telegram.id}`);
	await picture('talk-queue', anna, `/inbox/queue/${queue[0].id}`);
	await picture('talk-closed', anna, `/inbox/closed/${closed[0].id}`);
	await picture('talk-others', olga, `/inbox/all/${others.id}`);
	await picture('talk-gone', anna, '/inbox/my/01a1fe71-0000-7000-8000-000000000000');
	await picture('talk-note', anna, talk, async (page) => {
		// On a phone Escape goes back to the list.
		if (width >= 640) await open(page, 'Escape');
		await page.locator('[role=tab].hide').click();
		await field(page).fill(lang === 'ru' ? 'Клиент постоянный, сделайте скидку 5 %' : 'A regular client, give 5 % off');
	});
	await picture('talk-templates', anna, talk, (page) => field(page).fill('/').then(() => field(page).press('End')));
	await picture('talk-mention', anna, talk, (page) => field(page).fill('').then(() => field(page).pressSequentially('@')));
	await picture('talk-emoji-name', anna, talk, (page) => field(page).fill('').then(() => field(page).pressSequentially(lang === 'ru' ? ':серд' : ':hear')).then(() => page.getByRole('option').first().waitFor()));
	await picture('talk-emoji', anna, talk, (page) => button(page, 'Эмодзи', 'Emoji').click());
	await picture('talk-files', anna, talk, async (page) => {
		await page.locator('input[type=file]').setInputFiles([
			{ name: lang === 'ru' ? 'Смета на кухню, вторая редакция (август 2026).pdf' : 'Kitchen estimate, second edition (August 2026).pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(318_000, 7) },
			{ name: 'photo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><rect width="40" height="30" fill="#8a9"/><circle cx="20" cy="15" r="8" fill="#cba"/></svg>') },
		]);
		await field(page).fill(lang === 'ru' ? 'Смета и фото' : 'The estimate and a photo');
		await page.waitForFunction(() => !document.querySelector('[data-region=composer] .progress'));
	});
	await picture('talk-plan', anna, `/inbox/${telegram.state === 'queue' ? 'queue' : 'my'}/${telegram.id}`, async (page) => {
		await field(page).fill((lang === 'ru' ? 'Условия доставки и сборки. ' : 'Terms of delivery and assembly. ').repeat(330));
		await page.locator('.hint').filter({ hasText: /\d/ }).waitFor();
	});
	await picture('talk-reply', anna, talk, (page) => field(page).press('Control+ArrowUp'));
	await picture('talk-edit', anna, `/chats/${group.id}`, (page) => field(page).press('ArrowUp'));
	await picture('talk-menu', anna, talk, (page) => page.locator('section.thread .message').last().click({ button: 'right', position: { x: 80, y: 10 } }));
	await picture('talk-more', anna, talk, (page) => button(page, 'Ещё', 'More').click());
	if (width >= 640) await picture('talk-hand-over', anna, talk, (page) => page.locator('section.thread header').getByRole('button', { name: lang === 'ru' ? 'Передать' : 'Hand over' }).click());
	await picture('talk-search', anna, talk, async (page) => {
		await open(page, 'Control+f');
		const found = page.waitForResponse((one) => one.url().includes('/search?'));
		await page.locator('aside input[type=search]').fill(lang === 'ru' ? 'север' : 'delivery');
		await found;
	});
	await picture('talk-drop', anna, talk, async (page) => {
		const data = await page.evaluateHandle(() => {
			const carried = new DataTransfer();
			carried.items.add(new File(['x'], 'x.txt'));
			return carried;
		});
		await page.locator('[role=log]').dispatchEvent('dragover', { dataTransfer: data });
	});
	if (width < 1280) await picture('talk-context', anna, talk, (page) => open(page, 'Control+j'));

	await picture('chats', anna, '/chats');
	await picture('people', anna, '/people');
	await picture('chat-group', anna, `/chats/${group.id}`);
	await picture('chat-direct', anna, `/chats/${direct.id}`);
	await picture('chat-new', anna, '/chats', (page) => button(page, 'Новый чат', 'New chat').first().click());
	await picture('contacts', anna, '/contacts');
	await picture('contact', anna, '/contacts', (page) => page.locator('.pane a.row:not([href$="/duplicates"])').first().click());
	await picture('palette', anna, talk, (page) => open(page, 'Control+k'));
	await picture('palette-typed', anna, talk, async (page) => {
		await open(page, 'Control+k');
		const found = page.waitForResponse((one) => one.url().includes('/find?'));
		await page.getByRole('combobox').last().fill(lang === 'ru' ? 'fyyf' : 'ann');
		await found;
	});
	await picture('search-everywhere', anna, talk, async (page) => {
		await open(page, 'Control+Shift+f');
		const found = page.waitForResponse((one) => one.url().includes('/search?'));
		await page.locator('dialog input').fill(lang === 'ru' ? 'доставка' : 'delivery');
		await found;
	});
	await picture('notices', olga, '/inbox/queue', (page) => page.locator('.rail').getByRole('button', { name: lang === 'ru' ? /Уведомления/ : /Notifications|Notices/ }).click());
	await picture('shortcuts', anna, talk, (page) => open(page, 'Control+/'));
	await picture('own-menu', anna, talk, (page) => page.locator('.rail .own').click());
	await picture('offline', anna, talk, async (page) => {
		await field(page).waitFor();
		await page.context().setOffline(true);
		await field(page).fill(lang === 'ru' ? 'Пишу из лифта' : 'Writing from a lift');
		await field(page).press('Enter');
		await page.locator('.status-line, [role=status]').filter({ hasText: /\S/ }).first().waitFor();
	});
	await anna.setOffline(false);
	await picture('denied', anna, '/settings/roles');

	for (const one of ['profile', 'appearance', 'notifications', 'security', 'people', 'departments', 'roles', 'workspace', 'channels', 'queues', 'templates', 'health', 'jobs', 'audit']) await picture(`settings-${one}`, olga, `/settings/${one}`);
	await picture('settings', olga, '/settings');
	const { accounts } = await call(olga, 'GET', '/channels');
	for (const one of accounts) await picture(`channel-${one.kind}-${one.health.state}`, olga, `/settings/channels/${one.id}`);
	await picture('channel-connect', olga, '/settings/channels', (page) => page.locator('main').getByRole('link', { name: lang === 'ru' ? /Подключить/ : /Connect/ }).or(page.locator('main').getByRole('button', { name: lang === 'ru' ? /Подключить/ : /Connect/ })).first().click());
	const { roles } = await call(olga, 'GET', '/roles');
	await picture('role', olga, `/settings/roles/${roles.find((one) => !one.builtin)?.id ?? roles[0].id}`);
	await picture('role-new', olga, '/settings/roles/new');
	const { people } = await call(olga, 'GET', '/people');
	await picture('person', olga, `/settings/people/${people.find((one) => one.login === 'anna').id}`);
	await picture('totp', olga, '/settings/security', (page) => button(page, 'Включить', 'Turn on').click());
	await picture('token', olga, '/settings/security', (page) => button(page, 'Новый ключ', 'New key').click());
	await picture('department', olga, '/settings/departments', (page) => button(page, 'Добавить отдел', 'Add a department').click());
	await picture('queue', olga, '/settings/queues', (page) => button(page, 'Новая очередь', 'New queue').click());
	await picture('template', olga, '/settings/templates', (page) => button(page, 'Новый шаблон', 'New template').click());
	await Promise.all([anna.close(), olga.close()]);
}

async function widget() {
	const anna = await signedIn('anna');
	const desk = await anna.newPage();
	await desk.goto('/inbox/queue');
	await settled(desk);
	const client = await context(demo);
	const start = async (page) => {
		const launcher = page.locator('beseda-widget .launcher');
		await launcher.waitFor();
		if ((await launcher.getAttribute('aria-expanded')) !== 'true') await launcher.click();
		await page.locator('beseda-widget .panel').waitFor();
	};
	const writing = 'beseda-widget .composer textarea';
	await picture('widget-closed', client, `/demo?lang=${lang}`, (page) => page.locator('beseda-widget .launcher').waitFor());
	await picture('widget-open', client, `/demo?lang=${lang}`, start);
	await picture('widget-talk', client, `/demo?lang=${lang}`, async (page) => {
		await start(page);
		await page.locator(writing).fill(lang === 'ru' ? 'Здравствуйте! Сколько идёт доставка в Казань?' : 'Hello! How long does delivery to Kazan take?');
		await page.locator(writing).press('Enter');
		await page.locator('beseda-widget .bubble').first().waitFor();
		await page.locator('beseda-widget input[type=file]').setInputFiles({ name: lang === 'ru' ? 'План кухни.pdf' : 'Kitchen plan.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(90_000, 3) }).catch(() => {});
	});
	await desk.close();
	await anna.close();
	await client.close();
}

if (wanted('entry') || wanted('empty') || asked.only?.some((one) => /^(connect|invite|server)/.test(one))) await entry();
await inside();
if (!asked.only || asked.only.some((one) => one.startsWith('widget'))) await widget();
await browser.close();
if (broken.length) console.log(broken.join('\n'));
