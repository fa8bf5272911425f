// Repeating frames, one by one or from any earlier point, and cutting them into any batches gives the same state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chat, ClientChat, Message, ServerFrame } from '../api/types';
import { emptyState, mergePage, reduce, type State, WINDOW } from './reducer';

const ME = 'me';
const message = (thread: string, seq: number, over: Partial<Message> = {}): Message => ({
	id: `${thread}-${seq}`, thread_id: thread, seq, ordinal: seq, client_id: null, at: seq, author: { kind: 'person', id: 'other', name: 'Other' }, kind: 'text', placeholder: '', hidden: false,
	text: `text ${seq}`, tokens: [], reply: null, files: [], reactions: [], mentions: [], event: null, edited_at: null, deleted_at: null, pinned: false, delivery: null, ...over,
});
const chat = (id: string): Chat => ({
	id, kind: 'group', title: id, member_ids: [ME, 'other'], owner_id: null, created_at: 0, last: null, last_seq: 0, last_ordinal: 0, read_seq: 0, read_ordinal: 0, unread: 0, mentions: 0, muted: false, pinned: false, archived: false, admin_ids: [], who_adds: 'members', parent_id: null, root_id: null, draft: '',
});
const client = (id: string): ClientChat => ({
	id, contact: { id: 'c', name: 'C', phone: null, photo_file_id: null }, group: false, channel: { id: 'x', kind: 'telegram', name: '' }, state: 'queue', queue_id: 'q', assignee_id: null, observer_ids: [], conversation: null, waiting_since: null, given_at: null, given_by: null, answer_by: null, snoozed: null, label_ids: [], observe_all: null,
	blocked: false, window_expires_at: null, last: null, last_seq: 0, last_ordinal: 0, updated_at: 0, read_seq: 0, read_ordinal: 0, unread: 0, mentions: 0, draft: '', draft_hidden: false, may: [],
});
const start: State = {
	...emptyState,
	chats: new Map([['a', chat('a')]]),
	clients: new Map([['k', client('k')]]),
	windows: new Map([['a', { messages: [], hasOlder: false, hasNewer: false, peerRead: null }]]),
};

/** A journal as a server writes it: seq grows by one in each thread, a change names a message that exists. */
const journal = fc
	.array(fc.record({ thread: fc.constantFrom('a', 'k'), act: fc.constantFrom('add', 'add', 'edit', 'mine', 'gone', 'notice', 'assign'), pick: fc.nat(), mention: fc.boolean(), own: fc.boolean() }), { maxLength: 40 })
	.map((acts) => {
		const lasts: Record<string, number> = { a: 0, k: 0 };
		const frames: ServerFrame[] = [];
		for (const [n, one] of acts.entries()) {
			const cursor = `${n + 1}`;
			const last = lasts[one.thread]!;
			if (one.act === 'add') {
				lasts[one.thread] = last + 1;
				frames.push({ type: 'message.added', cursor, message: message(one.thread, last + 1, { mentions: one.mention ? [ME] : [], author: { kind: 'person', id: one.own ? ME : 'other', name: '' } }) });
			} else if (one.act === 'edit' && last) frames.push({ type: 'message.changed', cursor, message: message(one.thread, (one.pick % last) + 1, { text: `edit ${n}` }) });
			else if (one.act === 'mine' && last) {
				const read = (one.pick % last) + 1;
				frames.push({ type: 'chat.mine', cursor, id: one.thread, read_seq: read, read_ordinal: read, unread: last - read, mentions: 0, muted: one.mention, pinned: false, archived: false, draft: '', draft_hidden: false });
			} else if (one.act === 'assign') frames.push({ type: 'client_chat.changed', cursor, chat: { ...client('k'), last_seq: lasts.k!, last_ordinal: lasts.k!, assignee_id: one.own ? ME : 'other', state: 'work' } });
			else if (one.act === 'notice') frames.push({ type: 'notice.changed', cursor, notice: { id: 'n', kind: 'mention', at: n, thread_id: null, thread_kind: null, message_id: null, actor_id: null, title: '', text: `${n}`, done: one.own } });
		}
		return frames;
	});
const comparable = ({ seen: _, ...rest }: State) => rest;
const run = (frames: readonly ServerFrame[], from = start) => reduce(from, frames, ME).state;

describe('reduce', () => {
	it('gives the same state when any frames are repeated', () => {
		fc.assert(
			fc.property(journal, fc.array(fc.nat(), { maxLength: 20 }), (frames, repeats) => {
				const stuttered = [...frames];
				for (const pick of repeats) if (frames.length) stuttered.push(frames[pick % frames.length]!);
				expect({ ...comparable(run(stuttered)), cursor: null }).toEqual({ ...comparable(run(frames)), cursor: null });
			}),
		);
	});
	it('keeps the line I see when a chat whose last message I put away is told to all', () => {
		const seen = { seq: 1, at: 1, author_kind: 'person', author_id: 'other', author_name: 'Other', excerpt: 'text 1', hidden: false } as const;
		const mine: State = { ...start, chats: new Map([['a', { ...chat('a'), last_seq: 2, last_ordinal: 2, last: seen }]]) };
		const told = { ...chat('a'), title: 'Renamed', last_seq: 2, last_ordinal: 2, last: { ...seen, seq: 2, excerpt: 'put away' } };
		const renamed = run([{ type: 'chat.changed', cursor: '1', chat: told }], mine).chats.get('a');
		expect([renamed?.title, renamed?.last?.excerpt]).toEqual(['Renamed', 'text 1']);
		const newer = run([{ type: 'chat.changed', cursor: '1', chat: { ...told, last_seq: 3, last: { ...seen, seq: 3, excerpt: 'new' } } }], mine).chats.get('a');
		expect(newer?.last?.excerpt).toBe('new');
		const { effects } = reduce(mine, [{ type: 'message.hidden', cursor: '1', thread_id: 'a', message_id: 'a-2', on: true }], ME);
		expect([...effects.unknownChats]).toEqual(['a']);
	});
	it('keeps no notice of a chat that is gone (X-03)', () => {
		const notice = (id: string, thread_id: string) => ({ id, kind: 'mention' as const, at: 1, thread_id, thread_kind: 'team', message_id: null, actor_id: null, title: '', text: '', done: false });
		const frames: ServerFrame[] = [
			{ type: 'notice.added', cursor: '1', notice: notice('n', 'a') },
			{ type: 'notice.added', cursor: '2', notice: notice('m', 'k') },
			{ type: 'chat.gone', cursor: '3', id: 'a' },
		];
		expect([...run(frames).notices.keys()]).toEqual(['m']);
	});
	it('gives the same state when the journal is replayed from an earlier point', () => {
		fc.assert(
			fc.property(journal, fc.nat(), fc.nat(), (frames, x, y) => {
				const [from, to] = [x % (frames.length + 1), y % (frames.length + 1)].sort((a, b) => a - b) as [number, number];
				expect(comparable(run([...frames.slice(0, to), ...frames.slice(from)]))).toEqual(comparable(run(frames)));
			}),
		);
	});
	it('gives the same state for any cut into batches and leaves its input alone', () => {
		fc.assert(
			fc.property(journal, fc.array(fc.integer({ min: 1, max: 5 })), (frames, cuts) => {
				const before = structuredClone(start);
				let state = start;
				let at = 0;
				for (const size of [...cuts, frames.length]) {
					state = run(frames.slice(at, at + size), state);
					at += size;
				}
				expect(comparable(state)).toEqual(comparable(run(frames)));
				expect(start).toEqual(before);
			}),
		);
	});
	it('counts unread from positions and keeps windows without holes', () => {
		fc.assert(
			fc.property(journal, (frames) => {
				const { chats, windows } = run(frames);
				const a = chats.get('a')!;
				expect(a.unread).toBe(Math.max(0, a.last_ordinal - a.read_ordinal));
				const seqs = windows.get('a')!.messages.map((one) => one.seq);
				expect(seqs).toEqual(seqs.map((_, at) => seqs[0]! + at));
			}),
		);
	});
	it('asks for what is missing instead of showing a hole', () => {
		const one = run([{ type: 'message.added', cursor: '1', message: message('a', 1) }]);
		const { state, effects } = reduce(one, [{ type: 'message.added', cursor: '2', message: message('a', 5) }], ME);
		expect([...effects.holes]).toEqual(['a']);
		expect(state.windows.get('a')!.messages).toHaveLength(1);
		const whole = mergePage(state.windows.get('a'), { messages: [2, 3, 4, 5].map((seq) => message('a', seq)), has_older: true, has_newer: false, positions: [], saved: [], count: null, peer_read_seq: null }, 'newer');
		expect(whole.messages.map((m) => m.seq)).toEqual([1, 2, 3, 4, 5]);
		expect(whole.hasNewer).toBe(false);
	});
	it('never keeps more than the window', () => {
		const frames = Array.from({ length: WINDOW + 50 }, (_, n): ServerFrame => ({ type: 'message.added', cursor: `${n}`, message: message('a', n + 1) }));
		const window = run(frames).windows.get('a')!;
		expect(window.messages).toHaveLength(WINDOW);
		expect(window.hasOlder).toBe(true);
		expect(window.messages.at(-1)!.seq).toBe(WINDOW + 50);
	});
});
