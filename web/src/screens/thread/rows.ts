// Turns messages, rows on their way out and positions into the rows of a log: days, the unread line, groups by author.
import type { Message } from '../../api/types';
import type { Outgoing } from '../../core/outbox';
import { startOfDay } from '../../ui/moments';

export type Row =
	| { key: string; kind: 'start' }
	| { key: string; kind: 'day'; at: number }
	| { key: string; kind: 'unread' }
	| { key: string; kind: 'conversation' | 'event'; message: Message }
	| { key: string; kind: 'message'; message: Message; head: boolean }
	| { key: string; kind: 'outgoing'; out: Outgoing; head: boolean };

const GROUP_WITHIN = 5 * 60_000;

export interface RowsInput {
	messages: readonly Message[];
	outgoing: readonly Outgoing[];
	hasOlder: boolean;
	hasNewer: boolean;
	unreadAfter: number | null; // the divider stands above the first message of others after this seq
	me: string;
}

export function buildRows(input: RowsInput, before: ReadonlyMap<string, Row>): Row[] {
	const rows: Row[] = [];
	const put = (row: Row) => {
		const old = before.get(row.key);
		// the same row object again, so that nothing is drawn anew for it
		rows.push(old && same(old, row) ? old : row);
	};
	const known = new Set<string>();
	let day = -1;
	/** What came late stands under its own day, and the days before and after it come twice. */
	const days = new Map<number, number>();
	const dayKey = (at: number): string => {
		const nth = days.get(at) ?? 0;
		days.set(at, nth + 1);
		return nth ? `day-${at}-${nth}` : `day-${at}`;
	};
	let author = '';
	let at = 0;
	let divided = input.unreadAfter === null;
	if (!input.hasOlder && (input.messages.length || input.outgoing.length)) put({ key: 'start', kind: 'start' });
	for (const message of input.messages) {
		if (message.client_id) known.add(message.client_id);
		const today = startOfDay(message.at);
		if (today !== day) {
			day = today;
			author = '';
			put({ key: dayKey(today), kind: 'day', at: today });
		}
		if (!divided && message.seq > input.unreadAfter! && message.author.id !== input.me && message.kind !== 'event') {
			divided = true;
			author = '';
			put({ key: 'unread', kind: 'unread' });
		}
		const key = message.client_id ?? message.id;
		if (message.kind === 'event') {
			author = '';
			put({ key, kind: message.event?.code === 'conversation-opened' ? 'conversation' : 'event', message });
			continue;
		}
		const who = `${message.author.kind}${message.author.id ?? message.author.name}${message.hidden}`;
		const head = who !== author || message.at - at > GROUP_WITHIN || message.reply !== null;
		put({ key, kind: 'message', message, head });
		author = who;
		at = message.at;
	}
	if (!input.hasNewer) {
		for (const out of input.outgoing) {
			if (known.has(out.client_id)) continue;
			const today = startOfDay(out.at);
			if (today > day) {
				day = today;
				author = '';
				put({ key: dayKey(today), kind: 'day', at: today });
			}
			const who = `person${input.me}${out.hidden}`;
			put({ key: out.client_id, kind: 'outgoing', out, head: who !== author || out.at - at > GROUP_WITHIN || out.reply !== null });
			author = who;
			at = out.at;
		}
	}
	return rows;
}

function same(a: Row, b: Row): boolean {
	if (a.kind !== b.kind) return false;
	if (a.kind === 'message' && b.kind === 'message') return a.message === b.message && a.head === b.head;
	if (a.kind === 'outgoing' && b.kind === 'outgoing') return a.out === b.out && a.head === b.head;
	if ((a.kind === 'event' || a.kind === 'conversation') && 'message' in b) return a.message === b.message;
	return true;
}
/** A first guess at the height of a row; the real one is measured as soon as it is drawn. */
export function guessHeight(row: Row | undefined): number {
	if (!row) return 40;
	if (row.kind === 'message') {
		const { message } = row;
		const lines = Math.max(1, Math.ceil(message.text.length / 80) + (message.text.split('\n').length - 1));
		return lines * 20 + (row.head ? 36 : 6) + message.files.length * 56 + (message.reactions.length ? 30 : 0);
	}
	return row.kind === 'day' || row.kind === 'unread' ? 40 : 32;
}
