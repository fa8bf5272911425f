// A line in bad weather, drawn by a seed: frames come late, twice, stop coming, or break off in their middle; requests likewise.
import net from 'node:net';
import { firstLine, TornLine } from './line.js';

/** The same numbers for the same seed (mulberry32). */
export function drawn(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The length of the first whole frame of a server (never masked), or 0. */
function frameLength(bytes) {
	if (bytes.length < 2) return 0;
	const short = bytes[1] & 0x7f;
	const [head, length] = short < 126 ? [2, short] : short === 126 ? [4, bytes.length >= 4 ? bytes.readUInt16BE(2) : Infinity] : [10, bytes.length >= 10 ? Number(bytes.readBigUInt64BE(2)) : Infinity];
	return bytes.length >= head + length ? head + length : 0;
}

export class Weather extends TornLine {
	static async start(url, seed) {
		const line = await super.start(url);
		line.draw = drawn(seed);
		line.had = { late: 0, twice: 0, lost: 0, cut: 0, unanswered: 0, repeated: 0 };
		line.fine = false;
		return line;
	}

	/** Whether it happens now. */
	happens(what, chance) {
		if (this.fine || this.draw() >= chance) return false;
		this.had[what] += 1;
		return true;
	}

	carry(client) {
		if (this.gone) return client.destroy();
		const server = this.joined(client);
		let socket = false;
		let upgraded = false;
		let answered = true;
		let rest = Buffer.alloc(0);
		let asked = Buffer.alloc(0);
		// one after another, however long each takes
		let turn = Promise.resolve();
		const later = (run) => (turn = turn.then(run));
		client.on('data', (bytes) => {
			const first = firstLine(bytes);
			if (first.startsWith('GET /api/v1/socket')) socket = true;
			const write = /^POST \/api\/v1\/(chats|client-chats)\/.*\/messages/.test(first);
			if (write || asked.length) {
				asked = Buffer.concat([asked, bytes]);
				const head = asked.indexOf('\r\n\r\n');
				const length = Number(/content-length: (\d+)/i.exec(asked.subarray(0, Math.max(0, head)).toString('latin1'))?.[1] ?? 0);
				if (head < 0 || asked.length < head + 4 + length) return;
				const whole = asked;
				asked = Buffer.alloc(0);
				if (this.happens('cut', 0.1)) return void server.write(whole.subarray(0, whole.length - 5), () => client.destroy());
				if (this.happens('repeated', 0.2)) {
					const again = net.connect(this.upstream.port, this.upstream.hostname);
					again.on('error', () => {});
					again.on('data', () => again.destroy());
					again.write(whole);
				}
				if (this.happens('unanswered', 0.15)) answered = false;
				return void server.write(whole);
			}
			server.write(bytes);
		});
		server.on('data', (bytes) => {
			if (!answered) return client.destroy();
			if (!socket) return void client.write(bytes);
			rest = Buffer.concat([rest, bytes]);
			if (!upgraded) {
				const end = rest.indexOf('\r\n\r\n');
				if (end < 0) return;
				client.write(rest.subarray(0, end + 4));
				rest = rest.subarray(end + 4);
				upgraded = true;
			}
			for (let length = frameLength(rest); length; length = frameLength(rest)) {
				const frame = Buffer.from(rest.subarray(0, length));
				rest = rest.subarray(length);
				later(() => this.pass(client, frame));
			}
		});
	}

	/** One frame of the server on its way to the page. */
	async pass(client, frame) {
		if (client.destroyed || client.deaf) return;
		if (this.happens('late', 0.2)) await new Promise((done) => setTimeout(done, this.draw() * 80));
		if (this.happens('cut', 0.03)) return void client.end(frame.subarray(0, Math.ceil(frame.length * this.draw())));
		if (this.happens('lost', 0.02)) {
			// the line is dead and nobody has said so: what comes after is lost as well, until it is noticed
			client.deaf = true;
			setTimeout(() => client.destroy(), 300);
			return;
		}
		client.write(frame);
		if (this.happens('twice', 0.15)) client.write(frame);
	}
}
