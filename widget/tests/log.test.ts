// The merge of messages: any order and any repeats of the same answers end in the same log.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Log, lastSeq, merge, ordered, rows, unread } from '../src/log';
import type { WidgetMessage } from '../src/types';

function message(seq: number, change: Partial<WidgetMessage> = {}): WidgetMessage {
	return {
		id: `m${seq}`, client_id: `c${seq}`, seq, at: 1_700_000_000_000 + seq * 1000, mine: seq % 2 === 0, author: seq % 2 ? 'Анна' : '',
		text: `${seq}`, tokens: [{ t: 'text', v: `${seq}` }], files: [], edited: false, deleted: false, ...change,
	};
}

/** Every state a message passes through. */
const story = fc.integer({ min: 1, max: 12 }).chain((seq) =>
	fc.constantFrom(message(seq), message(seq, { edited: true, text: 'edited' }), message(seq, { edited: true, deleted: true, text: '', tokens: [] })),
);

test('any order and repeats give the same log', () => {
	fc.assert(
		fc.property(
			fc.array(story).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }), fc.integer({ min: 1, max: 5 }))),
			([straight, shuffled, size]) => {
				const once = merge(new Map(), straight);
				let pieces: Log = new Map();
				for (let i = 0; i < shuffled.length; i += size) pieces = merge(pieces, shuffled.slice(i, i + size));
				expect(ordered(pieces)).toEqual(ordered(once));
			},
		),
	);
});

test('a late copy does not bring a deleted message back', () => {
	const log = merge(merge(new Map(), [message(1, { deleted: true })]), [message(1)]);
	expect(ordered(log)[0]?.deleted).toBe(true);
});

test('a message on its way gives place to its stored self', () => {
	const out = { client_id: 'c2', text: '2', files: [], at: 1_700_000_001_000, state: 'sending' as const, reason: '' };
	const before = rows(new Map(), [out]);
	const after = rows(merge(new Map(), [message(2)]), [out]);
	expect(before.map((row) => row.key).at(-1)).toBe('c2');
	expect(after.map((row) => row.key).at(-1)).toBe('c2');
	expect(after).toHaveLength(2);
});

test('groups break by author and by day', () => {
	const day = 24 * 3600_000;
	const log = merge(new Map(), [
		message(1, { mine: false, author: 'Анна' }),
		message(2, { mine: false, author: 'Анна' }),
		message(3, { mine: false, author: 'Пётр' }),
		message(4, { mine: false, author: 'Пётр', at: message(4).at + day }),
	]);
	expect(rows(log, []).map((row) => (row.kind === 'day' ? 'day' : `${row.first ? '[' : '·'}${row.message?.seq}${row.last ? ']' : '·'}`))).toEqual([
		'day', '[1·', '·2]', '[3]', 'day', '[4]',
	]);
});

test('own and deleted messages are never unread', () => {
	const log = merge(new Map(), [message(1), message(2), message(3, { deleted: true }), message(5)]);
	expect(unread(log, 0)).toBe(2);
	expect(unread(log, 1)).toBe(1);
	expect(lastSeq(log)).toBe(5);
});
