// A company in a test: the server, one browser, people each in a context of their own.
import { chromium } from 'playwright-core';
import { after } from 'node:test';
import { shot } from './look.js';
import { Server } from './server.js';

export const PASSWORD = 'correct horse 7';

export class World {
	/** Starts a server and a browser that end with the file. `secure`: by https, from an authority nobody else knows. */
	static async start({ args = [], alone = false, secure = false } = {}) {
		const world = new World();
		world.secure = secure;
		// Node and Chromium know no authority of a folder; who tests trust in it starts a program that does.
		if (secure) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
		// whoever measures stops it by hand
		if (!alone) after(() => world.stop());
		world.server = await Server.start({ secure });
		world.browser = await chromium.launch({
			executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
			args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...(secure ? ['--ignore-certificate-errors'] : []), ...args],
		});
		return world;
	}

	async stop() {
		await this.browser?.close();
		await this.server?.stop();
	}

	get url() {
		return this.server.url;
	}

	/**
	 * A browser of one person: nothing shared with the others. It comes by another address than the server's own when told
	 * one. Without its `worker` where requests of the page are held or changed: in the moment in which the service worker
	 * takes a page over, some pass the test by.
	 */
	async context({ lang = 'ru', width = 1440, height = 900, dark = false, touch = false, url = this.url, agent = undefined, worker = true } = {}) {
		const context = await this.browser.newContext({
			baseURL: url,
			ignoreHTTPSErrors: this.secure,
			locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
			timezoneId: 'Europe/Moscow',
			viewport: { width, height },
			hasTouch: touch,
			colorScheme: dark ? 'dark' : 'light',
			reducedMotion: 'reduce',
			serviceWorkers: worker ? 'allow' : 'block',
			...(agent ? { userAgent: agent } : {}),
		});
		context.setDefaultTimeout(10_000);
		context.on('weberror', (error) => this.faulty(error.page(), error.error().stack));
		context.on('console', (said) => said.type() === 'error' && this.faulty(said.page(), said.text()));
		// The widget hides its insides from the page; the test looks there as its reader would.
		await context.addInitScript(() => {
			const attach = Element.prototype.attachShadow;
			Element.prototype.attachShadow = function (how) {
				return attach.call(this, { ...how, mode: 'open' });
			};
		});
		return context;
	}

	/** What went wrong in a page by itself, the last of it. */
	faults = new Map();
	faulty(page, words) {
		this.faults.set(page, [...(this.faults.get(page) ?? []), words].slice(-5));
	}

	/** What everybody had on the screen when a step failed (with SHOTS=folder). */
	async pictures(title) {
		const pages = this.browser.contexts().flatMap((one) => one.pages());
		for (const [at, page] of pages.entries()) await shot(page, `failed-${title.split(' ').slice(0, 2).join('-')}-${at}`).catch(() => {});
	}
	/** What each page says, for the log of a machine that keeps no pictures: the composer and what is focused, then the rest. */
	async words() {
		const pages = this.browser.contexts().flatMap((one) => one.pages());
		const said = pages.map(async (page) =>
			(await page
				.evaluate(() => {
					const one = document.activeElement;
					const parts = [...document.querySelectorAll('[role=dialog], [role=alert], [data-region=composer]')].map((part) => part.innerText);
					return `${location.pathname} focus=${one?.tagName}.${one?.getAttribute('aria-label') ?? ''} ${[...parts, document.body.innerText.slice(-600)].join(' | ')}`.replace(/\s+/g, ' ').slice(0, 1500);
				})
				.catch((error) => `(${error.message})`)) + (this.faults.get(page) ?? []).map((fault) => `\n  fault: ${fault}`).join(''),
		);
		return (await Promise.all(said)).join('\n');
	}

	async page(options) {
		return (await this.context(options)).newPage();
	}

	/** The company and its administrator, as POST /setup makes them: for files whose subject is something else. */
	async company({ name = 'Ромашка', admin = 'Анна Орлова', lang = 'ru', sample = false } = {}) {
		const token = new URL(this.server.setup).searchParams.get('token');
		const me = await this.call('POST', '/setup', { body: { token, workspace: name, name: admin, login: 'anna', password: PASSWORD, language: lang, time_zone: 'Europe/Moscow', sample } });
		this.admin = { ...me, login: 'anna', cookie: this.lastCookie };
		return this.admin;
	}

	/** One more employee, with the built-in role for it. */
	async employee(name, login) {
		const { roles } = await this.call('GET', '/roles', { as: this.admin });
		const role = roles.find((one) => one.builtin === 'employee');
		const invitation = await this.call('POST', '/invitations', { as: this.admin, body: { name, email: '', department_id: null, role_ids: [role.id] } });
		const link = new URL(invitation.url, this.url).pathname.split('/').at(-1);
		const me = await this.call('POST', `/join/${link}`, { body: { name, login, password: PASSWORD } });
		return { ...me, login, cookie: this.lastCookie };
	}

	/** The API, by hand; for preparing, never for checking what a person sees. */
	async call(method, path, { as, body } = {}) {
		const answer = await fetch(`${this.url}/api/v1${path}`, {
			method,
			headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', Origin: this.url, ...(as ? { Cookie: as.cookie } : {}) },
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('beseda_session='));
		if (cookie) this.lastCookie = cookie.split(';')[0];
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
		return text ? JSON.parse(text) : null;
	}

	/**
	 * A signed-in browser, standing on a path; greeted by the server, so that others see its person online. Over a line
	 * of the test's own (`url`) a greeting may be what does not come.
	 */
	async as(person, path = '/chats', options = {}) {
		const context = await this.context(options);
		const [name, value] = person.cookie.split('=');
		await context.addCookies([{ name, value, url: this.url, httpOnly: true, sameSite: 'Lax' }]);
		const page = await context.newPage();
		const greeted = options.url ? null : page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
		await page.goto(path);
		await page.locator('nav[data-region=rail]:visible, section.thread:visible').first().waitFor();
		await greeted;
		return page;
	}

	/** A client who writes from a site, without a browser; answers the chat they stand in. */
	async visitor({ key, as, text }) {
		const site = async (path, body, token) => {
			const answer = await fetch(`${this.url}/api/v1/widget/${key}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: this.url, ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });
			if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
			return answer.json();
		};
		const before = new Set((await this.call('GET', '/inbox?group=queue', { as })).items.map((one) => one.id));
		const { token } = await site('/visitor', {});
		await site('/messages', { client_id: crypto.randomUUID(), text }, token);
		return (await this.call('GET', '/inbox?group=queue', { as })).items.find((one) => !before.has(one.id)).id;
	}

	/** A window on a site, as a channel. */
	async widget() {
		return this.call('POST', '/channels', { as: this.admin, body: { kind: 'widget', name: 'Сайт', settings: { title: 'Ромашка', greeting: '', accent: '#1f6f5c', offline_text: '', origins: '' }, reopen: { kind: 'within_hours', hours: 24 }, enabled: true } });
	}
}
