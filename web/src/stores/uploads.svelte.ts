// Uploads as the screens see them, tied to the API, IndexedDB and the socket.
import { BASE, get, problemOf } from '../api/client';
import { ApiError } from '../api/client';
import type { FileRef, Id } from '../api/types';
import { openDb } from '../core/db';
import { uuid7 } from '../core/ids';
import { type ShownAs, type UploadParts, Uploads, type Uploading } from '../core/uploads';
import { waits } from '../core/waits';
import { session } from './session.svelte';
import { listen } from './sync.svelte';

let entries = $state.raw<readonly Uploading[]>([]);
const thumbs = new Map<Id, string>();
let ready: (one: Uploading) => void = () => {};
/** Who waits for uploads. */
export function whenReady(act: (one: Uploading) => void): void {
	ready = act;
}
/** Other tabs of this person: what is dealt with here need not stay there. */
const tabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('beseda-uploads') : null;

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
function metadata(one: Uploading): string {
	const words: Record<string, string> = { filename: one.name, filetype: one.mime, shown_as: one.shown_as };
	if (one.shown_as === 'voice') Object.assign(words, { duration_ms: String(one.duration_ms), peaks: one.peaks.join(',') });
	return Object.entries(words).map(([key, value]) => `${key} ${base64(value)}`).join(',');
}
/** A request of the protocol; XMLHttpRequest, because fetch does not tell how much went out. */
function call(method: string, path: string, headers: Record<string, string>, body: Blob | null = null, progress?: (sent: number) => void, signal?: AbortSignal): Promise<XMLHttpRequest> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open(method, path);
		for (const [name, value] of Object.entries({ 'Tus-Resumable': '1.0.0', ...headers })) request.setRequestHeader(name, value);
		if (progress) request.upload.onprogress = (event) => progress(event.loaded);
		request.onload = () => {
			if (request.status < 300) resolve(request);
			else void problemOf(new Response(request.status === 204 ? null : request.responseText, { status: request.status })).then((problem) => reject(new ApiError(problem)));
		};
		request.onerror = () => reject(new ApiError({ code: 'network', title: 'network', status: 0 }));
		request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
		signal?.addEventListener('abort', () => request.abort());
		if (signal?.aborted) request.abort();
		request.send(body);
	});
}
/** Longer ones are passed by what was written after them. */
const QUICK = 8 * 1024 * 1024;
const place = (upload: Id) => `${BASE}/uploads/${upload}`;
const offsetOf = (answer: XMLHttpRequest) => Number(answer.getResponseHeader('Upload-Offset'));

/** How pieces travel, wherever they are kept. */
const protocol = {
	begin: async (one) => (await call('POST', `${BASE}/uploads`, { 'Upload-Length': String(one.size), 'Upload-Metadata': metadata(one) })).getResponseHeader('Location')!.split('/').at(-1)!,
	offset: async (upload) => offsetOf(await call('HEAD', place(upload), {})),
	send: async (upload, offset, piece, progress, signal) => offsetOf(await call('PATCH', place(upload), { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }, piece, progress, signal)),
	async result(upload) {
		const { file } = await get<{ file: FileRef | null }>(`/uploads/${upload}`);
		if (!file) throw new ApiError({ code: 'files.cut', title: 'files.cut', status: 409 });
		return file;
	},
	cancel: async (upload) => void (await call('DELETE', place(upload), {})),
	wait: waits,
	async alone(id, run) {
		if (!('locks' in navigator)) return run();
		await navigator.locks.request(`beseda-upload-${id}`, run);
	},
} satisfies Partial<UploadParts>;
/** A file too large to be kept on this device as well: it goes in pieces, on over a lost line, while its page lives. */
export function carry(file: File, changed: (one: Uploading) => void, ready: (one: Uploading) => void): { pause(): void; resume(): void; cancel(): void; stop(): void } {
	const id = uuid7();
	const alone = new Uploads({
		...protocol,
		storage: { all: async () => [], one: async () => undefined, add: () => Promise.reject(new Error('not kept')), update: async () => {}, remove: async () => {} },
		changed: ([one]) => one && changed(one),
		ready,
	});
	const stop = listen({ online: () => alone.wake() });
	alone.add({ id, thread_id: '', message: null, at: Date.now(), name: file.name, size: file.size, mime: file.type, shown_as: 'file', duration_ms: 0, peaks: [], upload: null, offset: 0, state: 'going', ref: null, problem: null }, file);
	return { pause: () => alone.pause(id), resume: () => alone.resume(id), cancel: () => alone.remove(id), stop };
}

const box = new Uploads({
	storage: {
		async all() {
			const db = await openDb(session.myId);
			const list = await db.getAll('uploads');
			return Promise.all(list.map(async (one) => ({ one, blob: await db.get('upload_bytes', one.id) })));
		},
		one: async (id) => (await openDb(session.myId)).get('uploads', id),
		async add(one, blob) {
			const work = (await openDb(session.myId)).transaction(['uploads', 'upload_bytes'], 'readwrite');
			await Promise.all([work.objectStore('uploads').put(one), blob && work.objectStore('upload_bytes').put(blob, one.id), work.done]);
		},
		async update(one) {
			const work = (await openDb(session.myId)).transaction('uploads', 'readwrite');
			if (await work.store.get(one.id)) await work.store.put(one);
			await work.done;
		},
		async remove(id) {
			const work = (await openDb(session.myId)).transaction(['uploads', 'upload_bytes'], 'readwrite');
			await Promise.all([work.objectStore('uploads').delete(id), work.objectStore('upload_bytes').delete(id), work.done]);
		},
	},
	...protocol,
	changed: (list) => (entries = list),
	ready: (one) => ready(one),
});
tabs?.addEventListener('message', ({ data }: MessageEvent<Id>) => entries.some((one) => one.id === data && !one.message) && box.forget(data));

export const uploads = {
	/** What lies in the composer of a thread. */
	of: (thread: Id): Uploading[] => entries.filter((one) => one.thread_id === thread && !one.message),
	/** What a message waits for. */
	ofMessage: (message: Id): Uploading[] => entries.filter((one) => one.message === message),
	/** Whether all that a message waits for is on the server; before this page knows its uploads it is not. */
	there(one: { client_id: Id; uploads?: readonly Id[] }): boolean {
		const files = this.ofMessage(one.client_id);
		return files.length >= (one.uploads?.length ?? 0) && files.every((file) => file.ref);
	},
	/** Whether they will be there so soon that what was written after them does not go before them. */
	quick(one: { client_id: Id; uploads?: readonly Id[] }): boolean {
		const files = this.ofMessage(one.client_id);
		const moves = files.every((file) => file.ref || file.state === 'going' || (file.state === 'offline' && file.problem?.status === 0));
		return files.length >= (one.uploads?.length ?? 0) && moves && files.reduce((sum, file) => sum + (file.ref ? 0 : file.size), 0) <= QUICK;
	},
	/** Something to show of a picture at once. */
	thumb: (id: Id): string | null => thumbs.get(id) ?? null,
	add(thread: Id, file: Blob & { name?: string }, how: { name?: string; shown_as?: ShownAs; duration_ms?: number; peaks?: readonly number[] } = {}): Id {
		const id = uuid7();
		if (file.type.startsWith('image/') && file.type !== 'image/svg+xml') thumbs.set(id, URL.createObjectURL(file));
		box.add({ id, thread_id: thread, message: null, at: Date.now(), name: how.name ?? file.name ?? 'file', size: file.size, mime: file.type, shown_as: how.shown_as ?? 'itself', duration_ms: how.duration_ms ?? 0, peaks: how.peaks ?? [], upload: null, offset: 0, state: 'going', ref: null, problem: null }, file);
		return id;
	},
	/** Files that are on the server already, back in the composer. */
	restore(thread: Id, files: readonly FileRef[]): void {
		for (const ref of files) if (!entries.some((one) => one.ref?.id === ref.id)) box.add({ id: uuid7(), thread_id: thread, message: null, at: Date.now(), name: ref.name, size: ref.size, mime: ref.mime, shown_as: 'itself', duration_ms: ref.duration_ms ?? 0, peaks: ref.peaks ?? [], upload: null, offset: ref.size, state: 'ready', ref, problem: null }, null);
	},
	pause: (id: Id) => box.pause(id),
	resume: (id: Id) => box.resume(id),
	change: (id: Id, to: Partial<Uploading>) => box.keep(id, to),
	remove(id: Id): void {
		box.remove(id);
		drop(id);
	},
	/** They are in a message of the server: nothing is left to do with them here. */
	done(ids: readonly Id[]): void {
		for (const id of ids) {
			box.forget(id);
			drop(id);
		}
	},
	/** They go with a message from here on. */
	give(ids: readonly Id[], message: Id): void {
		for (const id of ids) {
			box.keep(id, { message });
			tabs?.postMessage(id);
		}
	},
	/** The message was taken back: its files lie in the composer again. */
	takeBack(message: Id): void {
		for (const one of this.ofMessage(message)) box.keep(one.id, { message: null });
	},
	/** The message is stored, or deleted. */
	settle(message: Id, cancel: boolean): void {
		for (const { id } of this.ofMessage(message)) {
			if (cancel) box.remove(id);
			else box.forget(id);
			drop(id);
		}
	},
	/** Files that were given to a message which was not stored any more when the page died lie in the composer again. */
	reclaim(messages: readonly { client_id: Id; uploads?: readonly Id[] }[]): void {
		const ids = new Set(messages.map((one) => one.client_id));
		for (const one of entries) if (one.message && !ids.has(one.message)) box.keep(one.id, { message: null });
		for (const message of messages) for (const id of message.uploads ?? []) if (entries.some((one) => one.id === id && !one.message)) box.keep(id, { message: message.client_id });
	},
	/** Another tab put files there, or dealt with them. */
	refresh: () => box.load().catch(() => {}),
	loaded: Promise.resolve(),
	start(): () => void {
		this.loaded = box.load().catch(() => {});
		return listen({ online: () => box.wake() });
	},
};
function drop(id: Id): void {
	const thumb = thumbs.get(id);
	if (thumb) URL.revokeObjectURL(thumb);
	thumbs.delete(id);
	tabs?.postMessage(id);
}
