// Messages on their way out: durable, one lane per chat so that order is kept, repeated until the server has answered.
import { ApiError } from '../api/client';
import type { FileRef, Id, Message, ObjectRef, Problem, ReplyRef } from '../api/types';

export interface Outgoing {
	client_id: Id;
	thread_id: Id;
	thread_kind: 'team' | 'client';
	at: number;
	text: string;
	files: FileRef[];
	uploads?: Id[]; // files that may still be on their way: it goes when they are there
	reply: ReplyRef | null;
	hidden: boolean;
	take: boolean;
	help?: boolean; // to a client of somebody else, without taking the chat
	cards?: ObjectRef[]; // records in it
	also_in_group?: boolean; // of a reply in a topic
	shorten?: boolean; // links in it, when its sender chose
	attempts: number;
	state: 'waiting' | 'failed';
	problem: Problem | null; // why it failed; while waiting: why the last try did
}
export interface OutboxStorage {
	all(): Promise<Outgoing[]>;
	put(one: Outgoing): Promise<void>;
	/** Replaces what is there; a message that another tab has sent and removed must not come back. */
	update(one: Outgoing): Promise<void>;
	remove(id: Id): Promise<void>;
}
export interface OutboxParts {
	storage: OutboxStorage;
	/** Whether what it waits for is there; the next of its chat waits with it when that will not be `long`. */
	ready?(one: Outgoing): 'now' | 'soon' | 'long';
	send(one: Outgoing): Promise<Message>;
	/** Waits before the next try; `wake` cuts the wait short when the network is back. */
	wait(ms: number): { done: Promise<void>; wake: () => void };
	/** Runs it while no other tab tries to send of the same chat; a tab that dies lets go. */
	alone<T>(lane: Id, run: () => Promise<T>): Promise<T>;
	changed(entries: readonly Outgoing[]): void;
	/** The other tabs look into the storage. */
	tell(): void;
	/** The server has it; the row on its way stays until this is done, so that nothing blinks. */
	sent(one: Outgoing, message: Message): void | Promise<void>;
	refused(one: Outgoing): void;
}

const pauses = [1000, 2000, 4000, 8000, 15_000];
/** How long the tab in which it was written has the first turn. */
const OTHERS = 1500;
const inOrder = (a: Outgoing, b: Outgoing) => (a.client_id < b.client_id ? -1 : 1);

/** What the storage holds is what there is to send, whichever tab put it there; each tab sends, one at a time in each chat. */
export class Outbox {
	private entries: readonly Outgoing[] = [];
	private readonly running = new Set<Id>();
	private readonly waiting = new Set<() => void>();
	/** What the storage does not hold yet, or would not take. */
	private readonly unstored = new Set<Id>();

	constructor(private readonly parts: OutboxParts) {}

	/** Takes up what an earlier page left behind. */
	async load(): Promise<void> {
		await this.look();
		for (const lane of new Set(this.entries.map((one) => one.thread_id))) void this.run(lane);
	}
	/** Another tab put something in or took it out. */
	async refresh(): Promise<void> {
		const known = new Set(this.entries.map((one) => one.client_id));
		await this.look();
		const lanes = new Set(this.entries.filter((one) => !known.has(one.client_id)).map((one) => one.thread_id));
		if (!lanes.size) return;
		await this.parts.wait(OTHERS).done;
		for (const lane of lanes) void this.run(lane);
	}
	/** Draws the row at once; it leaves when it is stored, so that a crash between cannot lose it. */
	async add(one: Outgoing): Promise<void> {
		this.unstored.add(one.client_id);
		this.set([...this.entries, one]);
		// no storage: it still goes, only a reload would lose it
		await this.parts.storage.put(one).then(() => this.unstored.delete(one.client_id), () => {});
		this.parts.tell();
		void this.run(one.thread_id);
	}
	async retry(id: Id): Promise<void> {
		const one = this.entries.find((entry) => entry.client_id === id);
		if (!one) return;
		await this.keep({ ...one, state: 'waiting', attempts: 0, problem: null });
		void this.run(one.thread_id);
	}
	async remove(id: Id): Promise<Outgoing | undefined> {
		const one = this.entries.find((entry) => entry.client_id === id);
		this.set(this.entries.filter((entry) => entry.client_id !== id));
		await this.parts.storage.remove(id).catch(() => {});
		this.parts.tell();
		return one;
	}
	/** What messages of a chat waited for is there. */
	poke(lane: Id): void {
		void this.run(lane);
	}
	/** The network came back: nobody waits out a pause. */
	wake(): void {
		for (const wake of [...this.waiting]) wake();
	}
	get size(): number {
		return this.entries.length;
	}

	private set(entries: readonly Outgoing[]): void {
		this.entries = entries;
		this.parts.changed(entries);
	}
	/** Brings what is in memory in step with the storage; what changes here while it is read is newer. */
	private async look(): Promise<void> {
		try {
			const before = new Map(this.entries.map((one) => [one.client_id, one]));
			const kept = await this.parts.storage.all();
			const now = new Map(this.entries.map((one) => [one.client_id, one]));
			const there = new Set(kept.map((one) => one.client_id));
			const theirs = kept.filter((one) => now.has(one.client_id) || !before.has(one.client_id)).map((one) => (now.get(one.client_id) === before.get(one.client_id) ? one : now.get(one.client_id)!));
			const mine = this.entries.filter((one) => !there.has(one.client_id) && (this.unstored.has(one.client_id) || !before.has(one.client_id)));
			this.set([...theirs, ...mine].sort(inOrder));
		} catch {
			// no storage: what is in memory is all there is
		}
	}
	private async keep(one: Outgoing): Promise<void> {
		this.set(this.entries.map((entry) => (entry.client_id === one.client_id ? one : entry)));
		await this.parts.storage.update(one).catch(() => {});
		this.parts.tell();
	}
	private async run(lane: Id): Promise<void> {
		if (this.running.has(lane)) return;
		this.running.add(lane);
		try {
			for (;;) {
				const pause = await this.parts.alone(lane, async () => {
					await this.look();
					for (const one of this.entries) {
						if (one.thread_id !== lane || one.state !== 'waiting') continue;
						const ready = this.parts.ready?.(one) ?? 'now';
						if (ready === 'now') return this.attempt(one);
						if (ready === 'soon') return null;
					}
					return null;
				});
				if (pause === null) return;
				if (pause) await this.pause(pause);
			}
		} finally {
			this.running.delete(lane);
		}
	}
	private async pause(ms: number): Promise<void> {
		const { done, wake } = this.parts.wait(ms);
		this.waiting.add(wake);
		await done;
		this.waiting.delete(wake);
	}
	/** Tries once; answers how long to wait before the next try. */
	private async attempt(one: Outgoing): Promise<number> {
		try {
			const message = await this.parts.send(one);
			await this.parts.sent(one, message);
			await this.remove(one.client_id);
		} catch (error) {
			if (!this.entries.some((entry) => entry.client_id === one.client_id)) return 0;
			const problem = error instanceof ApiError ? error.problem : { code: 'unknown', title: String(error), status: 500 };
			const offline = problem.status === 0 || problem.status === 401; // nothing was decided; a new sign-in or the network will go on
			const temporary = offline || problem.status === 429 || problem.status >= 500;
			const attempts = one.attempts + 1;
			if (!temporary || (!offline && attempts > pauses.length)) {
				const failed: Outgoing = { ...one, state: 'failed', attempts, problem };
				await this.keep(failed);
				this.parts.refused(failed);
				return 0;
			}
			await this.keep({ ...one, attempts, problem });
			return pauses[Math.min(attempts, pauses.length) - 1]!;
		}
		return 0;
	}
}
