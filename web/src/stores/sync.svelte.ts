// The client's copy of chats, client chats, windows of messages, notices: filled by REST pages, kept fresh by the socket.
import { ApiError, del, get, patch, post, put } from '../api/client';
import type {
	ChannelBrief, Chat, ClientChat, ClientChatDetail, Id, InboxCounts, InboxGroup, InboxPage, Later, Message, MessagePage, Notice, Notify, PresenceState, Queue, Reminder, ServerFrame, Template,
} from '../api/types';
import { keepWindow, type Lists, openDb } from '../core/db';
import { Owed } from '../core/owed';
import { type Effects, emptyState, mergePage, reduce, type State } from '../core/reducer';
import { Line, type LineState } from '../core/socket';
import { inPanel } from '../core/surface';
import { waits } from '../core/waits';
import { session } from './session.svelte';

const PAGE = 60;
const OPEN_WINDOWS = 8;
const TYPING_LASTS = 6000;

let state: State = emptyState;
let chats = $state.raw(emptyState.chats);
let clients = $state.raw(emptyState.clients);
let windows = $state.raw(emptyState.windows);
let positions = $state.raw(emptyState.positions);
let notices = $state.raw(emptyState.notices);
let health = $state.raw(emptyState.health);
let contacts = $state.raw(emptyState.contacts);
let saved = $state.raw(emptyState.saved);
let counts = $state.raw<InboxCounts | null>(null);
let groups = $state.raw<ReadonlyMap<string, { next: string | null; loaded: boolean; failed: boolean }>>(new Map());
let channels = $state.raw<readonly ChannelBrief[]>([]);
let templates = $state.raw<readonly Template[]>([]);
let queues = $state.raw<readonly Queue[]>([]);
let line = $state.raw<{ state: LineState; nextTry: number | null; everOpen: boolean }>({ state: 'connecting', nextTry: null, everOpen: false });
let loaded = $state(false);
/** What is on the screen was read before: the server has not been reached since this page began. */
let stale = false;
let failed = $state.raw<unknown>(null);
let typing = $state.raw<ReadonlyMap<Id, readonly { who: string; person: Id | null; name: string; hidden: boolean; until: number }[]>>(new Map());
let viewing = $state.raw<ReadonlyMap<Id, Extract<ServerFrame, { type: 'viewing' }>>>(new Map());
let openId: Id | null = null;
let drafting: Id | null = null;
let recent: Id[] = [];
let locals = 0;
let socket: Line | null = null;
let queue: ServerFrame[] = [];
let scheduled = false;

export interface SyncListener {
	arrived?(messages: readonly Message[]): void;
	notify?(what: Notify): void;
	switched?(): void; // how I want to be told was changed on some device
	online?(): void;
	lists?(): void; // the lists are what the server has now
	draft?(id: Id, text: string, hidden: boolean): void;
	later?(id: Id, later: Later | null): void;
	/** Everything that came, for screens with a copy of their own. */
	frames?(frames: readonly ServerFrame[]): void;
	reminder?(message: Id, now: Reminder | null): void;
}
const listeners = new Set<SyncListener>();
export function listen(one: SyncListener): () => void {
	listeners.add(one);
	return () => listeners.delete(one);
}

export const sync = {
	get chats() { return chats; },
	get clients() { return clients; },
	get windows() { return windows; },
	get positions() { return positions; },
	get notices() { return notices; },
	get contacts() { return contacts; },
	get saved() { return saved; },
	get counts() { return counts; },
	get groups() { return groups; },
	get templates() { return templates; },
	get queues() { return queues; },
	get line() { return line; },
	get loaded() { return loaded; },
	get failed() { return failed; },
	get latency() { return socket?.latency ?? null; },
	get cursor() { return state.cursor; },
	get openId() { return openId; },
	/** Channels with their health as last told. */
	get channels(): readonly ChannelBrief[] {
		return channels.map((one) => (health.has(one.id) ? { ...one, health: health.get(one.id)! } : one));
	},
	channel(id: Id): ChannelBrief | undefined {
		return this.channels.find((one) => one.id === id);
	},
	typingIn(id: Id) { return typing.get(id) ?? []; },
	/** Colleagues who have the thread in front, and those of them who have begun an answer. */
	viewersOf(id: Id) { return viewing.get(id); },
};

function commit(next: State): void {
	const before = state;
	state = next;
	if (next.chats !== before.chats) chats = next.chats;
	if (next.clients !== before.clients) clients = next.clients;
	if (next.windows !== before.windows) windows = next.windows;
	if (next.positions !== before.positions) positions = next.positions;
	if (next.notices !== before.notices) notices = next.notices;
	if (next.health !== before.health) health = next.health;
	if (next.contacts !== before.contacts) contacts = next.contacts;
	if (next.saved !== before.saved) saved = next.saved;
}

// ---------------------------------------------------------------- what is asked of the server
/** What must be done until it is; what the server has refused is done. */
const owed = new Owed({ final: (error) => error instanceof ApiError && !error.temporary && error.problem.status !== 401, wait: waits });
/** For screens: what the line broke off is asked until the server has answered. */
export const keepAsking = (name: string, task: () => Promise<unknown>): void => owed.add(name, task);
let asking = 0;
let since: ServerFrame[] = [];
/** Puts an answer into the state, and what came while it was on its way over it again: it may be newer. */
async function ask<T>(asked: Promise<T>, take: (answer: T) => void): Promise<T> {
	const from = since.length;
	asking += 1;
	try {
		const answer = await asked;
		take(answer);
		const { cursor, seen } = state;
		const { state: next, effects } = reduce({ ...state, seen: new Set() }, since.slice(from), session.myId);
		commit({ ...next, cursor, seen });
		for (const id of effects.holes) owed.add(`hole ${id}`, () => catchUp(id));
		return answer;
	} finally {
		asking -= 1;
		if (!asking) since = [];
	}
}

// ---------------------------------------------------------------- frames
function take(frame: ServerFrame): void {
	queue.push(frame);
	if (scheduled) return;
	scheduled = true;
	if (document.visibilityState === 'visible') requestAnimationFrame(flush);
	else setTimeout(flush, 250);
}

function flush(): void {
	scheduled = false;
	const frames = queue;
	queue = [];
	if (asking) since.push(...frames);
	const { state: next, effects } = reduce(state, frames, session.myId);
	commit(next);
	const presence: [Id, PresenceState, number | null][] = [];
	for (const frame of frames) {
		if (frame.type === 'presence') presence.push([frame.person_id, frame.state, frame.last_seen]);
		else if (frame.type === 'welcome') {
			for (const [id, one] of Object.entries(frame.presence)) presence.push([id, one, session.lastSeen(id)]);
			welcomed();
		} else if (frame.type === 'typing') noteTyping(frame);
		else if (frame.type === 'viewing') viewing = new Map(viewing).set(frame.thread_id, frame);
		else if (frame.type === 'signed_out') location.assign(inPanel() ? '/panel' : '/sign-in');
		else if (frame.type === 'notify') for (const one of listeners) one.notify?.(frame);
		else if (frame.type === 'reminder.changed') for (const one of listeners) one.reminder?.(frame.reminder.message_id, frame.reminder.handled ? null : frame.reminder);
		else if (frame.type === 'reminder.gone') for (const one of listeners) one.reminder?.(frame.message_id, null);
		else if (frame.type === 'chat.mine') for (const one of listeners) one.draft?.(frame.id, frame.draft, frame.draft_hidden);
	}
	if (presence.length) session.setPresence(presence);
	for (const one of listeners) one.frames?.(frames);
	const outside = session.guest;
	for (const one of effects.persons) session.replacePerson(one);
	// taken into the company: what was shut is open, and is fetched
	if (outside !== session.guest) owed.add('me', () => session.reloadMe().then(() => owed.add('all', loadAll)));
	follow(effects);
}

function noteTyping(frame: Extract<ServerFrame, { type: 'typing' }>): void {
	if (frame.person_id === session.myId) return;
	const who = frame.person_id ?? 'client';
	const until = Date.now() + TYPING_LASTS;
	const others = (typing.get(frame.thread_id) ?? []).filter((one) => one.who !== who);
	typing = new Map(typing).set(frame.thread_id, [...others, { who, person: frame.person_id, name: frame.name, hidden: frame.hidden, until }]);
	setTimeout(() => {
		const left = (typing.get(frame.thread_id) ?? []).filter((one) => one.until > Date.now());
		typing = new Map(typing).set(frame.thread_id, left);
	}, TYPING_LASTS + 50);
}

function follow(effects: Effects): void {
	const acks = new Map<Id, number>();
	for (const message of effects.arrived) {
		const who = message.author.id ?? 'client';
		const typists = typing.get(message.thread_id);
		if (typists?.length) typing = new Map(typing).set(message.thread_id, typists.filter((one) => one.who !== who && !(message.author.kind === 'contact' && one.who === 'client')));
		if (message.author.id !== session.myId) acks.set(message.thread_id, Math.max(acks.get(message.thread_id) ?? 0, message.seq));
	}
	for (const [thread_id, seq] of acks) socket?.send({ type: 'ack', thread_id, seq });
	for (const one of listeners) {
		if (effects.arrived.length) one.arrived?.(effects.arrived);
	}
	for (const [id, later] of effects.laters) for (const one of listeners) one.later?.(id, later);
	// what was put away and is back stands somewhere in the window: read it anew
	for (const id of effects.back) if (state.windows.has(id)) owed.add(`again ${id}`, () => readAgain(id));
	for (const id of effects.holes) owed.add(`hole ${id}`, () => catchUp(id));
	for (const id of effects.strangers) void loadClient(id);
	for (const id of effects.unknownChats) owed.add(`chat ${id}`, () => loadChat(id));
	for (const id of effects.changedClients) if (id === openId && !effects.strangers.has(id)) void loadClient(id);
	if (openId && effects.arrived.some((one) => one.thread_id === openId)) keepWindowSoon(openId);
	keepListsSoon();
	if (effects.people || effects.settings.has('friends')) owed.add('people', () => session.loadPeople());
	if (effects.counts) countSoon();
	if (effects.settings.has('templates')) owed.add('templates', loadTemplates);
	if (effects.settings.has('queues')) owed.add('queues', loadQueues);
	if (effects.settings.has('channels')) owed.add('channels', loadChannels);
	if (effects.settings.has('notices')) for (const one of listeners) one.switched?.();
	if (effects.settings.has('me') || effects.settings.has('workspace')) owed.add('me', () => session.reloadMe());
	if (effects.reload) owed.add('all', loadAll);
}

// ---------------------------------------------------------------- start
function welcomed(): void {
	owed.wake();
	if (!loaded || stale) owed.add('all', loadAll);
	for (const one of listeners) one.online?.();
	tellView();
}
/** A page out of sight looks at nothing; its words stay what they are. */
function tellView(): void {
	socket?.send({ type: 'viewing', thread_id: document.visibilityState === 'visible' ? openId : null, drafting: drafting !== null && drafting === openId });
}
/** There is an answer in the field of a client's thread, or none any more: that much is told to colleagues who look at it (U-18). */
export function setDrafting(id: Id | null): void {
	if (id === drafting) return;
	drafting = id;
	tellView();
}

export function startSync(): () => void {
	const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/socket`;
	socket = new Line({
		address,
		kind: inPanel() ? 'panel' : 'web',
		version: __VERSION__,
		cursor: () => state.cursor,
		frame: take,
		state(to, nextTry) {
			line = { state: to, nextTry, everOpen: line.everOpen || to === 'open' };
			// a proxy that lets no sockets through must not keep the person from reading
			if (to === 'waiting' && !loaded) owed.add('all', loadAll);
		},
	});
	socket.start();
	const renew = () => socket?.renew();
	const seen = () => {
		tellView();
		if (document.visibilityState === 'visible') socket?.check();
	};
	addEventListener('online', renew);
	document.addEventListener('visibilitychange', seen);
	addEventListener('focus', seen);
	return () => {
		socket?.stop();
		removeEventListener('online', renew);
		document.removeEventListener('visibilitychange', seen);
		removeEventListener('focus', seen);
	};
}
export function reconnect(): void {
	socket?.hurry();
}
export function say(frame: Parameters<Line['send']>[0]): void {
	socket?.send(frame);
}

interface NoticePage {
	items: Notice[];
	open: number;
	next: Id | null;
}
/** All that the lists show, anew. Of client chats only what is asked for again is still known to be as it was. */
async function loadAll(): Promise<void> {
	const again = loaded;
	const shown = [...groups.keys()].map((key): [string, ...string[]] => [key, ...key.split('?')]);
	const own = openId && state.clients.has(openId) ? openId : null;
	const lists = Promise.all([
		get<Chat[]>('/chats'),
		get<NoticePage>('/notices'),
		Promise.all(again ? shown.map(([, group, q]) => get<InboxPage>('/inbox', { group, q: q || null })) : []),
		again && own ? get<ClientChatDetail>(`/client-chats/${own}`).catch(gone) : null,
		session.loadPeople(),
		// a guest has nothing to do with clients
		...(session.guest ? [] : [count(), ...[loadChannels(), loadTemplates(), loadQueues()].map((one) => one.catch(() => {}))]),
	]);
	try {
		await ask(lists, ([list, open, pages, detail]) => {
			const asked = pages.flatMap((page) => page.items);
			const clients = again ? new Map([...asked, ...(detail ? [detail.chat] : [])].map((one) => [one.id, one])) : state.clients;
			const kept = openId && state.windows.get(openId);
			const windows = again ? new Map(kept ? [[openId!, kept]] : []) : state.windows;
			commit({ ...state, clients, windows, chats: new Map(list.map((one) => [one.id, one])), notices: new Map(open.items.map((one) => [one.id, one])) });
			for (const [at, page] of pages.entries()) showGroup(shown[at]![0], page, false);
			for (const one of list) if (one.unread) socket?.send({ type: 'ack', thread_id: one.id, seq: one.last_seq });
			const rest = { ...open };
			owed.add('notices', () => moreNotices(rest)); // the badge counts those that are here
		});
		loaded = true;
		stale = false;
		failed = null;
		keepListsSoon();
		for (const one of listeners) one.lists?.();
		const open = openId;
		if (again && open) owed.add('open', () => (openId === open ? openThread(open, { fresh: true, patient: false }) : Promise.resolve()));
	} catch (error) {
		if (!loaded && !(await takeKeptLists())) failed = error;
		throw error;
	}
}
const gone = (error: unknown) => {
	if (error instanceof ApiError && !error.temporary) return null;
	throw error;
};
/** Open notices may stand below many that are done: as many as a badge can say. */
const COUNTED = 100;
/** Goes on behind the page it is given, and from where it broke off when it is done again. */
async function moreNotices(rest: NoticePage): Promise<void> {
	while (rest.next && rest.items.filter((one) => !one.done).length < Math.min(rest.open, COUNTED)) {
		const { items, next } = await get<NoticePage>('/notices', { next: rest.next });
		commit({ ...state, notices: new Map([...items.map((one) => [one.id, one] as const), ...state.notices]) });
		rest.items = [...rest.items, ...items];
		rest.next = next;
	}
}
export const retryLoad = () => loadAll().catch(() => {});

// ---------------------------------------------------------------- what is read without the server
const KEEP_AFTER = 3000;
const KEPT_CLIENTS = 300;
let keeping: ReturnType<typeof setTimeout> | undefined;
function keepListsSoon(): void {
	keeping ??= setTimeout(() => {
		keeping = undefined;
		if (loaded && !stale) void keepLists().catch(() => {}); // no storage: nothing to read without the server
	}, KEEP_AFTER);
}
async function keepLists(): Promise<void> {
	const newest = [...state.clients.values()].sort((a, b) => b.updated_at - a.updated_at).slice(0, KEPT_CLIENTS);
	const theirs = new Set(newest.map((one) => one.contact.id));
	const lists: Lists = {
		at: Date.now(),
		chats: [...state.chats.values()],
		clients: newest,
		contacts: [...state.contacts.values()].filter((one) => theirs.has(one.id)),
		people: [...session.people.values()],
		departments: session.departments,
		channels,
		templates,
		counts,
	};
	await (await openDb(session.myId)).put('lists', lists, 'last');
}
async function takeKeptLists(): Promise<boolean> {
	try {
		const kept = await (await openDb(session.myId)).get('lists', 'last');
		if (!kept || loaded) return loaded;
		({ channels, templates, counts } = kept);
		// who is here now is not known
		session.setPeople(kept.people.map((one) => ({ ...one, presence: 'offline' })), kept.departments);
		const byId = <T extends { id: Id }>(list: T[]) => new Map(list.map((one) => [one.id, one]));
		commit({ ...state, chats: byId(kept.chats), clients: byId(kept.clients), contacts: byId(kept.contacts) });
		loaded = stale = true;
		return true;
	} catch {
		return false;
	}
}
function keepWindowSoon(id: Id): void {
	clearTimeout(windowKeeping);
	windowKeeping = setTimeout(() => keepWindowNow(id), KEEP_AFTER / 2);
}
let windowKeeping: ReturnType<typeof setTimeout> | undefined;
function keepWindowNow(id: Id): void {
	const window = state.windows.get(id);
	if (window && !window.hasNewer) void openDb(session.myId).then((db) => keepWindow(db, id, window)).catch(() => {});
}

export async function loadChannels(): Promise<void> {
	channels = await get<ChannelBrief[]>('/channels/brief');
}
export async function loadTemplates(): Promise<void> {
	templates = await get<Template[]>('/templates');
}
async function loadQueues(): Promise<void> {
	queues = await get<Queue[]>('/queues');
}
/** For who needs their names; they are not fetched before. */
export function knowQueues(): void {
	if (!queues.length) owed.add('queues', loadQueues);
}

// ---------------------------------------------------------------- team chats
async function loadChat(id: Id): Promise<void> {
	await ask(get<Chat>(`/chats/${id}`), putChat);
}
export function putChat(chat: Chat): void {
	commit({ ...state, chats: new Map(state.chats).set(chat.id, chat) });
}
export interface ChatChange {
	title?: string;
	add?: Id[];
	remove?: Id[];
	admin_ids?: Id[];
	owner_id?: Id;
	who_adds?: Chat['who_adds'];
	muted?: boolean;
	pinned?: boolean;
	archived?: boolean;
	following?: boolean;
}
export async function changeChat(id: Id, change: ChatChange): Promise<void> {
	const before = state.chats.get(id);
	const { muted = before?.muted, pinned = before?.pinned, archived = before?.archived } = change;
	if (before && (muted !== before.muted || pinned !== before.pinned || archived !== before.archived)) putChat({ ...before, muted: muted!, pinned: pinned!, archived: archived! });
	try {
		putChat(await patch<Chat>(`/chats/${id}`, change));
	} catch (error) {
		if (before) putChat(before);
		throw error;
	}
}
/** The chat of two; with oneself that is one's notes, which no other reads. */
export async function directWith(person: Id): Promise<Id> {
	// Everybody is a member of each of their own chats: by that alone notes would go to somebody.
	const kind = person === session.myId ? 'self' : 'direct';
	for (const chat of state.chats.values()) if (chat.kind === kind && chat.member_ids.includes(person)) return chat.id;
	const made = await post<Chat>('/chats', { kind: 'direct', person_id: person });
	putChat(made);
	return made.id;
}
export async function makeGroup(title: string, member_ids: Id[]): Promise<Id> {
	const made = await post<Chat>('/chats', { kind: 'group', title, member_ids });
	putChat(made);
	return made.id;
}
export async function leaveChat(id: Id): Promise<void> {
	await post(`/chats/${id}/leave`);
	const next = new Map(state.chats);
	next.delete(id);
	commit({ ...state, chats: next });
}

// ---------------------------------------------------------------- client chats
let counting: ReturnType<typeof setTimeout> | undefined;
function countSoon(): void {
	counting ??= setTimeout(() => {
		counting = undefined;
		void count();
	}, 200);
}
async function count(): Promise<void> {
	counts = await get<InboxCounts>('/inbox/counts').catch(() => counts);
}
/** Takes in a page of clients, however it was asked for. */
export const askClients = (asked: Promise<InboxPage>, then?: (page: InboxPage) => void): Promise<InboxPage> =>
	ask(asked, (page) => {
		commit({ ...state, clients: new Map([...state.clients, ...page.items.map((one) => [one.id, one] as const)]) });
		then?.(page);
	});
export async function loadGroup(group: InboxGroup, q = '', more = false): Promise<void> {
	const key = q ? `${group}?${q}` : group;
	const before = groups.get(key);
	if (more && !before?.next) return;
	try {
		await askClients(get<InboxPage>('/inbox', { group, next: more ? before!.next : null, q: q || null }), (page) => showGroup(key, page, more));
		keepListsSoon();
	} catch {
		groups = new Map(groups).set(key, { next: before?.next ?? null, loaded: before?.loaded ?? false, failed: true });
	}
}
function showGroup(key: string, page: InboxPage, more: boolean): void {
	if (key.includes('?')) found = new Map(found).set(key, [...(more ? (found.get(key) ?? []) : []), ...page.items.map((one) => one.id)]);
	groups = new Map(groups).set(key, { next: page.next, loaded: true, failed: false });
}
let found = $state.raw<ReadonlyMap<string, readonly Id[]>>(new Map());
export function foundIn(group: InboxGroup, q: string): ClientChat[] {
	return (found.get(`${group}?${q}`) ?? []).map((id) => clients.get(id)).filter((one) => one !== undefined);
}
const belongs: Record<InboxGroup, (chat: ClientChat, me: Id) => boolean> = {
	my: (chat, me) => chat.state === 'work' && chat.assignee_id === me && !chat.snoozed,
	watched: (chat, me) => chat.state !== 'closed' && chat.observer_ids.includes(me) && !chat.snoozed,
	queue: (chat) => chat.state === 'queue' && !chat.snoozed,
	waiting: (chat) => chat.state !== 'closed' && chat.waiting_since !== null && !chat.snoozed,
	snoozed: (chat) => chat.state !== 'closed' && Boolean(chat.snoozed),
	all: (chat) => chat.state !== 'closed',
	closed: (chat) => chat.state === 'closed',
};
/** The chats of a group, in the order of its list. */
export function inGroup(group: InboxGroup): ClientChat[] {
	const list = [...clients.values()].filter((one) => belongs[group]?.(one, session.myId));
	if (group === 'queue' || group === 'waiting') return list.sort((a, b) => (a.waiting_since ?? a.updated_at) - (b.waiting_since ?? b.updated_at));
	return list.sort((a, b) => b.updated_at - a.updated_at);
}
const loadingClients = new Map<Id, Promise<ClientChatDetail | null>>();
/** Asked for twice at once, it is fetched once. */
export function loadClient(id: Id): Promise<ClientChatDetail | null> {
	const before = loadingClients.get(id);
	if (before) return before;
	const asked = fetchClient(id)
		.catch((error: unknown) => {
			// a list it should stand in is not to be without it for good
			if (error instanceof ApiError && error.temporary) owed.add(`client ${id}`, () => fetchClient(id));
			return null;
		})
		.finally(() => loadingClients.delete(id));
	loadingClients.set(id, asked);
	return asked;
}
const fetchClient = (id: Id): Promise<ClientChatDetail> =>
	ask(get<ClientChatDetail>(`/client-chats/${id}`), (detail) => commit({ ...state, clients: new Map(state.clients).set(id, detail.chat), contacts: new Map(state.contacts).set(detail.contact.id, detail.contact) }));
export function putClient(chat: ClientChat): void {
	commit({ ...state, clients: new Map(state.clients).set(chat.id, chat) });
	countSoon();
}
export function dropClient(id: Id): void {
	const next = new Map(state.clients);
	next.delete(id);
	commit({ ...state, clients: next });
	countSoon();
}

// ---------------------------------------------------------------- messages
/** Brings a thread's window into memory. Resolves when there is something to draw; null: the thread is gone. */
export async function openThread(id: Id, { around, fresh = false, patient = true, end = false }: { around?: number; fresh?: boolean; patient?: boolean; end?: boolean } = {}): Promise<boolean> {
	openId = id;
	tellView();
	recent = [id, ...recent.filter((one) => one !== id)];
	const have = state.windows.get(id);
	if (have && !fresh && (around === undefined || have.messages.some((one) => one.seq === around))) {
		if (around === undefined && have.hasNewer) return openThread(id, { fresh: true });
		evict();
		return true;
	}
	const chat = state.chats.get(id) ?? state.clients.get(id);
	// a chat with much unread opens where I had stopped, unless I asked for its end
	const from = around ?? (!end && chat && chat.unread > PAGE ? chat.read_seq + 1 : undefined);
	const asked = ask(get<MessagePage>(`/threads/${id}/messages`, { around: from, limit: PAGE }), (page) => putPage(id, page, 'around'));
	const kept = have || fresh ? undefined : await Promise.race([asked.then(() => undefined, () => cached(id)), new Promise((done) => setTimeout(done, 150)).then(() => cached(id))]);
	if (kept && !state.windows.has(id)) {
		commit({ ...state, windows: new Map(state.windows).set(id, { ...kept, hasNewer: true, kept: true }) });
	}
	try {
		await asked;
		evict();
		keepWindowSoon(id);
		return true;
	} catch (error) {
		// what is not mine to see any more is not shown from this device's memory either
		if (error instanceof ApiError && error.problem.status === 404) {
			const windows = new Map(state.windows);
			windows.delete(id);
			commit({ ...state, windows });
			void openDb(session.myId).then((db) => db.delete('windows', id)).catch(() => {});
		} else if (patient && state.windows.has(id)) return true;
		throw error;
	}
}
async function cached(id: Id) {
	try {
		return (await (await openDb(session.myId)).get('windows', id))?.window;
	} catch {
		return undefined;
	}
}
export function closeThread(id: Id): void {
	if (openId !== id) return;
	openId = null;
	tellView();
	keepWindowNow(id);
}
function putPage(id: Id, page: MessagePage, where: 'around' | 'older' | 'newer'): void {
	const window = mergePage(state.windows.get(id), page, where);
	const thread = new Map(state.positions.get(id));
	for (const one of page.positions) thread.set(one.person_id, one);
	const kept = page.saved.length ? new Set([...state.saved, ...page.saved]) : state.saved;
	commit({ ...state, windows: new Map(state.windows).set(id, window), positions: new Map(state.positions).set(id, thread), saved: kept });
}
function evict(): void {
	if (recent.length <= OPEN_WINDOWS) return;
	const next = new Map(state.windows);
	for (const id of recent.slice(OPEN_WINDOWS)) next.delete(id);
	recent = recent.slice(0, OPEN_WINDOWS);
	commit({ ...state, windows: next });
}
const paging = new Set<string>();
async function page(id: Id, where: 'older' | 'newer'): Promise<void> {
	const window = state.windows.get(id);
	const edge = where === 'older' ? window?.messages[0] : window?.messages.at(-1);
	const key = id + where;
	if (!window || !edge || paging.has(key) || !(where === 'older' ? window.hasOlder : window.hasNewer)) return;
	paging.add(key);
	try {
		await ask(get<MessagePage>(`/threads/${id}/messages`, { [where === 'older' ? 'before' : 'after']: edge.seq, limit: PAGE }), (page) => putPage(id, page, where));
	} finally {
		paging.delete(key);
	}
}
// what fails is asked for by the next scroll
export const loadOlder = (id: Id) => page(id, 'older').catch(() => {});
export const loadNewer = (id: Id) => page(id, 'newer').catch(() => {});
async function readAgain(id: Id): Promise<void> {
	const messages = state.windows.get(id)?.messages ?? [];
	const middle = messages[messages.length >> 1]?.seq;
	await ask(get<MessagePage>(`/threads/${id}/messages`, { around: middle, limit: 200 }), (page) => putPage(id, page, 'around'));
}
async function catchUp(id: Id): Promise<void> {
	await page(id, 'newer');
	const window = state.windows.get(id);
	if (!window?.messages.length && window?.hasNewer) await ask(get<MessagePage>(`/threads/${id}/messages`, { limit: PAGE }), (page) => putPage(id, page, 'around'));
}
/** Puts an answer of the server to my own act into the window at once, before its frame comes. */
export async function applyMessage(message: Message, as: 'added' | 'changed'): Promise<void> {
	const { cursor } = state;
	locals += 1;
	const { state: next, effects } = reduce(state, [{ type: `message.${as}`, cursor: `local-${locals}`, message }], session.myId);
	if (!effects.holes.size) return commit({ ...next, cursor });
	// others wrote in between and their frames are still on the way: fetch the stretch instead of showing a hole
	commit({ ...next, cursor, windows: state.windows });
	const id = message.thread_id;
	const last = state.windows.get(id)?.messages.at(-1);
	try {
		await ask(get<MessagePage>(`/threads/${id}/messages`, { after: last?.seq ?? 0, limit: PAGE }), (page) => putPage(id, page, 'newer'));
	} catch {
		// the frames will bring it
	}
}
const reading = new Map<Id, { seq: number; timer: ReturnType<typeof setTimeout> }>();
/** I have seen the thread up to a message: at once here, within half a second on the server. */
export function markRead(id: Id, message: Message): void {
	const advance = <C extends Chat | ClientChat>(chat: C): C => ({ ...chat, read_seq: message.seq, read_ordinal: message.ordinal, unread: Math.max(0, chat.last_ordinal - message.ordinal), mentions: message.seq >= chat.last_seq ? 0 : chat.mentions });
	const team = state.chats.get(id);
	const client = state.clients.get(id);
	if (message.seq <= ((team ?? client)?.read_seq ?? Infinity)) return;
	if (team) putChat(advance(team));
	if (client) putClient(advance(client));
	const before = reading.get(id);
	if (before) {
		before.seq = message.seq;
		return;
	}
	const one = {
		seq: message.seq,
		timer: setTimeout(() => {
			reading.delete(id);
			// read without a network is read: it is said when the line is back
			owed.add(`read ${id}`, () => post(`/threads/${id}/read`, { seq: one.seq }));
		}, 400),
	};
	reading.set(id, one);
}
export async function markUnreadFrom(message: Message): Promise<void> {
	const id = message.thread_id;
	const back = <C extends Chat | ClientChat>(chat: C): C => ({ ...chat, read_seq: message.seq - 1, read_ordinal: message.ordinal - 1, unread: chat.last_ordinal - message.ordinal + 1 });
	const team = state.chats.get(id);
	const client = state.clients.get(id);
	if (team) putChat(back(team));
	if (client) putClient(back(client));
	await post(`/threads/${id}/read`, { seq: message.seq, back: true });
}
export async function editMessage(message: Message, text: string): Promise<void> {
	await applyMessage(await patch<Message>(`/messages/${message.id}`, { text }), 'changed');
}
export async function deleteMessage(message: Message): Promise<void> {
	await applyMessage(await del<Message>(`/messages/${message.id}`), 'changed');
}
/** Takes a deletion of mine back. */
export async function restoreMessage(message: Message): Promise<void> {
	await applyMessage(await post<Message>(`/messages/${message.id}/restore`), 'changed');
}
/** Puts a message away for me, or brings it back; the frame does the rest on all my devices. */
export async function hideMessage(message: Message, on: boolean): Promise<void> {
	await (on ? put(`/messages/${message.id}/hidden`) : del(`/messages/${message.id}/hidden`));
}
export async function saveMessage(message: Message, on: boolean): Promise<void> {
	await (on ? put(`/messages/${message.id}/saved`) : del(`/messages/${message.id}/saved`));
}
export async function react(message: Message, emoji: string): Promise<void> {
	const mine = message.reactions.some((one) => one.emoji === emoji && one.people.includes(session.myId));
	const path = `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`;
	await applyMessage(await (mine ? del<Message>(path) : put<Message>(path)), 'changed');
}
export async function pin(message: Message): Promise<void> {
	const path = `/messages/${message.id}/pin`;
	await applyMessage(await (message.pinned ? del<Message>(path) : put<Message>(path)), 'changed');
}
export async function retryDelivery(message: Message, parts?: number[]): Promise<void> {
	await applyMessage(await post<Message>(`/messages/${message.id}/retry`, parts ? { parts } : {}), 'changed');
}
export async function cancelDelivery(message: Message): Promise<void> {
	await applyMessage(await post<Message>(`/messages/${message.id}/cancel`), 'changed');
}

// ---------------------------------------------------------------- notices
export async function setDone(notice: Notice, done: boolean): Promise<void> {
	commit({ ...state, notices: new Map(state.notices).set(notice.id, { ...notice, done }) });
	try {
		await post(`/notices/${notice.id}/done`, { done });
	} catch (error) {
		if (state.notices.get(notice.id)?.done === done) commit({ ...state, notices: new Map(state.notices).set(notice.id, notice) });
		throw error;
	}
}
export async function allDone(): Promise<void> {
	const open = [...state.notices.values()].filter((one) => !one.done);
	const put = (done: boolean) => commit({ ...state, notices: new Map([...state.notices, ...open.map((one) => [one.id, { ...one, done }] as const)]) });
	put(true);
	try {
		await post('/notices/done-all');
	} catch (error) {
		put(false);
		throw error;
	}
}
