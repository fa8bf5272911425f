// The real server: its own process on a port and a data folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** What tools/sabotage.sh breaks; nothing in any other run. */
const { BESEDA_SABOTAGE } = process.env;
const sabotage = BESEDA_SABOTAGE ? { BESEDA_SABOTAGE } : {};

function binary() {
	const named = process.env.BESEDA_BIN ?? process.env.BESEDA_TEST_BIN;
	const path = named ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', 'beseda');
	if (!existsSync(path)) throw new Error(`No server at ${path}. Build it (cargo build -p beseda) or name it in BESEDA_BIN.`);
	return path;
}

/** An address of this machine at which nobody listens. */
async function free() {
	const holder = createServer().listen(0, '127.0.0.1');
	await once(holder, 'listening');
	const { port } = holder.address();
	holder.close();
	await once(holder, 'close');
	return `127.0.0.1:${port}`;
}

export class Server {
	/** What else its environment says, from the next start on. */
	env = {};

	/** An address is kept over restarts; the folder too. `secure`: an https address outside, of its own authority. */
	static async start({ secure = false } = {}) {
		const server = new Server();
		server.data = await mkdtemp(join(tmpdir(), 'beseda-journey-'));
		server.listen = '127.0.0.1:0';
		if (secure) {
			// An address others are told has to be known before the start.
			server.listen = await free();
			server.env = { BESEDA_BASE_URL: `https://${server.listen}`, BESEDA_TLS__MODE: 'local', BESEDA_TLS__NAMES: '["127.0.0.1"]' };
		}
		await server.run();
		return server;
	}

	/** Whoever trusts this file trusts a `secure` server. */
	get authority() {
		return join(this.data, 'tls', 'authority.pem');
	}

	async run() {
		const child = spawn(binary(), ['serve', '--data', this.data, '--listen', this.listen], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, HOME: this.data, ...sabotage, ...this.env } });
		this.child = child;
		const said = [];
		const keep = (line) => said.push(line) > 40 && said.shift();
		createInterface({ input: child.stderr }).on('line', keep);
		await new Promise((resolve, reject) => {
			child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${said.join('\n')}`)));
			createInterface({ input: child.stdout }).on('line', (line) => {
				keep(line);
				const address = /^Beseda listens on (https?:\/\/\S+)/.exec(line)?.[1];
				const setup = /^First run: open (\S+)/.exec(line)?.[1];
				if (address) {
					this.url = address;
					this.listen = new URL(address).host;
				}
				if (setup) this.setup = new URL(new URL(setup, this.url).pathname + new URL(setup, this.url).search, this.url).href;
				// After the first run no link is printed: the address is all there is to wait for.
				if (setup || (address && this.setup)) resolve();
			});
		});
		child.removeAllListeners('exit');
	}

	/** As a power cut would: nothing is said, nothing is finished. */
	async kill() {
		await this.end('SIGKILL');
	}

	async stop() {
		await this.end('SIGTERM');
		await rm(this.data, { recursive: true, force: true });
	}

	async end(signal) {
		const { child } = this;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const over = once(child, 'exit');
		child.kill(signal);
		await over;
	}
}
