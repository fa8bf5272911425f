// A line to the server that can be torn: a TCP proxy that cuts the page's socket, or loses the answer to a request.
import { once } from 'node:events';
import net from 'node:net';

/** The first line of a request. */
export const firstLine = (bytes) => bytes.subarray(0, 200).toString('latin1').split('\r\n')[0];

export class TornLine {
	/** In front of a server's address, on a port of its own. */
	static async start(url) {
		const line = new this();
		line.upstream = new URL(url);
		line.sockets = new Set();
		line.left = null;
		line.lost = null;
		line.cuts = 0;
		line.gone = false;
		line.server = net.createServer((client) => line.carry(client));
		line.server.listen(0, '127.0.0.1');
		await once(line.server, 'listening');
		line.url = `http://127.0.0.1:${line.server.address().port}`;
		return line;
	}

	/** The page's socket ends after so many more bytes from the server; also the one that comes in its place, if it ends sooner. */
	cutAfter(bytes) {
		this.left = bytes;
	}

	/** The next request with this piece in its first line is done, and its answer never arrives. */
	loseAnswer(piece) {
		this.lost = piece;
	}

	/** So many of the next answers to GET requests of the API break off after so many bytes. */
	breakAnswers(many, bytes) {
		this.breaking = { many, bytes };
	}

	/** Nobody gets through any more, as with a cable that is out. */
	away() {
		this.gone = true;
		for (const one of this.sockets) one.destroy();
	}

	back() {
		this.gone = false;
	}

	/** The server's end for a page's; both end together. */
	joined(client) {
		const server = net.connect(this.upstream.port, this.upstream.hostname);
		const both = [client, server];
		for (const one of both) {
			this.sockets.add(one);
			one.setNoDelay(true);
			one.on('error', () => {});
			one.on('close', () => {
				this.sockets.delete(one);
				for (const other of both) other.destroy();
			});
		}
		return server;
	}

	carry(client) {
		if (this.gone) return client.destroy();
		const server = this.joined(client);
		let socket = false;
		let losing = false;
		let left = Infinity;
		client.on('data', (bytes) => {
			const first = firstLine(bytes);
			if (first.startsWith('GET /api/v1/socket')) socket = true;
			if (this.lost && first.startsWith('POST') && first.includes(this.lost)) {
				this.lost = null;
				losing = true;
			}
			if (!socket && first.startsWith('GET /api/')) {
				// the connection is used again: what an earlier, short answer left of its bytes is not for this one
				left = this.breaking?.many ? this.breaking.bytes : Infinity;
				if (this.breaking?.many) this.breaking.many -= 1;
			}
			server.write(bytes);
		});
		server.on('data', (bytes) => {
			if (losing) {
				this.cuts += 1;
				return client.destroy();
			}
			left -= bytes.length;
			if (left <= 0) {
				this.cuts += 1;
				return client.end(bytes.subarray(0, bytes.length + left));
			}
			if (!socket || this.left === null) return client.write(bytes);
			if (bytes.length < this.left) {
				this.left -= bytes.length;
				return client.write(bytes);
			}
			const last = bytes.subarray(0, this.left);
			this.left = null;
			this.cuts += 1;
			client.end(last);
		});
	}

	stop() {
		for (const one of this.sockets) one.destroy();
		this.server.close();
	}
}
