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
	cards?: ObjectRef[]; // records in it
	also_in_group?: boolean; // of a reply in a topic
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
	/** Whether what it waits for is there; the next of its chat need not wait with it. */
	ready?(one: Outgoing): boolean;
	send(one: Outgoing): Promise<Message>;
	/** Waits before the next try; `wake` cuts the wait short when the network is back. */
	wait(ms: number): { done: Promise<void>; wake: () => void };
	changed(entries: readonly Outgoing[]): void;
	/** The server has it; the row on its way stays until this is done, so that nothing blinks. */
	sent(one: Outgoing, message: Message): void | Promise<void>;
	refused(one: Outgoing): void;
}

const pauses = [1000, 2000, 4000, 8000, 15_000];

export class Outbox {
	private entries: readonly Outgoing[] = [];
	private readonly running = new Set<Id>();
	private readonly waiting = new Set<() => void>();

	constructor(private readonly parts: OutboxParts) {}

	/** Takes up what an earlier page left behind. */
	async load(): Promise<void> {
		const kept = await this.parts.storage.all();
		const known = new Set(this.entries.map((one) => one.client_id));
		this.set([...kept.filter((one) => !known.has(one.client_id)), ...this.entries].sort((a, b) => (a.client_id < b.client_id ? -1 : 1)));
		for (const lane of new Set(this.entries.map((one) => one.thread_id))) void this.run(lane);
	}
	/** Draws the row at once; it leaves when it is stored, so that a crash between cannot lose it. */
	async add(one: Outgoing): Promise<void> {
		this.set([...this.entries, one]);
		await this.parts.storage.put(one).catch(() => {}); // no storage: it still goes, only a reload would lose it
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
	private async keep(one: Outgoing): Promise<void> {
		this.set(this.entries.map((entry) => (entry.client_id === one.client_id ? one : entry)));
		await this.parts.storage.update(one).catch(() => {});
	}
	private async run(lane: Id): Promise<void> {
		if (this.running.has(lane)) return;
		this.running.add(lane);
		try {
			for (;;) {
				const one = this.entries.find((entry) => entry.thread_id === lane && entry.state === 'waiting' && (this.parts.ready?.(entry) ?? true));
				if (!one) return;
				await this.attempt(one);
			}
		} finally {
			this.running.delete(lane);
		}
	}
	private async attempt(one: Outgoing): Promise<void> {
		try {
			const message = await this.parts.send(one);
			await this.parts.sent(one, message);
			await this.remove(one.client_id);
		} catch (error) {
			if (!this.entries.some((entry) => entry.client_id === one.client_id)) return;
			const problem = error instanceof ApiError ? error.problem : { code: 'unknown', title: String(error), status: 500 };
			const offline = problem.status === 0 || problem.status === 401; // nothing was decided; a new sign-in or the network will go on
			const temporary = offline || problem.status === 429 || problem.status >= 500;
			const attempts = one.attempts + 1;
			if (!temporary || (!offline && attempts > pauses.length)) {
				const failed: Outgoing = { ...one, state: 'failed', attempts, problem };
				await this.keep(failed);
				this.parts.refused(failed);
				return;
			}
			await this.keep({ ...one, attempts, problem });
			const { done, wake } = this.parts.wait(pauses[Math.min(attempts, pauses.length) - 1]!);
			this.waiting.add(wake);
			await done;
			this.waiting.delete(wake);
		}
	}
}
