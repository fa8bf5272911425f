// What is being typed in each chat: kept here after 250 ms, on the server after 2 s, never lost.
import { put } from '../api/client';
import type { Id } from '../api/types';
import { type Draft, openDb } from '../core/db';
import { session } from './session.svelte';
import { listen, sync } from './sync.svelte';

let drafts = $state.raw<ReadonlyMap<Id, Draft>>(new Map());
const local = new Map<Id, ReturnType<typeof setTimeout>>();
const remote = new Map<Id, ReturnType<typeof setTimeout>>();

/** Reads what an earlier page left, and follows the drafts of my other devices. */
export async function startDrafts(): Promise<() => void> {
	const stop = listen({
		draft(id, text, hidden) {
			// while I type here this device knows better
			if (local.has(id) || remote.has(id) || drafts.get(id)?.text === text) return;
			if (!text && !drafts.has(id)) return;
			set({ thread_id: id, text, hidden, reply: drafts.get(id)?.reply ?? null, at: Date.now() });
		},
	});
	try {
		const kept = await (await openDb(session.myId)).getAll('drafts');
		drafts = new Map([...kept.map((one): [Id, Draft] => [one.thread_id, one]), ...drafts]);
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
export function keepDraft(draft: Omit<Draft, 'at'>): void {
	const id = draft.thread_id;
	const one = { ...draft, at: Date.now() };
	set(one);
	clearTimeout(local.get(id));
	local.set(
		id,
		setTimeout(() => {
			local.delete(id);
			void openDb(session.myId)
				.then(async (db) => void (one.text || one.reply ? await db.put('drafts', one) : await db.delete('drafts', id)))
				.catch(() => {});
		}, 250),
	);
	clearTimeout(remote.get(id));
	remote.set(
		id,
		setTimeout(() => {
			remote.delete(id);
			void put(`/threads/${id}/draft`, { text: one.text, hidden: one.hidden }).catch(() => {});
		}, 2000),
	);
}
