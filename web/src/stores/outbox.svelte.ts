// The outbox as the screens see it, tied to the API, IndexedDB and the socket.
import { post } from '../api/client';
import type { Id, Message, Problem } from '../api/types';
import { openDb } from '../core/db';
import { uuid7 } from '../core/ids';
import { Outbox, type Outgoing } from '../core/outbox';
import { waits } from '../core/waits';
import { session } from './session.svelte';
import { applyMessage, listen } from './sync.svelte';
import { uploads, whenReady } from './uploads.svelte';

let entries = $state.raw<readonly Outgoing[]>([]);
type Refusal = (one: Outgoing, problem: Problem) => void;
let refusal: Refusal = () => {};
/** Who deals with a refusal the composer must answer: a lost race or another's conversation. */
export function whenRefused(act: Refusal): void {
	refusal = act;
}

/** In the order they were attached; an upload's id on this device is none the server knows. */
const filesOf = (one: Outgoing): Id[] => [...one.files, ...uploads.ofMessage(one.client_id).flatMap((file) => file.ref ?? [])].map((file) => file.id);
const box = new Outbox({
	storage: {
		all: async () => (await openDb(session.myId)).getAll('outbox'),
		put: async (one) => void (await (await openDb(session.myId)).put('outbox', one)),
		async update(one) {
			const work = (await openDb(session.myId)).transaction('outbox', 'readwrite');
			if (await work.store.get(one.client_id)) await work.store.put(one);
			await work.done;
		},
		remove: async (id) => (await openDb(session.myId)).delete('outbox', id),
	},
	ready: (one) => uploads.there(one),
	send: (one) =>
		post<Message>(one.thread_kind === 'team' ? `/chats/${one.thread_id}/messages` : `/client-chats/${one.thread_id}/messages`, {
			client_id: one.client_id,
			text: one.text,
			...(filesOf(one).length ? { files: filesOf(one) } : {}),
			...(one.reply ? { reply_to: one.reply.id } : {}),
			...(one.hidden ? { hidden: true } : {}),
			...(one.take ? { take: true } : {}),
			...(one.cards?.length ? { cards: one.cards } : {}),
			...(one.also_in_group ? { also_in_group: true } : {}),
		}),
	wait: waits,
	changed: (list) => (entries = list),
	async sent(one, message) {
		await applyMessage(message, 'added');
		uploads.settle(one.client_id, false);
	},
	refused: (one) => refusal(one, one.problem!),
});

export const outbox = {
	get entries() {
		return entries;
	},
	of(thread: Id): Outgoing[] {
		return entries.filter((one) => one.thread_id === thread);
	},
	send(one: Pick<Outgoing, 'thread_id' | 'thread_kind' | 'text'> & Partial<Outgoing>): void {
		const client_id = one.client_id ?? uuid7();
		if (one.uploads) uploads.give(one.uploads, client_id);
		void box.add({ client_id, at: Date.now(), files: [], reply: null, hidden: false, take: false, attempts: 0, state: 'waiting', problem: null, ...one });
	},
	retry: (id: Id) => void box.retry(id),
	/** Deletes it with its files. */
	remove(id: Id): Promise<Outgoing | undefined> {
		uploads.settle(id, true);
		return box.remove(id);
	},
	/** Takes it out; its files lie in the composer again. */
	takeBack(id: Id): Promise<Outgoing | undefined> {
		uploads.takeBack(id);
		return box.remove(id);
	},
	start(): () => void {
		whenReady((one) => box.poke(one.thread_id));
		const stop = uploads.start();
		void Promise.all([uploads.loaded, box.load().catch(() => {})]).then(() => {
			// what another tab has sent or deleted meanwhile left its files here
			uploads.settleAllBut(new Set(entries.map((one) => one.client_id)));
			for (const lane of new Set(entries.map((one) => one.thread_id))) box.poke(lane);
		});
		const unlisten = listen({ online: () => box.wake() });
		return () => {
			stop();
			unlisten();
		};
	},
};
