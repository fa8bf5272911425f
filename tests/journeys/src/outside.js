// A program of the outside world, obeying a journey line by line: one of tests/outside made of what others wrote, or our
// own doubles of messengers (platform/testkit/src/bin/doubles.rs).
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
		return Outside.#run(python, [join(folder, program)]);
	}

	/** The doubles that the server's own tests use; they trust the authority in a file, if one is named. */
	static async doubles({ authority } = {}) {
		const program = process.env.BESEDA_TEST_DOUBLES ?? join(folder, '..', '..', 'target', 'debug', 'doubles');
		return Outside.#run(program, [], authority ? { SSL_CERT_FILE: authority } : {});
	}

	static async #run(program, args, env = {}) {
		const outside = new Outside();
		outside.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
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
