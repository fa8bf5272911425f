// What a page counts is what the server counts, after any journal, with the snapshot of the lists taken anywhere in it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Chat, Message, Notice, ServerFrame } from '../api/types';
import { emptyState, reduce, type State } from './reducer';

const ME = 'me';
/** The server's side of one chat, and its notices: what each frame and each snapshot say is read from here. */
class Server {
	frames: ServerFrame[] = [];
	last = 0;
	ordinal = 0;
	ordinals: number[] = [0];
	read = 0;
	mentioned: number[] = [];
	notices = new Map<string, boolean>();

	private push(frame: Record<string, unknown>): void {
		this.frames.push({ ...frame, cursor: `${this.frames.length + 1}` } as never);
	}
	get mentions(): number {
		return this.mentioned.filter((seq) => seq > this.read).length;
	}
	get unread(): number {
		return this.ordinal - this.ordinals[this.read]!;
	}
	private own(): void {
		this.push({ type: 'chat.mine', id: 'a', read_seq: this.read, read_ordinal: this.ordinals[this.read], unread: this.unread, mentions: this.mentions, muted: false, pinned: false, archived: false, draft: '', draft_hidden: false });
	}
	add({ event, own, mention }: { event: boolean; own: boolean; mention: boolean }): void {
		this.last += 1;
		if (!event) this.ordinal += 1;
		this.ordinals.push(this.ordinal);
		const mentions = mention && !own && !event ? [ME] : [];
		if (mentions.length) this.mentioned.push(this.last);
		// whoever writes has read
		if (own) this.read = this.last;
		const message = { id: `a-${this.last}`, thread_id: 'a', seq: this.last, ordinal: this.ordinal, client_id: null, at: this.last, author: { kind: 'person', id: own ? ME : 'other', name: '' }, kind: event ? 'event' : 'text', event: event ? { code: 'x' } : null, placeholder: '', hidden: false, text: event ? '' : 'x', tokens: [], reply: null, files: [], reactions: [], mentions, edited_at: null, deleted_at: null, pinned: false, delivery: null } as unknown as Message;
		this.push({ type: 'message.added', message });
		if (mentions.length) this.notice(`m${this.last}`, false);
	}
	readTo(pick: number): void {
		if (!this.last) return;
		this.read = Math.max(this.read, (pick % this.last) + 1);
		this.own();
	}
	back(pick: number): void {
		if (!this.last) return;
		this.read = pick % this.last;
		this.own();
	}
	notice(id: string, done: boolean): void {
		this.notices.set(id, done);
		this.push({ type: done ? 'notice.changed' : 'notice.added', notice: { id, kind: 'mention', at: 1, thread_id: 'a', thread_kind: 'team', message_id: null, actor_id: null, title: '', text: '', done } });
	}
	chat(): Chat {
		return { id: 'a', kind: 'group', title: '', member_ids: [ME], owner_id: null, created_at: 0, last: null, last_seq: this.last, last_ordinal: this.ordinal, read_seq: this.read, read_ordinal: this.ordinals[this.read]!, unread: this.unread, mentions: this.mentions, muted: false, pinned: false, archived: false, admin_ids: [], who_adds: 'members', parent_id: null, root_id: null, draft: '' };
	}
	open(): [string, Notice][] {
		return [...this.notices].map(([id, done]) => [id, { id, kind: 'mention', at: 1, thread_id: 'a', thread_kind: 'team', message_id: null, actor_id: null, title: '', text: '', done }]);
	}
}
const acts = fc.array(fc.record({ act: fc.constantFrom('add', 'add', 'add', 'read', 'back', 'done'), pick: fc.nat(), event: fc.boolean(), own: fc.boolean(), mention: fc.boolean() }), { maxLength: 40 });

it('U-04 unread, mentions and open notices are the server\'s, wherever among the frames the lists were fetched, also when the answer came late', () => {
	fc.assert(
		fc.property(acts, fc.nat(), fc.nat(), fc.array(fc.nat(), { maxLength: 10 }), (list, x, y, repeats) => {
			const server = new Server();
			// the lists are read when so many acts are done, and arrive when so many more frames have come
			const readAt = x % (list.length + 1);
			let snapshot = { chat: server.chat(), open: server.open(), at: 0 };
			for (const [n, one] of list.entries()) {
				if (n === readAt) snapshot = { chat: server.chat(), open: server.open(), at: server.frames.length };
				if (one.act === 'add') server.add(one);
				else if (one.act === 'read') server.readTo(one.pick);
				else if (one.act === 'back') server.back(one.pick);
				else {
					const open = [...server.notices].filter(([, done]) => !done);
					if (open.length) server.notice(open[one.pick % open.length]![0], true);
				}
			}
			if (readAt === list.length) snapshot = { chat: server.chat(), open: server.open(), at: server.frames.length };
			const asked = Math.min(snapshot.at, y % (server.frames.length + 1));
			const arrives = snapshot.at + (y % (server.frames.length - snapshot.at + 1));
			const take = (state: State, frames: readonly ServerFrame[]) => reduce(state, frames, ME).state;
			// as `ask` in stores/sync does it: the frames since it was asked lie over the answer
			let state = take({ ...emptyState, chats: new Map([['a', new Server().chat()]]) }, server.frames.slice(0, arrives));
			const { seen, cursor } = state;
			state = take({ ...state, chats: new Map([['a', snapshot.chat]]), notices: new Map(snapshot.open), seen: new Set() }, server.frames.slice(asked, arrives));
			state = take({ ...state, seen, cursor }, server.frames.slice(arrives));
			// a line that was cut repeats
			if (server.frames.length) state = take(state, repeats.map((pick) => server.frames[pick % server.frames.length]!));
			const { unread, mentions, read_seq, last_seq } = state.chats.get('a')!;
			expect({ unread, mentions: mentions > 0, read_seq, last_seq }).toEqual({ unread: server.unread, mentions: server.mentions > 0, read_seq: server.read, last_seq: server.last });
			expect([...state.notices.values()].filter((one) => !one.done).length).toBe([...server.notices.values()].filter((done) => !done).length);
		}),
		{ numRuns: 1000 },
	);
});
