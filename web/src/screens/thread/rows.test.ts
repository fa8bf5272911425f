// Rows of a log: groups by author, days, the unread line, rows on their way out that arrive.
import { describe, expect, it } from 'vitest';
import type { Message } from '../../api/types';
import type { Outgoing } from '../../core/outbox';
import { buildRows, type RowsInput } from './rows';

const noon = new Date(2026, 10, 20, 12).getTime();
const message = (seq: number, author: string, over: Partial<Message> = {}): Message => ({
	id: `m${seq}`, thread_id: 't', seq, ordinal: seq, client_id: null, at: noon + seq * 60_000, author: { kind: 'person', id: author, name: author }, kind: 'text', placeholder: '', hidden: false, text: `${seq}`, tokens: [], reply: null,
	files: [], reactions: [], mentions: [], event: null, edited_at: null, deleted_at: null, pinned: false, delivery: null, ...over,
});
const outgoing = (id: string): Outgoing => ({ client_id: id, thread_id: 't', thread_kind: 'team', at: noon + 3_600_000, text: '', files: [], reply: null, hidden: false, take: false, attempts: 0, state: 'waiting', problem: null });
const input = (over: Partial<RowsInput>): RowsInput => ({ messages: [], outgoing: [], hasOlder: true, hasNewer: false, unreadAfter: null, me: 'me', ...over });
const sketch = (over: Partial<RowsInput>) => buildRows(input(over), new Map()).map((row) => (row.kind === 'message' || row.kind === 'outgoing' ? (row.head ? 'head' : 'more') : row.kind));

describe('buildRows', () => {
	it('groups by author within five minutes', () => {
		expect(sketch({ messages: [message(1, 'a'), message(2, 'a'), message(3, 'b'), message(10, 'b')] })).toEqual(['day', 'head', 'more', 'head', 'head']);
	});
	it('starts a group anew for a note, so that it is not taken for a reply', () => {
		expect(sketch({ messages: [message(1, 'a'), message(2, 'a', { hidden: true })] })).toEqual(['day', 'head', 'head']);
	});
	it('puts a line between days and before the unread', () => {
		const yesterday = message(1, 'a', { at: noon - 86_400_000 });
		expect(sketch({ messages: [yesterday, message(2, 'a'), message(3, 'a')], unreadAfter: 2 })).toEqual(['day', 'head', 'day', 'head', 'unread', 'head']);
	});
	it('U-06 what a messenger brings a day late stands under its own day, and no key comes twice', () => {
		const late = message(2, 'client', { at: noon - 86_400_000 });
		const rows = buildRows(input({ messages: [message(1, 'a'), late, message(3, 'a')] }), new Map());
		expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'day', 'message', 'day', 'message']);
		expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
	});
	it('does not count my own messages as unread', () => {
		expect(sketch({ messages: [message(1, 'a'), message(2, 'me')], unreadAfter: 1 })).toEqual(['day', 'head', 'head']);
	});
	it('keeps the key of a row when it is sent, and never shows it twice', () => {
		const out = outgoing('c1');
		const before = buildRows(input({ messages: [message(1, 'a')], outgoing: [out] }), new Map());
		const after = buildRows(input({ messages: [message(1, 'a'), message(2, 'me', { client_id: 'c1' })], outgoing: [out] }), new Map());
		expect(before.at(-1)!.key).toBe('c1');
		expect(after.filter((row) => row.key === 'c1')).toHaveLength(1);
		expect(after.at(-1)!.kind).toBe('message');
	});
	it('gives the same objects for rows that did not change', () => {
		const messages = [message(1, 'a'), message(2, 'a')];
		const before = buildRows(input({ messages }), new Map());
		const after = buildRows(input({ messages: [...messages, message(3, 'a')] }), new Map(before.map((row) => [row.key, row])));
		expect(after.slice(0, 3).every((row, at) => row === before[at])).toBe(true);
	});
	it('shows what is on its way only at the end of the history', () => {
		expect(sketch({ messages: [message(1, 'a')], outgoing: [outgoing('c1')], hasNewer: true })).toEqual(['day', 'head']);
	});
});
