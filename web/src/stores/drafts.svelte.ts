// What is being typed in each chat: on this device at once, in its other tabs too, on the server after 2 s; never lost.
import { ApiError, get, put } from '../api/client';
import type { Chat, ClientChatDetail, FileRef, Id } from '../api/types';
import { openDb } from '../core/db';
import { type Draft, heard, join, over, owes, refused, settled, told } from '../core/drafts';
import { session } from './session.svelte';
import { listen, sync } from './sync.svelte';

let drafts = $state.raw<ReadonlyMap<Id, Draft>>(new Map());
/** Turns to tell the server. */
const remote = new Map<Id, ReturnType<typeof setTimeout>>();
/** Threads of which the server is being asked what it has: nothing is told before the answer. */
const asking = new Set<Id>();
const SOON = 2000;
/** The tab in which it is typed tells; another one only if that tab has died. */
const OTHERS = 5000;
const tabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('beseda-drafts') : null;

// ---------------------------------------------------------------- on this device
const pending = new Map<Id, Draft>();
const writing = new Set<Id>();
/** Each letter is written at once; those typed while a write runs go with the next. */
async function store(id: Id): Promise<void> {
	if (writing.has(id)) return;
	writing.add(id);
	try {
		const db = await openDb(session.myId);
		for (let one = pending.get(id); one; one = pending.get(id)) {
			const work = db.transaction('drafts', 'readwrite');
			// an emptied field is kept until the server knows: its older words must not come back
			void (one.text || one.reply || !settled(one) ? work.store.put(one) : work.store.delete(id));
			work.commit();
			await work.done;
			if (pending.get(id) === one) pending.delete(id);
			remember();
		}
	} catch {
		// no storage in this window: drafts live on the server only
	} finally {
		writing.delete(id);
	}
}
function keep(one: Draft): void {
	pending.set(one.thread_id, one);
	remember();
	void store(one.thread_id);
}
/** Words whose write still runs when the page dies: IndexedDB is some milliseconds behind a quick hand, this is not. */
const lastWords = () => `beseda-last-words-${session.myId}`;
function remember(): void {
	try {
		if (pending.size) localStorage.setItem(lastWords(), JSON.stringify([...pending.values()]));
		else localStorage.removeItem(lastWords());
	} catch {
		// a full or forbidden storage: what was written before is kept all the same
	}
}
function takeLastWords(): Draft[] {
	try {
		return (JSON.parse(localStorage.getItem(lastWords()) ?? '[]') as Draft[]).map(whole);
	} catch {
		return [];
	}
}

/** As an older build kept it, it did not say what it was typed over. */
const whole = (one: Draft): Draft => ({ ...one, base: one.base ?? '', sent: one.sent ?? [] });
/** Reads what an earlier page left, and follows the drafts of my other tabs and devices. */
export async function startDrafts(): Promise<() => void> {
	const last = takeLastWords();
	const fromTab = ({ data }: MessageEvent<{ person: Id; draft: Draft }>) => {
		if (data.person !== session.myId) return;
		drafts = new Map(drafts).set(data.draft.thread_id, data.draft);
		tell(data.draft.thread_id, OTHERS);
	};
	tabs?.addEventListener('message', fromTab);
	const unlisten = listen({ draft: hear, online: () => void catchUp(), lists: dropSettled });
	const stop = () => {
		unlisten();
		tabs?.removeEventListener('message', fromTab);
	};
	// no storage: drafts live on the server only
	const kept = await openDb(session.myId).then((db) => db.getAll('drafts'), () => []);
	const newest = new Map(kept.map((one) => [one.thread_id, whole(one)]));
	for (const one of last) if (one.at >= (newest.get(one.thread_id)?.at ?? 0)) newest.set(one.thread_id, one);
	for (const one of newest.values()) {
		const here = drafts.get(one.thread_id);
		// it may have been typed on before the storage answered
		if (here && here.at > one.at) set({ ...here, text: join(one.text, here.text), base: one.base, sent: one.sent });
		else if (last.includes(one)) set(one);
		else drafts = new Map(drafts).set(one.thread_id, one);
	}
	if (sync.line.state === 'open') void catchUp();
	return stop;
}
/** Takes a changed draft in, here and in the other tabs. */
function set(one: Draft): void {
	drafts = new Map(drafts).set(one.thread_id, one);
	keep(one);
	tabs?.postMessage({ person: session.myId, draft: one });
}

// ---------------------------------------------------------------- the server
/** The server says what it has; each tab hears it by itself. */
function hear(id: Id, text: string, hidden: boolean): void {
	const mine = drafts.get(id);
	if (!mine) return;
	const next = heard(mine, { text, hidden });
	if (next === mine) return;
	drafts = new Map(drafts).set(id, next);
	keep(next);
	if (owes(next)) tell(id, SOON);
}
/** The lists are as the server has them now: what it knows need not be remembered here. */
function dropSettled(): void {
	drafts = new Map([...drafts].filter(([id, one]) => !settled(one) || one.reply || id === sync.openId));
}
/** After an absence the server is asked first: words of another device must not be written over. */
async function catchUp(): Promise<void> {
	for (const [id, one] of drafts) if (!settled(one) || id === sync.openId) await ask(id);
}
async function ask(id: Id): Promise<void> {
	if (asking.has(id)) return;
	asking.add(id);
	try {
		const chat = sync.clients.has(id) ? (await get<ClientChatDetail>(`/client-chats/${id}`)).chat : await get<Chat>(`/chats/${id}`);
		hear(id, chat.draft, 'draft_hidden' in chat && chat.draft_hidden);
	} catch {
		// the next return of the line asks again
	} finally {
		asking.delete(id);
	}
	tell(id, 0, true);
}
/** What was told before a line broke may not have arrived: it is told `again`. */
function tell(id: Id, after: number, again = false): void {
	clearTimeout(remote.get(id));
	remote.set(
		id,
		setTimeout(() => {
			remote.delete(id);
			const { state, everOpen } = sync.line;
			const one = drafts.get(id);
			// without the line its return tells; where no sockets get through, nobody can be waited for
			if (!one || !(again ? !settled(one) : owes(one)) || asking.has(id) || (state !== 'open' && everOpen)) return;
			const base = over(one, again);
			set(told(one));
			void put(`/threads/${id}/draft`, { text: one.text, hidden: one.hidden, base }).then(
				() => {
					if (sync.line.state !== 'open') hear(id, one.text, one.hidden);
				},
				(error) => {
					const mine = drafts.get(id);
					if (mine && error instanceof ApiError && error.problem.code === 'messages.draft_differs') {
						// another device was quicker: its words come over the line, or are asked for, and go with mine
						set(refused(mine, one.text));
						if (sync.line.state !== 'open' || mine.base === base) return void setTimeout(() => void ask(id), sync.line.state === 'open' ? SOON : 0);
						return tell(id, 0);
					}
					// whether it got there is not known: what the server has tells
					if (sync.line.state === 'open') setTimeout(() => void ask(id), OTHERS);
				},
			);
		}, after),
	);
}

// ---------------------------------------------------------------- for the screens
type Words = Pick<Draft, 'thread_id' | 'text' | 'hidden' | 'reply'>;
export function draftOf(id: Id): Words | undefined {
	const mine = drafts.get(id);
	if (mine) return mine.text || mine.reply ? mine : undefined;
	const chat = sync.chats.get(id) ?? sync.clients.get(id);
	return chat?.draft ? { thread_id: id, text: chat.draft, hidden: 'draft_hidden' in chat && chat.draft_hidden, reply: null } : undefined;
}
type Returned = Words & { files: readonly FileRef[] };
let returned = $state.raw<Returned | null>(null);
/** What was put into a thread's field from outside; its composer, if it is open, takes it in. */
export function lastReturned(): Returned | null {
	return returned;
}
export function putBack(back: Returned): void {
	returned = back;
	keepDraft({ thread_id: back.thread_id, text: back.text, hidden: back.hidden, reply: back.reply });
}
/** A message that was not accepted is in the field again, above what was typed since. */
export function giveBack(draft: Returned): void {
	const typed = draftOf(draft.thread_id)?.text ?? '';
	putBack({ ...draft, text: typed ? `${draft.text}\n${typed}` : draft.text });
}
export function keepDraft({ thread_id: id, text, hidden, reply }: Words): void {
	const before = drafts.get(id);
	const chat = sync.chats.get(id) ?? sync.clients.get(id);
	set({ thread_id: id, text, hidden, reply, at: Date.now(), base: before?.base ?? chat?.draft ?? '', sent: before?.sent ?? [] });
	tell(id, SOON);
}
