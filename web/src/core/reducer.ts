// What socket frames do to the client's copy of the chats: a pure function, safe to repeat.
import type { Chat, ClientChat, Contact, Health, Id, LastLine, Later, Message, MessagePage, Notice, Position, ServerFrame } from '../api/types';
import { plainLine } from './source';

/** A stretch of a thread kept in memory: at most WINDOW messages with no holes between. */
export interface Window {
	messages: readonly Message[];
	hasOlder: boolean;
	hasNewer: boolean;
	peerRead: number | null;
	/** Read from this device: what came after it is not known yet. */
	kept?: boolean;
}
export interface State {
	readonly cursor: string | null;
	readonly seen: ReadonlySet<string>; // cursors already applied
	readonly chats: ReadonlyMap<Id, Chat>;
	readonly clients: ReadonlyMap<Id, ClientChat>;
	readonly windows: ReadonlyMap<Id, Window>;
	readonly positions: ReadonlyMap<Id, ReadonlyMap<Id, Position>>;
	readonly notices: ReadonlyMap<Id, Notice>;
	readonly health: ReadonlyMap<Id, Health>;
	readonly contacts: ReadonlyMap<Id, Contact>;
	readonly saved: ReadonlySet<Id>; // messages I keep, of those that were shown
}
/** What the frames ask the caller to do beyond the state. */
export interface Effects {
	reload: boolean; // the server forgot our cursor
	people: boolean;
	counts: boolean; // the inbox may count differently now
	holes: Set<Id>; // threads with messages missing at the end of the window
	strangers: Set<Id>; // client chats of which we do not know our own side
	changedClients: Set<Id>;
	unknownChats: Set<Id>;
	persons: Extract<ServerFrame, { type: 'person.changed' }>['person'][];
	settings: Set<string>;
	arrived: Message[];
	back: Set<Id>; // threads in which I brought a message back that I had put away
	laters: Map<Id, Later | null>;
}
export const WINDOW = 600;
const SEEN = 4000;

export const emptyState: State = {
	cursor: null, seen: new Set(), chats: new Map(), clients: new Map(), windows: new Map(), positions: new Map(), notices: new Map(), health: new Map(), contacts: new Map(), saved: new Set(),
};
export function noEffects(): Effects {
	return { reload: false, people: false, counts: false, holes: new Set(), strangers: new Set(), changedClients: new Set(), unknownChats: new Set(), persons: [], settings: new Set(), arrived: [], back: new Set(), laters: new Map() };
}

type Draft = { -readonly [K in keyof State]: State[K] };
type MapKey = 'chats' | 'clients' | 'windows' | 'positions' | 'notices' | 'health' | 'contacts';

/** Copies a map once per batch, on the first change to it. */
class Copies {
	private readonly mine = new Set<MapKey>();
	constructor(private readonly draft: Draft) {}
	of<K extends MapKey>(key: K): Map<Id, State[K] extends ReadonlyMap<Id, infer V> ? V : never> {
		if (!this.mine.has(key)) {
			this.mine.add(key);
			(this.draft as Record<MapKey, unknown>)[key] = new Map(this.draft[key] as ReadonlyMap<Id, unknown>);
		}
		return this.draft[key] as never;
	}
}

export function reduce(state: State, frames: readonly ServerFrame[], me: Id): { state: State; effects: Effects } {
	const draft: Draft = { ...state };
	const copies = new Copies(draft);
	const effects = noEffects();
	let seen: Set<string> | null = null;
	for (const frame of frames) {
		if ('cursor' in frame) {
			if (frame.type !== 'welcome' && frame.type !== 'reload') {
				if ((seen ?? state.seen).has(frame.cursor)) continue;
				seen ??= new Set(state.seen);
				seen.add(frame.cursor);
			}
			draft.cursor = frame.cursor;
		}
		apply(draft, copies, effects, frame, me);
	}
	if (seen) {
		if (seen.size > SEEN) seen = new Set([...seen].slice(-SEEN / 2));
		draft.seen = seen;
	}
	return { state: draft, effects };
}

function apply(draft: Draft, copies: Copies, effects: Effects, frame: ServerFrame, me: Id): void {
	switch (frame.type) {
		case 'reload':
			effects.reload = true;
			break;
		case 'message.added':
			added(draft, copies, effects, frame.message, me);
			break;
		case 'message.changed':
			changed(draft, copies, frame.message);
			break;
		case 'chat.changed': {
			const mine = draft.chats.get(frame.chat.id);
			// a topic I do not follow is seen by me as well, but has no place in my list unless I am in it now
			if (!frame.chat.member_ids.includes(me) && !(mine && frame.chat.kind === 'topic')) break;
			const fresh = { read_seq: 0, read_ordinal: 0, mentions: 0, muted: false, pinned: false, archived: false, draft: '', ...mine, ...frame.chat, last: lastFor(mine, frame.chat) };
			copies.of('chats').set(fresh.id, { ...fresh, unread: Math.max(0, fresh.last_ordinal - fresh.read_ordinal) });
			if (!mine) effects.unknownChats.add(fresh.id);
			break;
		}
		case 'client_chat.changed': {
			const mine = draft.clients.get(frame.chat.id);
			const fresh = { read_seq: 0, read_ordinal: 0, mentions: 0, draft: '', draft_hidden: false, observe_all: null, may: [], ...mine, ...frame.chat, last: lastFor(mine, frame.chat) };
			copies.of('clients').set(fresh.id, { ...fresh, unread: Math.max(0, fresh.last_ordinal - fresh.read_ordinal) });
			if (!mine) effects.strangers.add(fresh.id);
			effects.changedClients.add(fresh.id);
			effects.counts = true;
			break;
		}
		case 'chat.mine': {
			const { id, read_seq, read_ordinal, unread, mentions, muted, pinned, archived, draft: text, draft_hidden } = frame;
			const team = draft.chats.get(id);
			if (team) copies.of('chats').set(id, { ...team, read_seq, read_ordinal, unread, mentions, muted, pinned, archived, draft: text });
			const client = draft.clients.get(id);
			if (client) copies.of('clients').set(id, { ...client, read_seq, read_ordinal, unread, mentions, draft: text, draft_hidden });
			effects.counts ||= !team;
			break;
		}
		case 'chat.gone':
			for (const gone of [frame.id, ...[...draft.chats.values()].filter((one) => one.parent_id === frame.id).map((one) => one.id)]) {
				for (const key of ['chats', 'clients', 'windows', 'positions'] as const) if (draft[key].has(gone)) copies.of(key).delete(gone);
				for (const notice of draft.notices.values()) if (notice.thread_id === gone) copies.of('notices').delete(notice.id);
			}
			effects.counts = true;
			break;
		case 'message.hidden': {
			const window = draft.windows.get(frame.thread_id);
			if (!frame.on) effects.back.add(frame.thread_id);
			else if (window?.messages.some((one) => one.id === frame.message_id)) copies.of('windows').set(frame.thread_id, { ...window, messages: window.messages.filter((one) => one.id !== frame.message_id) });
			// what stands last in the list may be another now: the server knows what I see
			if (draft.chats.has(frame.thread_id)) effects.unknownChats.add(frame.thread_id);
			if (draft.clients.has(frame.thread_id)) effects.strangers.add(frame.thread_id);
			break;
		}
		case 'message.saved': {
			const saved = new Set(draft.saved);
			if (frame.on) saved.add(frame.message_id);
			else saved.delete(frame.message_id);
			draft.saved = saved;
			break;
		}
		case 'later.changed':
			effects.laters.set(frame.id, frame.later);
			break;
		case 'notice.added':
		case 'notice.changed':
			copies.of('notices').set(frame.notice.id, frame.notice);
			break;
		case 'person.changed':
			effects.persons.push(frame.person);
			break;
		case 'people.changed':
			effects.people = true;
			break;
		case 'channel.changed':
			copies.of('health').set(frame.id, frame.health);
			break;
		case 'settings.changed':
			effects.settings.add(frame.what);
			break;
		case 'contact.changed': {
			const { id, name, phones, photo_file_id } = frame.contact;
			if (draft.contacts.has(id)) copies.of('contacts').set(id, frame.contact);
			for (const chat of draft.clients.values()) if (chat.contact.id === id) copies.of('clients').set(chat.id, { ...chat, contact: { id, name, phone: phones[0] ?? null, photo_file_id } });
			break;
		}
		case 'position':
			position(draft, copies, frame, me);
			break;
	}
}

function position(draft: Draft, copies: Copies, frame: Position & { thread_id: Id }, me: Id): void {
	const thread = draft.positions.get(frame.thread_id);
	const before = thread?.get(frame.person_id);
	// positions only grow, so a late or repeated sign changes nothing
	const next: Position = { person_id: frame.person_id, read_seq: Math.max(frame.read_seq, before?.read_seq ?? 0), delivered_seq: Math.max(frame.delivered_seq, before?.delivered_seq ?? 0) };
	if (before && before.read_seq === next.read_seq && before.delivered_seq === next.delivered_seq) return;
	copies.of('positions').set(frame.thread_id, new Map(thread).set(frame.person_id, next));
	const window = draft.windows.get(frame.thread_id);
	if (window && frame.person_id !== me && next.read_seq > (window.peerRead ?? 0)) copies.of('windows').set(frame.thread_id, { ...window, peerRead: next.read_seq });
}

/** The line a list shows for a message. */
export function lineOf(message: Message): LastLine {
	// the same codes as the server's: the words for them belong to the reader's language
	const bare = message.event ? `event:${message.event.code}` : message.files.length ? `files:${message.files.length}` : `placeholder:${message.placeholder ?? ''}`;
	const excerpt = message.deleted_at ? '' : plainLine(message.text) || bare;
	return { seq: message.seq, at: message.at, author_kind: message.author.kind, author_id: message.author.id, author_name: message.author.name, excerpt: excerpt.slice(0, 160), hidden: message.hidden };
}

/** A chat is told to all alike; who put its last message away for themselves keeps the line they see, until there is a new one. */
function lastFor<L>(mine: { last: L; last_seq: number } | undefined, told: { last: L; last_seq: number }): L {
	return mine && mine.last_seq === told.last_seq ? mine.last : told.last;
}

function added(draft: Draft, copies: Copies, effects: Effects, message: Message, me: Id): void {
	const id = message.thread_id;
	const mine = message.author.kind === 'person' && message.author.id === me;
	const side = <C extends Chat | ClientChat>(chat: C): C => {
		if (message.seq <= chat.last_seq && chat.last && chat.last.seq >= message.seq) return chat;
		const seenByMe = mine && message.seq > chat.read_seq;
		const read = seenByMe ? { read_seq: message.seq, read_ordinal: Math.max(chat.read_ordinal, message.ordinal), mentions: 0 } : {};
		const mentioned = !mine && message.seq > chat.read_seq && message.mentions.includes(me) ? { mentions: Math.max(1, chat.mentions) } : {};
		// events come on their own line in the log; a list shows words
		const last = message.kind === 'event' ? chat.last : lineOf(message);
		const next = { ...chat, ...read, ...mentioned, last, last_seq: Math.max(chat.last_seq, message.seq), last_ordinal: Math.max(chat.last_ordinal, message.ordinal) };
		return { ...next, unread: Math.max(0, next.last_ordinal - next.read_ordinal) };
	};
	const team = draft.chats.get(id);
	if (team) {
		const next = side(team);
		if (next !== team) copies.of('chats').set(id, next);
	}
	const client = draft.clients.get(id);
	if (client) {
		const next = side(client);
		if (next !== client) copies.of('clients').set(id, { ...next, updated_at: Math.max(next.updated_at, message.at) });
		effects.counts = true;
	}
	if (team?.parent_id) replied(draft, copies, team.parent_id, message);
	else if (!draft.clients.has(id)) for (const [thread, window] of draft.windows) if (window.messages.some((one) => one.extras?.topic?.id === id)) replied(draft, copies, thread, message);
	effects.arrived.push(message);
	const window = draft.windows.get(id);
	if (!window) return;
	const place = insert(window, message);
	if (place === 'hole') {
		copies.of('windows').set(id, { ...window, hasNewer: true });
		effects.holes.add(id);
	} else if (place !== window) copies.of('windows').set(id, place);
}

/** A reply in a topic shows under the message the topic hangs on. */
function replied(draft: Draft, copies: Copies, thread: Id, message: Message): void {
	const window = draft.windows.get(thread);
	const at = window?.messages.findIndex((one) => one.extras?.topic?.id === message.thread_id) ?? -1;
	if (!window || at < 0) return;
	const root = window.messages[at]!;
	const topic = root.extras!.topic!;
	if (topic.replies >= message.ordinal) return;
	const next = { ...root, extras: { ...root.extras, topic: { ...topic, replies: message.ordinal, last_at: message.at } } };
	copies.of('windows').set(thread, { ...window, messages: window.messages.with(at, next) });
}

function insert(window: Window, message: Message): Window | 'hole' {
	const { messages } = window;
	if (messages.some((one) => one.id === message.id)) return window; // what we have is the same or newer
	const first = messages[0];
	const last = messages.at(-1);
	if (!last || !first) return window.hasNewer || window.hasOlder ? 'hole' : { ...window, messages: [message] };
	if (message.seq > last.seq) {
		if (window.hasNewer) return window;
		if (message.seq !== last.seq + 1) return 'hole';
		const next = [...messages, message];
		return next.length > WINDOW ? { ...window, messages: next.slice(next.length - WINDOW), hasOlder: true } : { ...window, messages: next };
	}
	if (message.seq < first.seq && window.hasOlder) return window;
	const at = messages.findIndex((one) => one.seq > message.seq);
	return { ...window, messages: [...messages.slice(0, at), message, ...messages.slice(at)] };
}

function changed(draft: Draft, copies: Copies, message: Message): void {
	const id = message.thread_id;
	const window = draft.windows.get(id);
	const at = window?.messages.findIndex((one) => one.id === message.id) ?? -1;
	if (window && at >= 0) copies.of('windows').set(id, { ...window, messages: window.messages.with(at, message) });
	const team = draft.chats.get(id);
	if (team?.last?.seq === message.seq) copies.of('chats').set(id, { ...team, last: lineOf(message) });
	const client = draft.clients.get(id);
	if (client?.last?.seq === message.seq) copies.of('clients').set(id, { ...client, last: lineOf(message) });
}

/** Joins a fetched page to a window: `around` replaces it, the others extend it; stays within WINDOW. */
export function mergePage(window: Window | undefined, page: MessagePage, where: 'around' | 'older' | 'newer'): Window {
	if (!window || where === 'around' || !window.messages.length) return { messages: page.messages, hasOlder: page.has_older, hasNewer: page.has_newer, peerRead: page.peer_read_seq ?? window?.peerRead ?? null };
	const bySeq = new Map(window.messages.map((one) => [one.seq, one]));
	for (const one of page.messages) bySeq.set(one.seq, one);
	let messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
	let { hasOlder, hasNewer } = window;
	if (where === 'older') hasOlder = page.has_older;
	else hasNewer = page.has_newer;
	if (messages.length > WINDOW) {
		if (where === 'older') {
			messages = messages.slice(0, WINDOW);
			hasNewer = true;
		} else {
			messages = messages.slice(messages.length - WINDOW);
			hasOlder = true;
		}
	}
	return { messages, hasOlder, hasNewer, peerRead: page.peer_read_seq ?? window.peerRead };
}
