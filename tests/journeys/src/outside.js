// A Telegram data centre made of Telethon's codec (tests/outside/mtproto_dc.py), obeying this test line by line.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'outside', 'mtproto_dc.py');

export class DataCentre {
	waiting = [];

	static async start() {
		const python = process.env.BESEDA_OUTSIDE_PYTHON;
		if (!python) throw new Error('BESEDA_OUTSIDE_PYTHON names no Python with tests/outside/requirements.txt (tools/test.sh makes one).');
		const centre = new DataCentre();
		centre.child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
		const first = new Promise((resolve, reject) => {
			centre.waiting.push(resolve);
			centre.child.once('exit', (code) => reject(new Error(`The data centre ended with ${code}.`)));
		});
		createInterface({ input: centre.child.stdout }).on('line', (line) => centre.waiting.shift()?.(JSON.parse(line)));
		centre.server = (await first).server;
		centre.child.removeAllListeners('exit');
		return centre;
	}

	/** Calls one of its methods. */
	async tell(method, ...args) {
		const answer = new Promise((resolve) => this.waiting.push(resolve));
		this.child.stdin.write(`${JSON.stringify([method, ...args])}\n`);
		return (await answer).answer;
	}

	stop() {
		this.child.kill();
	}
}
