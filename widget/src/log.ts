// The talk as a set of messages: merging answers of HTTP and socket in any order gives the same log.
import type { Outgoing } from './outbox';
import type { WidgetMessage } from './types';

export type Log = ReadonlyMap<string, WidgetMessage>;

/** A message only moves forward: written, edited, deleted. A late copy of an earlier state must not bring it back. */
function stage(message: WidgetMessage): number {
	return message.deleted ? 2 : message.edited ? 1 : 0;
}

export function merge(log: Log, incoming: readonly WidgetMessage[]): Log {
	const next = new Map(log);
	for (const message of incoming) {
		const known = next.get(message.id);
		if (!known || stage(message) >= stage(known)) next.set(message.id, message);
	}
	return next;
}

export function ordered(log: Log): WidgetMessage[] {
	return [...log.values()].sort((a, b) => a.seq - b.seq);
}

export function lastSeq(log: Log): number {
	let last = 0;
	for (const message of log.values()) last = Math.max(last, message.seq);
	return last;
}

export function unread(log: Log, readSeq: number): number {
	let count = 0;
	for (const message of log.values()) if (!message.mine && !message.deleted && message.seq > readSeq) count++;
	return count;
}

export interface DayRow {
	kind: 'day';
	key: string;
	at: number;
}
export interface BubbleRow {
	kind: 'bubble';
	key: string;
	at: number;
	mine: boolean;
	first: boolean; // of its group: shows the author
	last: boolean; // of its group: shows the time
	message: WidgetMessage | null;
	outgoing: Outgoing | null;
}
export type Row = DayRow | BubbleRow;

const GROUP_MS = 5 * 60_000;

/** What is drawn: stored messages by seq, then those still on their way, split by days and grouped by author. */
export function rows(log: Log, outgoing: readonly Outgoing[]): Row[] {
	const messages = ordered(log);
	const arrived = new Set(messages.map((message) => message.client_id));
	const bubbles: BubbleRow[] = messages.map((message) => ({
		kind: 'bubble', key: message.client_id ?? message.id, at: message.at, mine: message.mine, first: true, last: true, message, outgoing: null,
	}));
	for (const item of outgoing) {
		if (arrived.has(item.client_id)) continue;
		bubbles.push({ kind: 'bubble', key: item.client_id, at: item.at, mine: true, first: true, last: true, message: null, outgoing: item });
	}
	const result: Row[] = [];
	let previous: BubbleRow | null = null;
	for (const bubble of bubbles) {
		if (!previous || day(previous.at) !== day(bubble.at)) {
			result.push({ kind: 'day', key: `day-${day(bubble.at)}-${bubble.key}`, at: bubble.at });
		} else if (together(previous, bubble)) {
			previous.last = false;
			bubble.first = false;
		}
		result.push(bubble);
		previous = bubble;
	}
	return result;
}

function together(a: BubbleRow, b: BubbleRow): boolean {
	return a.mine === b.mine && (a.mine || a.message?.author === b.message?.author) && b.at - a.at < GROUP_MS && a.outgoing?.state !== 'failed';
}

function day(at: number): string {
	return new Date(at).toDateString();
}
