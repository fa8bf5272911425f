// F15: hundreds of strings that want to run, in every field a person or a client fills, on every screen that shows one.
import assert from 'node:assert/strict';
import { seen } from './look.js';
import { bubble, client, log, message, openWidget, widgetField } from './screens.js';
import { story } from './story.js';
import { strings } from './vectors.js';
import { World } from './world.js';

const world = await World.start();
const step = story(world);
const anna = await world.company();
const hits = [];

/** Whatever runs calls `ran`; whatever the page's policy stopped is told too: markup that came alive is a fault even so. */
async function watched(context) {
	await context.exposeBinding('ran', ({ page }, n) => hits.push(`${new URL(page.url()).pathname}: ran ${n}: ${strings[n] ?? ''}`));
	await context.exposeBinding('stopped', ({ page }, what) => hits.push(`${new URL(page.url()).pathname}: ${what}`));
	await context.addInitScript(() => {
		for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => window.ran(-1);
		document.addEventListener('securitypolicyviolation', (event) => window.stopped(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
	});
	context.on('page', (page) => {
		page.on('dialog', (dialog) => {
			hits.push(`dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		page.on('console', (said) => /Content Security Policy/.test(said.text()) && hits.push(said.text()));
	});
	return context;
}
/** So many at a time: the server is quick, but not in one breath. */
async function each(all, run, at = 16) {
	const left = [...all.entries()];
	await Promise.all(Array.from({ length: at }, async () => {
		for (let next = left.shift(); next; next = left.shift()) await run(next[1], next[0]);
	}));
}
const api = (method, path, body, as = anna) => world.call(method, path, { as, body });
const uuid = () => crypto.randomUUID();
async function upload(name) {
	const answer = await fetch(`${world.url}/api/v1/files`, { method: 'POST', headers: { 'X-File-Name': encodeURIComponent(name), Cookie: anna.cookie, Origin: world.url, 'Sec-Fetch-Site': 'same-origin' }, body: name });
	assert.ok(answer.ok, await answer.clone().text());
	return (await answer.json()).id;
}
/** A visitor's own calls. */
async function visit(key, path, body, token) {
	const answer = await fetch(`${world.url}/api/v1/widget/${key}/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });
	assert.ok(answer.ok, await answer.clone().text());
	return answer.json();
}
const take = (from, count) => strings.slice(from, from + count);

let group;
let files;
let key;
let answers;
const chats = [];
const original = world.context.bind(world);
world.context = async (options) => watched(await original(options));

step('F15 the watch itself sees what runs and what is stopped', async () => {
	assert.ok(strings.length >= 500 && new Set(strings).size === strings.length, `${strings.length}`);
	const page = await world.page();
	await page.goto('about:blank');
	await page.setContent(strings[3]);
	while (!hits.length) await page.waitForEvent('console', { timeout: 50 }).catch(() => {});
	assert.match(hits.splice(0).join(), /ran 3/);
	await page.goto('/sign-in');
	await seen(page.locator('form'));
	await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), strings[3]);
	while (!hits.length) await page.waitForEvent('console', { timeout: 50 }).catch(() => {});
	assert.match(hits.splice(0).join(), /script-src/);
	await page.context().close();
	hits.length = 0;
});

step('F15 every field takes them as words', async () => {
	const boris = await world.employee('Борис Ким', 'boris');
	group = (await api('POST', '/chats', { kind: 'group', title: strings[0], member_ids: [boris.person.id] })).id;
	files = (await api('POST', '/chats', { kind: 'group', title: 'Файлы', member_ids: [boris.person.id] })).id;
	// Messages of colleagues, some answered, some pinned; the first and the last mark the ends of the talk.
	await api('POST', `/chats/${group}/messages`, { client_id: uuid(), text: strings[0] });
	await each(strings, async (text, n) => {
		const said = await api('POST', `/chats/${group}/messages`, { client_id: uuid(), text }, n % 2 ? anna : boris);
		if (n % 40 === 0) await api('POST', `/chats/${group}/messages`, { client_id: uuid(), text: 'ответ', reply_to: said.id });
		if (n % 40 === 1) await api('PUT', `/messages/${said.id}/pin`);
	}, 8);
	await api('POST', `/chats/${group}/messages`, { client_id: uuid(), text: strings.at(-1) });
	await each(strings.filter((_, n) => n % 10 === 0), async (_, at) => {
		const ids = await Promise.all(take(at * 10, 10).map(upload));
		await api('POST', `/chats/${files}/messages`, { client_id: uuid(), text: `файлы #${at * 10} и дальше`, files: ids });
	}, 1);
	await api('PATCH', '/workspace', { ...(await api('GET', '/workspace')), name: strings[1] }).catch(() => {});
	await api('PATCH', '/me', { name: strings[4], title: strings[5], status_text: strings[6] });
	await each(take(20, 30), async (title, n) => api('POST', '/templates', { title, text: strings[50 + n], scope: n % 2 ? 'all' : 'own' }));
	await each(take(100, 10), (title) => api('POST', '/chats', { kind: 'group', title, member_ids: [boris.person.id] }));
	await each(take(110, 6), (name) => api('POST', '/queues', { name, member_ids: [anna.person.id], department_ids: [] }));
	await each(take(120, 6), (name) => api('POST', '/departments', { name }));
	await each(take(130, 6), (name) => api('POST', '/roles', { name, rights: [] }));
	await each(take(140, 6), (name) => api('POST', '/me/tokens', { name, scopes: ['read'] }));
	await each(take(150, 6), (name) => api('POST', '/invitations', { name, email: '', role_ids: [] }).catch(() => {}));
	await each(take(160, 4), (name, n) => world.employee(name, `x${n}`), 1);
	// Channels, and clients who name themselves, write, and come from strange pages.
	await each(take(170, 3), (name) => api('POST', '/channels', { kind: 'widget', name, settings: { title: name, greeting: name, accent: '#1f6f5c', offline_text: name, origins: '' } }), 1);
	const site = await api('POST', '/channels', { kind: 'widget', name: strings[173], settings: { title: strings[174], greeting: strings[175], accent: '#1f6f5c', offline_text: strings[176], origins: '' } });
	[, key] = /data-key="([^"]+)"/.exec(site.snippet);
	await each(strings.filter((_, n) => n % 16 === 0), async (name, at) => {
		const { token } = await visit(key, 'visitor', { page: `https://shop.example/${encodeURI(name)}`, language: 'ru' });
		await visit(key, 'visitor', { token, name, email: '', phone: '' });
		// Sixteen in one message and one alone: who writes more often is asked to wait.
		for (const text of [take(at * 16, 16).join('\n'), name]) await visit(key, 'messages', { client_id: uuid(), text }, token);
	}, 8);
	const { items } = await api('GET', '/inbox?group=queue');
	assert.ok(items.length >= 30, `${items.length}`);
	chats.push(...items);
	await each(items, async (chat, n) => {
		await api('PATCH', `/contacts/${chat.contact.id}`, { name: strings[n], company: strings[200 + n], note: strings[300 + n] });
		await api('POST', `/client-chats/${chat.id}/messages`, { client_id: uuid(), text: strings[400 + n] });
		await api('POST', `/client-chats/${chat.id}/messages`, { client_id: uuid(), text: `${strings[n]} @[${strings[4]}](${boris.person.id})`, hidden: true });
	}, 4);
});

/** Goes up through a talk until string `first` and its neighbours are seen; answers the numbers of all that were seen as words. */
async function readThrough(where, first) {
	const found = new Set();
	const limit = Date.now() + 300_000;
	for (let more = 3; more > 0; found.has(first) && more--) {
		assert.ok(Date.now() < limit, `only ${found.size} were seen`);
		for (const [, n] of (await where.innerText()).matchAll(/#(\d+)[ \u00a0]/g)) found.add(Number(n));
		// Older ones are drawn by the next frame, or fetched meanwhile and drawn by a later one.
		await where.evaluate((element) => {
			let box = element;
			while (box.parentElement && !(box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY))) box = box.parentElement;
			box.scrollBy(0, -box.clientHeight * 0.7);
			return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		});
	}
	return found;
}

step('F15 nothing runs on any screen of an employee', async () => {
	const page = await world.as(anna, `/chats/${group}`);
	await seen(message(page, `#${strings.length - 1} `));
	const found = await readThrough(log(page), 0);
	assert.deepEqual(strings.filter((_, n) => !found.has(n)), [], "not shown as words");
	await page.goto(`/chats/${files}`);
	await seen(log(page));
	await readThrough(log(page), 0);
	// Every sixth client's talk and card in the page; the others' names and last words stand in the lists.
	for (const chat of chats.filter((_, n) => n % 6 === 0)) {
		await page.goto(`/inbox/my/${chat.id}`);
		await seen(message(page, '#'));
	}
	const sections = ['profile', 'appearance', 'notifications', 'security', 'people', 'departments', 'roles', 'workspace', 'channels', 'channels/new/widget', 'queues', 'templates', 'health', 'jobs', 'audit'];
	for (const path of ['/chats', '/people', '/inbox/queue', '/inbox/my', '/inbox/all', '/inbox/watched', '/contacts', ...sections.map((one) => `/settings/${one}`)]) {
		await page.goto(path);
		await seen(page.locator('main, .pane, section'));
		await page.locator('.skeleton').first().waitFor({ state: 'detached' });
	}
	await page.goto('/contacts');
	for (const row of (await page.locator('.scroll a.row:not([href$=duplicates])').all()).slice(0, 8)) {
		await row.click();
		await seen(page.locator('h2'));
	}
	await page.goto(`/chats/${group}`);
	await seen(message(page, '#'));
	await page.keyboard.press('Control+k');
	for (const typed of ['script', strings[3], '">']) {
		await page.getByRole('combobox').first().fill(typed);
		await page.waitForLoadState('networkidle');
	}
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: /^Уведомления/ }).click();
	await seen(page.getByRole('dialog', { name: 'Уведомления' }));
	await page.context().close();
	assert.deepEqual(hits, []);
});

/** An address that leads to no page ends the navigation; what matters is that nothing ran. */
const nowhere = (error) => assert.match(error.message, /net::ERR|Download is starting|interrupted/);

step('F15 nothing runs in addresses people are sent', async () => {
	const page = await world.as(anna, '/chats');
	const stranger = await world.page();
	for (const text of strings.filter((_, n) => n % 180 === 3)) {
		const part = encodeURIComponent(text);
		for (const path of [`/search?q=${part}`, `/t/${part}`, `/chats/${part}`, `/inbox/${part}`, `/#${part}`]) await page.goto(path).catch(nowhere);
		for (const path of [`/sign-in?next=${part}`, `/sign-in?next=javascript:ran(1)`, `/join/${part}`, `/setup?token=${part}`, `/demo?lang=${part}`]) await stranger.goto(path).catch(nowhere);
	}
	await page.context().close();
	await stranger.context().close();
	assert.deepEqual(hits, []);
});

step('F15 nothing runs at the client', async () => {
	const strange = await world.page();
	// A window whose title, greeting and words for later are such strings themselves.
	await strange.goto(`/demo?lang=ru&key=${key}`);
	await openWidget(strange);
	await strange.context().close();
	// Somebody is there, so the window offers to write at once.
	const desk = await world.as(anna, '/chats');
	const page = await world.page();
	const site = await world.widget();
	await page.goto(`/demo?lang=ru&key=${/data-key="([^"]+)"/.exec(site.snippet)[1]}`);
	await openWidget(page);
	await widgetField(page).fill(strings[3]);
	await widgetField(page).press('Enter');
	await seen(bubble(page, '#3 '));
	let chat;
	while (!chat) chat = (await api('GET', '/inbox?group=queue')).items.find((one) => one.last?.excerpt.startsWith('#3 '));
	// One by one: they come in order, and the last one seen means all were drawn.
	await each(strings, (text) => api('POST', `/client-chats/${chat.id}/messages`, { client_id: uuid(), text }), 4);
	await api('POST', `/client-chats/${chat.id}/messages`, { client_id: uuid(), text: strings.at(-1) });
	answers = `#${strings.length - 1} `;
	await seen(bubble(page, answers), 20_000);
	assert.ok((await page.locator('beseda-widget .bubble').count()) >= 30);
	await page.reload();
	await openWidget(page);
	await seen(bubble(page, answers));
	await page.context().close();
	await desk.context().close();
	assert.deepEqual(hits, []);
});
