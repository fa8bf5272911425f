// What is being typed in each chat: kept here after 250 ms, on the server after 2 s, never lost.
import { put } from '../api/client';
import type { FileRef, Id } from '../api/types';
import { type Draft, openDb } from '../core/db';
import { session } from './session.svelte';
import { listen, sync } from './sync.svelte';

let drafts = $state.raw<ReadonlyMap<Id, Draft>>(new Map());
const local = new Map<Id, ReturnType<typeof setTimeout>>();
const remote = new Map<Id, ReturnType<typeof setTimeout>>();
/** When the server last took a draft of this page: a list it had read just before may still come in with older words. */
const taken = new Map<Id, number>();
const STALE_MS = 5000;

const pending = new Map<Id, Draft>();
/** Words of the last quarter of a second when the page goes: IndexedDB may not answer any more, this always does. */
const lastWords = () => `beseda-last-words-${session.myId}`;
function leave(): void {
	if (!pending.size) return;
	try {
		localStorage.setItem(lastWords(), JSON.stringify([...pending.values()]));
	} catch {
		// a full or forbidden storage: what was typed before the last 250 ms is kept all the same
	}
}
function takeLastWords(): Draft[] {
	try {
		const kept = localStorage.getItem(lastWords());
		localStorage.removeItem(lastWords());
		return kept ? (JSON.parse(kept) as Draft[]) : [];
	} catch {
		return [];
	}
}

/** Reads what an earlier page left, and follows the drafts of my other devices. */
export async function startDrafts(): Promise<() => void> {
	for (const one of takeLastWords()) keepDraft(one);
	addEventListener('pagehide', leave);
	const unlisten = listen({
		draft(id, text, hidden) {
			// while I type here this device knows better
			if (local.has(id) || remote.has(id) || drafts.get(id)?.text === text) return;
			if (Date.now() - (taken.get(id) ?? 0) < STALE_MS) return;
			if (!text && !drafts.has(id)) return;
			set({ thread_id: id, text, hidden, reply: drafts.get(id)?.reply ?? null, at: Date.now() });
		},
	});
	const stop = () => {
		unlisten();
		removeEventListener('pagehide', leave);
	};
	try {
		const kept = await (await openDb(session.myId)).getAll('drafts');
		const fresh = kept.filter((one) => !drafts.has(one.thread_id));
		drafts = new Map([...fresh.map((one): [Id, Draft] => [one.thread_id, one]), ...drafts]);
		// What the page before this one had no time to tell: until it is told, the server's older words do not count.
		for (const one of fresh) if (!one.told) tellServer(one, 0);
	} catch {
		// no storage in this window: drafts live on the server only
	}
	return stop;
}
function set(draft: Draft): void {
	const next = new Map(drafts);
	if (draft.text || draft.reply) next.set(draft.thread_id, draft);
	else next.delete(draft.thread_id);
	drafts = next;
}
export function draftOf(id: Id): Draft | undefined {
	const mine = drafts.get(id);
	if (mine) return mine;
	const chat = sync.chats.get(id) ?? sync.clients.get(id);
	return chat?.draft ? { thread_id: id, text: chat.draft, hidden: 'draft_hidden' in chat && chat.draft_hidden, reply: null, at: 0 } : undefined;
}
type Returned = Omit<Draft, 'at'> & { files: readonly FileRef[] };
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
	const typed = drafts.get(draft.thread_id)?.text ?? '';
	putBack({ ...draft, text: typed ? `${draft.text}\n${typed}` : draft.text });
}
export function keepDraft(draft: Omit<Draft, 'at'>): void {
	const id = draft.thread_id;
	const one = { ...draft, at: Date.now() };
	set(one);
	pending.set(id, one);
	clearTimeout(local.get(id));
	local.set(
		id,
		setTimeout(() => {
			local.delete(id);
			void openDb(session.myId)
				.then(async (db) => void (one.text || one.reply ? await db.put('drafts', one) : await db.delete('drafts', id)))
				.then(() => pending.get(id) === one && pending.delete(id))
				.catch(() => {});
		}, 250),
	);
	tellServer(one, 2000);
}
function tellServer(one: Draft, after: number): void {
	const id = one.thread_id;
	clearTimeout(remote.get(id));
	const turn = setTimeout(() => {
		void put(`/threads/${id}/draft`, { text: one.text, hidden: one.hidden })
			.then(async () => {
				taken.set(id, Date.now());
				const work = (await openDb(session.myId)).transaction('drafts', 'readwrite');
				if ((await work.store.get(id))?.at === one.at) await work.store.put({ ...one, told: true });
				await work.done;
			})
			.catch(() => {})
			.finally(() => remote.get(id) === turn && remote.delete(id));
	}, after);
	remote.set(id, turn);
}
