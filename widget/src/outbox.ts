// The durable queue of the visitor's messages: one lane, so order holds; each item under its own key, so two tabs never overwrite each other.
import type { Keeper } from './keeper';
import type { Id, Millis, WidgetFile } from './types';

export interface Outgoing {
	client_id: Id;
	text: string;
	files: WidgetFile[];
	at: Millis;
	state: 'sending' | 'failed';
	reason: string;
}

/** `later`: no link or a busy server, the same message may be tried again. `refused`: it will never pass as it is. */
export type Outcome = { done: 'sent' } | { done: 'later' } | { done: 'refused'; reason: string };

const PAUSES = [1000, 2000, 4000, 8000, 15000];
const KEY = 'out:';

export class Outbox {
	private items: Outgoing[];
	private running = false;
	private attempts = 0;
	private wakeUp: () => void = () => undefined;

	constructor(
		private readonly keeper: Keeper,
		private readonly send: (item: Outgoing) => Promise<Outcome>,
		private readonly changed: () => void,
		private readonly wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
	) {
		this.items = keeper.keys(KEY).flatMap((key) => parse(keeper.get(key)));
		// After a reload everything unsent deserves a fresh try.
		for (const item of this.items) item.state = 'sending';
	}

	list(): readonly Outgoing[] {
		return this.items;
	}

	add(item: Pick<Outgoing, 'client_id' | 'text' | 'files' | 'at'>): void {
		const full: Outgoing = { ...item, state: 'sending', reason: '' };
		this.items.push(full);
		this.save(full);
		this.changed();
		void this.run();
	}

	retry(id: Id): void {
		const item = this.items.find((one) => one.client_id === id);
		if (!item) return;
		item.state = 'sending';
		item.reason = '';
		this.attempts = 0;
		this.changed();
		void this.run();
	}

	discard(id: Id): void {
		this.items = this.items.filter((one) => one.client_id !== id);
		this.keeper.remove(KEY + id);
		this.changed();
	}

	/** Nothing of it is to be sent any more. */
	clear(): void {
		for (const { client_id } of [...this.items]) this.discard(client_id);
		this.wakeUp();
	}

	/** The link is back: do not sit out the pause, and give another chance to what failed for want of it. */
	wake(): void {
		this.attempts = 0;
		for (const item of this.items) if (!item.reason) item.state = 'sending';
		this.wakeUp();
		void this.run();
	}

	async run(): Promise<void> {
		if (this.running) return;
		this.running = true;
		try {
			for (let item = this.next(); item; item = this.next()) await this.attempt(item);
		} finally {
			this.running = false;
		}
	}

	private next(): Outgoing | undefined {
		return this.items.find((item) => item.state === 'sending');
	}

	private async attempt(item: Outgoing): Promise<void> {
		const outcome = await this.send(item);
		if (outcome.done === 'sent') {
			this.attempts = 0;
			this.discard(item.client_id);
			return;
		}
		if (outcome.done === 'refused') {
			item.state = 'failed';
			item.reason = outcome.reason;
			this.changed();
			return;
		}
		const pause = PAUSES[this.attempts++];
		if (pause !== undefined) {
			await Promise.race([this.wait(pause), new Promise<void>((done) => (this.wakeUp = done))]);
			return;
		}
		// Out of patience: say so on every waiting message; each keeps its own "retry".
		for (const one of this.items) if (one.state === 'sending') one.state = 'failed';
		this.attempts = 0;
		this.changed();
	}

	private save(item: Outgoing): void {
		this.keeper.set(KEY + item.client_id, JSON.stringify(item));
	}
}

function parse(raw: string | null): Outgoing[] {
	try {
		const item = JSON.parse(raw ?? '') as Outgoing;
		return typeof item.client_id === 'string' && typeof item.text === 'string' ? [item] : [];
	} catch {
		return [];
	}
}
