// Whatever the line does, what arrives is what was sent, and nothing that came is sent again.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import type { FileRef } from '../api/types';
import { type UploadParts, Uploads, type Uploading } from './uploads';

const entry = (n: number, size: number): Uploading => ({
	id: `${n}`, thread_id: 'a', message: null, at: n, name: `${n}.bin`, size, mime: '', shown_as: 'itself', duration_ms: 0, peaks: [], upload: null, offset: 0, state: 'going', ref: null, problem: null,
});
const lost = () => new ApiError({ code: 'network', title: '', status: 0 });
type Luck = 'ok' | 'half' | 'answer lost' | 'lost' | 'forgotten' | 'busy';

function world(luck: Luck[]) {
	const server = new Map<string, { name: string; bytes: string[] }>();
	const stored = new Map<string, { one: Uploading; blob: Blob | undefined }>();
	let turn = 0;
	let made = 0;
	let seen: readonly Uploading[] = [];
	const fate = () => luck[turn++] ?? 'ok';
	const there = (upload: string) => {
		const one = server.get(upload);
		if (!one) throw new ApiError({ code: 'not-found', title: '', status: 404 });
		return one;
	};
	const size = (upload: string) => there(upload).bytes.join('').length;
	const parts: UploadParts = {
		storage: {
			all: async () => [...stored.values()],
			one: async (id) => stored.get(id)?.one,
			add: async (one, blob) => void stored.set(one.id, { one, blob: blob ?? undefined }),
			update: async (one) => void (stored.has(one.id) && stored.set(one.id, { one, blob: stored.get(one.id)!.blob })),
			remove: async (id) => void stored.delete(id),
		},
		async begin(one) {
			if (fate() === 'lost') throw lost();
			const upload = `u${(made += 1)}`;
			server.set(upload, { name: one.name, bytes: [] });
			return upload;
		},
		async offset(upload) {
			if (fate() === 'lost') throw lost();
			return size(upload);
		},
		async send(upload, offset, piece) {
			const what = fate();
			if (what === 'forgotten') server.delete(upload);
			if (what === 'lost') throw lost();
			if (what === 'busy') throw new ApiError({ code: 'http-503', title: '', status: 503 });
			if (size(upload) !== offset) throw new ApiError({ code: 'files.wrong_offset', title: '', status: 409 });
			const text = await piece.text();
			there(upload).bytes.push(what === 'half' ? text.slice(0, text.length / 2) : text);
			if (what === 'half' || what === 'answer lost') throw lost();
			return size(upload);
		},
		result: async (upload) => ({ id: upload, size: size(upload) }) as FileRef,
		cancel: async (upload) => void server.delete(upload),
		wait: () => ({ done: Promise.resolve(), wake: () => {} }),
		alone: (_, run) => run(),
		changed: (entries) => (seen = entries),
		ready: () => {},
	};
	return { parts, server, stored, seen: () => seen };
}

it('S2-11 goes on where it stood through losses at any place, and the bytes are right', async () => {
	const fate = fc.constantFrom<Luck>('ok', 'half', 'answer lost', 'lost', 'half', 'forgotten', 'busy');
	await fc.assert(
		fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.array(fc.string({ maxLength: 40, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 5 }), async (luck, files) => {
			const { parts, server, seen } = world(luck);
			const uploads = new Uploads(parts);
			for (const [n, text] of files.entries()) uploads.add(entry(n, text.length), new Blob([text]));
			await vi.waitFor(() => expect(seen().every((one) => one.state === 'ready')).toBe(true), { interval: 0 });
			for (const [n, text] of files.entries()) expect(server.get(seen()[n]!.ref!.id)!.bytes.join('')).toBe(text);
		}),
		{ numRuns: 60 },
	);
});

it('waits while it is paused, goes on when it is resumed, and survives a reload', async () => {
	const { parts, server, stored, seen } = world(['ok', 'half']);
	const first: Uploads = new Uploads({
		...parts,
		send(...args): Promise<number> {
			first.pause('1');
			return parts.send(...args);
		},
	});
	first.add(entry(1, 4), new Blob(['text']));
	await vi.waitFor(() => expect(seen()[0]!.state).toBe('paused'));
	const second = new Uploads(parts);
	await second.load();
	expect(second.get('1')!.state).toBe('paused');
	second.resume('1');
	await vi.waitFor(() => expect(seen()[0]!.state).toBe('ready'));
	expect([...server.values()].map((one) => one.bytes)).toEqual([['te', 'xt']]);
	second.forget('1');
	await vi.waitFor(() => expect(stored.size).toBe(0));
});

it('what the server refuses fails with its reason, and cancelling tells the server', async () => {
	const { parts, server, seen } = world([]);
	const refused = new Uploads({ ...parts, send: () => Promise.reject(new ApiError({ code: 'files.not_sound', title: 'no sound', status: 400 })) });
	refused.add(entry(1, 4), new Blob(['text']));
	await vi.waitFor(() => expect(seen()[0]!.state).toBe('failed'));
	expect(seen()[0]!.problem!.code).toBe('files.not_sound');
	refused.remove('1');
	await vi.waitFor(() => expect(server.size).toBe(0));
	expect(seen()).toEqual([]);
});
