// A browser that can be killed as a whole, and started again on what it had kept on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export class OwnBrowser {
	static async start({ lang = 'ru' } = {}) {
		const own = new OwnBrowser();
		own.lang = lang;
		own.folder = await mkdtemp(join(tmpdir(), 'beseda-profile-'));
		await own.run();
		return own;
	}

	async run() {
		const args = [
			'--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--mute-audio',
			'--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--lang=${this.lang}`, '--remote-debugging-port=0', `--user-data-dir=${this.folder}`, 'about:blank',
		];
		// a group of its own: all its processes can be killed at once
		this.child = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
		const address = await new Promise((resolve, reject) => {
			this.child.once('exit', (code) => reject(new Error(`The browser ended with ${code}.`)));
			createInterface({ input: this.child.stderr }).on('line', (said) => {
				const found = /^DevTools listening on (\S+)/.exec(said)?.[1];
				if (found) resolve(found);
			});
		});
		this.child.removeAllListeners('exit');
		this.browser = await chromium.connectOverCDP(address);
		this.context = this.browser.contexts()[0];
		this.context.setDefaultTimeout(10_000);
	}

	/** As when the battery is pulled out: no page hears of it. */
	async kill() {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const over = once(this.child, 'exit');
		process.kill(-this.child.pid, 'SIGKILL');
		await over;
		await this.browser.close().catch(() => {});
	}

	/** As its reader closes it: all is written to disk. */
	async close() {
		const over = once(this.child, 'exit');
		await (await this.browser.newBrowserCDPSession()).send('Browser.close').catch(() => {});
		await over;
		await this.browser.close().catch(() => {});
	}

	/** A page of somebody who is signed in here. */
	async page(person, url) {
		const [name, value] = person.cookie.split('=');
		await this.context.addCookies([{ name, value, url: new URL(url).origin, httpOnly: true, sameSite: 'Lax', expires: Math.floor(Date.now() / 1000) + 3600 }]);
		return this.open(url);
	}

	async open(url) {
		const page = await this.context.newPage();
		await page.goto(url);
		return page;
	}

	async stop() {
		await this.kill();
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
