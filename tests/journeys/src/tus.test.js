// Resumable uploads judged by a client that others wrote: tus-js-client speaks to our server over a line that breaks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tus from 'tus-js-client';
import { TornLine } from './line.js';
import { World } from './world.js';

const world = await World.start();
const anna = await world.company();
const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => (at * 31 + (at >> 8)) % 256));

/** Uploads over a line; the hook may tear it. */
async function upload(url, { name = 'Чертёж.bin', onProgress = () => {}, ...more } = {}) {
	return new Promise((resolve, reject) => {
		const one = new tus.Upload(bytes, {
			endpoint: `${url}/api/v1/uploads`,
			headers: { Cookie: anna.cookie },
			metadata: { filename: name, filetype: 'application/octet-stream' },
			chunkSize: 250_000,
			retryDelays: [0, 10, 50, 100, 200, 400],
			onProgress: (sent) => onProgress(sent, one),
			onError: reject,
			onSuccess: () => resolve(one),
			...more,
		});
		one.start();
	});
}
async function stored(one) {
	const id = one.url.split('/').at(-1);
	const answer = await fetch(`${world.url}/api/v1/files/${id}`, { headers: { Cookie: anna.cookie } });
	assert.equal(answer.status, 200);
	return Buffer.from(await answer.arrayBuffer());
}

test('S2-11 a client written by others uploads in pieces, under a name in any letters', async () => {
	const one = await upload(world.url);
	assert.ok(bytes.equals(await stored(one)));
	const { file } = await world.call('GET', `/uploads/${one.url.split('/').at(-1)}`, { as: anna });
	assert.equal(file.name, 'Чертёж.bin');
});

test('S2-11 it goes on where it stood when the line breaks in each quarter', async () => {
	const line = await TornLine.start(world.url);
	const torn = new Set();
	try {
		const one = await upload(line.url, {
			onProgress(sent) {
				const quarter = Math.floor(sent / 250_000);
				if (torn.has(quarter) || quarter > 3) return;
				torn.add(quarter);
				for (const socket of line.sockets) socket.destroy();
			},
		});
		assert.ok(torn.size >= 4, `torn ${torn.size} times`);
		assert.ok(bytes.equals(await stored({ url: one.url })));
	} finally {
		line.stop();
	}
});

test('S2-11 it is stopped, taken up by another, and what is given up is gone', async () => {
	let place;
	await new Promise((resolve) => {
		void upload(world.url, {
			onChunkComplete: (_, accepted) => {
				if (accepted < 500_000 || place) return;
				place = true;
			},
			onProgress(sent, one) {
				if (!place || place === one.url) return;
				place = one.url;
				void one.abort().then(resolve);
			},
		});
	});
	const one = await upload(world.url, { uploadUrl: place });
	assert.equal(one.url, place);
	assert.ok(bytes.equals(await stored(one)));
	const other = await new Promise((resolve, reject) => {
		const begun = new tus.Upload(bytes, { endpoint: `${world.url}/api/v1/uploads`, headers: { Cookie: anna.cookie }, metadata: { filename: 'a' }, chunkSize: 100_000, onError: reject, onChunkComplete: () => void begun.abort(true).then(() => resolve(begun.url), reject) });
		begun.start();
	});
	const gone = await fetch(other, { method: 'HEAD', headers: { Cookie: anna.cookie, 'Tus-Resumable': '1.0.0' } });
	assert.equal(gone.status, 404);
});

test('S2-11 a length beyond the limit is refused before a byte is sent', async () => {
	const refused = upload(world.url, { uploadSize: 1024 ** 3, retryDelays: null });
	await assert.rejects(refused, (error) => error.originalResponse.getStatus() === 413);
});
