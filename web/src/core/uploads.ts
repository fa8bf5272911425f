// Files on their way to the server, in pieces (tus 1.0): each goes on where it stood after a lost line, a reload, a pause.
import { ApiError } from '../api/client';
import type { FileRef, Id, Problem } from '../api/types';

export type ShownAs = 'itself' | 'file' | 'voice';
export interface Uploading {
	id: Id;
	thread_id: Id;
	/** The message that waits for it; none while it lies in the composer. */
	message: Id | null;
	at: number;
	name: string;
	size: number;
	mime: string;
	shown_as: ShownAs;
	duration_ms: number;
	peaks: readonly number[];
	/** Its id on the server. */
	upload: Id | null;
	offset: number;
	state: 'going' | 'offline' | 'paused' | 'failed' | 'ready';
	ref: FileRef | null;
	problem: Problem | null;
}
export interface UploadStorage {
	all(): Promise<{ one: Uploading; blob: Blob | undefined }[]>;
	/** As it stands there: another tab may have carried it on. */
	one(id: Id): Promise<Uploading | undefined>;
	add(one: Uploading, blob: Blob | null): Promise<void>;
	update(one: Uploading): Promise<void>;
	remove(id: Id): Promise<void>;
}
export interface UploadParts {
	storage: UploadStorage;
	begin(one: Uploading): Promise<Id>;
	/** How much the server has. */
	offset(upload: Id): Promise<number>;
	/** Sends a piece; answers how much the server has then. */
	send(upload: Id, offset: number, piece: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<number>;
	result(upload: Id): Promise<FileRef>;
	cancel(upload: Id): Promise<void>;
	wait(ms: number): { done: Promise<void>; wake: () => void };
	/** Runs it when no other tab carries the same upload. */
	alone(id: Id, run: () => Promise<void>): Promise<void>;
	changed(entries: readonly Uploading[]): void;
	/** One is on the server, or stands still: the messages of its chat may be waiting for it. */
	ready(one: Uploading): void;
}

/** Small enough for proxies with a limit, large enough that asking costs nothing. */
const PIECE = 8 * 1024 * 1024;
const AT_ONCE = 3;
const pauses = [500, 1000, 2000, 4000, 8000, 15_000];

export class Uploads {
	private entries: readonly Uploading[] = [];
	private readonly blobs = new Map<Id, Blob>();
	private readonly running = new Map<Id, AbortController>();
	private readonly waiting = new Set<() => void>();
	private readonly unstored = new Set<Id>();

	constructor(private readonly parts: UploadParts) {}

	/** Takes up what an earlier page left, or what another tab put there; what is there no more was dealt with. */
	async load(): Promise<void> {
		const before = new Set(this.entries.map((one) => one.id));
		const kept = await this.parts.storage.all();
		const there = new Map(kept.map(({ one }) => [one.id, one]));
		for (const id of before) if (!there.has(id) && !this.unstored.has(id)) this.drop(id);
		const fresh = kept.filter(({ one, blob }) => (blob || one.ref) && !before.has(one.id));
		for (const { one, blob } of fresh) if (blob) this.blobs.set(one.id, blob);
		const known = this.entries.map((one) => (this.unstored.has(one.id) ? one : { ...one, message: there.get(one.id)?.message ?? one.message }));
		this.set([...fresh.map(({ one }) => one), ...known].sort((a, b) => a.at - b.at));
		this.next();
	}
	add(one: Uploading, blob: Blob | null): void {
		this.set([...this.entries, one]);
		if (blob) this.blobs.set(one.id, blob);
		this.unstored.add(one.id);
		// no room or no storage: it goes all the same, only a reload would lose it
		void this.parts.storage.add(one, blob).then(() => this.unstored.delete(one.id), () => {});
		if (blob) this.next();
	}
	get(id: Id): Uploading | undefined {
		return this.entries.find((one) => one.id === id);
	}
	pause(id: Id): void {
		this.keep(id, { state: 'paused' });
		this.running.get(id)?.abort();
		const one = this.get(id);
		if (one) this.parts.ready(one);
	}
	resume(id: Id): void {
		this.keep(id, { state: 'going', problem: null });
		this.next();
	}
	/** Cancels what is on its way and forgets the rest. */
	remove(id: Id): void {
		const one = this.get(id);
		this.forget(id);
		if (one?.upload && !one.ref) void this.parts.cancel(one.upload).catch(() => {}); // otherwise the server clears it away in time
	}
	/** It is in a message, or another tab has dealt with it. */
	forget(id: Id): void {
		this.drop(id);
		void this.parts.storage.remove(id).catch(() => {});
	}
	keep(id: Id, to: Partial<Uploading>, store = true): void {
		const one = this.get(id);
		if (!one) return;
		const changed = { ...one, ...to };
		this.set(this.entries.map((entry) => (entry.id === id ? changed : entry)));
		if (store) void this.parts.storage.update(changed).catch(() => {});
	}
	/** The network came back. */
	wake(): void {
		for (const wake of [...this.waiting]) wake();
	}

	private drop(id: Id): void {
		this.set(this.entries.filter((one) => one.id !== id));
		this.running.get(id)?.abort();
		this.blobs.delete(id);
	}
	private set(entries: readonly Uploading[]): void {
		this.entries = entries;
		this.parts.changed(entries);
	}
	private next(): void {
		const due = this.entries.filter((one) => (one.state === 'going' || one.state === 'offline') && !this.running.has(one.id));
		for (const { id } of due.slice(0, Math.max(0, AT_ONCE - this.running.size))) {
			const stop = new AbortController();
			this.running.set(id, stop);
			void this.parts
				.alone(id, () => this.carry(id, stop.signal))
				.finally(() => {
					this.running.delete(id);
					this.next();
				});
		}
	}
	/** The tab that had it before may have brought it to its end. */
	private async takeOver(id: Id): Promise<void> {
		if (this.unstored.has(id)) return;
		const kept = await this.parts.storage.one(id).catch(() => this.get(id));
		if (!kept) return this.drop(id);
		const { upload, ref, state } = kept;
		this.keep(id, ref ? { upload, ref, state } : { upload }, false);
		if (ref) this.parts.ready(kept);
	}
	private async carry(id: Id, signal: AbortSignal): Promise<void> {
		await this.takeOver(id);
		let losses = 0;
		let confirmed = this.get(id)?.offset ?? 0;
		for (;;) {
			const one = this.get(id);
			const blob = this.blobs.get(id);
			if (!one || !blob || (one.state !== 'going' && one.state !== 'offline')) return;
			try {
				let { upload } = one;
				let offset = 0;
				if (upload) offset = await this.parts.offset(upload);
				else {
					upload = await this.parts.begin(one);
					if (!this.get(id)) return void this.parts.cancel(upload).catch(() => {});
				}
				this.keep(id, { upload, offset, state: this.get(id)?.state === 'paused' ? 'paused' : 'going', problem: null });
				confirmed = offset;
				while (offset < one.size && this.get(id)?.state === 'going') {
					const start = offset;
					offset = await this.parts.send(upload, offset, blob.slice(offset, offset + PIECE), (sent) => this.keep(id, { offset: start + sent }, false), signal);
					losses = 0;
					confirmed = offset;
					this.keep(id, { offset });
				}
				if (offset < one.size) return;
				const ref = await this.parts.result(upload);
				this.keep(id, { ref, state: 'ready', offset: one.size });
				const done = this.get(id);
				if (done) this.parts.ready(done);
				return;
			} catch (error) {
				const now = this.get(id);
				if (!now) return;
				// what left this device and was not acknowledged does not count
				this.keep(id, { offset: confirmed });
				if (now.state === 'paused') return;
				const problem = error instanceof ApiError ? error.problem : { code: 'network', title: 'network', status: 0 };
				losses += 1;
				if (problem.status === 404 && losses < pauses.length) {
					// the server gave it up, or lost it: from the beginning
					this.keep(id, { upload: null, offset: 0 });
					continue;
				}
				const elsewhere = problem.status === 409 || problem.code === 'files.cut';
				if (!elsewhere && problem.status !== 0 && problem.status !== 401 && problem.status !== 429 && problem.status < 500) {
					this.keep(id, { state: 'failed', problem });
					this.parts.ready(now);
					return;
				}
				if (!elsewhere) this.keep(id, { state: 'offline', problem });
				const { done, wake } = this.parts.wait(pauses[Math.min(losses, pauses.length) - 1]!);
				this.waiting.add(wake);
				signal.addEventListener('abort', wake);
				await done;
				this.waiting.delete(wake);
			}
		}
	}
}
