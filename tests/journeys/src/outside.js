// A program of tests/outside made of what others wrote, obeying a journey line by line.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'outside');

export class Outside {
	waiting = [];

	/** Its first line is kept as `hello`. */
	static async start(program) {
		const python = process.env.BESEDA_OUTSIDE_PYTHON;
		if (!python) throw new Error('BESEDA_OUTSIDE_PYTHON names no Python with tests/outside/requirements.txt (tools/test.sh makes one).');
		const outside = new Outside();
		outside.child = spawn(python, [join(folder, program)], { stdio: ['pipe', 'pipe', 'inherit'] });
		const first = new Promise((resolve, reject) => {
			outside.waiting.push(resolve);
			outside.child.once('exit', (code) => reject(new Error(`${program} ended with ${code}.`)));
		});
		createInterface({ input: outside.child.stdout }).on('line', (line) => outside.waiting.shift()?.(JSON.parse(line)));
		outside.hello = await first;
		outside.child.removeAllListeners('exit');
		return outside;
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
