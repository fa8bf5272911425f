// The outbox as the screens see it, tied to the API, IndexedDB and the socket.
import { post } from '../api/client';
import type { Id, Message, Problem } from '../api/types';
import { openDb } from '../core/db';
import { uuid7 } from '../core/ids';
import { Outbox, type Outgoing } from '../core/outbox';
import { session } from './session.svelte';
import { applyMessage, listen } from './sync.svelte';

let entries = $state.raw<readonly Outgoing[]>([]);
type Refusal = (one: Outgoing, problem: Problem) => void;
let refusal: Refusal = () => {};
/** Who deals with a refusal the composer must answer: a lost race or another's conversation. */
export function whenRefused(act: Refusal): void {
	refusal = act;
}

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
	send: (one) =>
		post<Message>(one.thread_kind === 'team' ? `/chats/${one.thread_id}/messages` : `/client-chats/${one.thread_id}/messages`, {
			client_id: one.client_id,
			text: one.text,
			...(one.files.length ? { files: one.files.map((file) => file.id) } : {}),
			...(one.reply ? { reply_to: one.reply.id } : {}),
			...(one.hidden ? { hidden: true } : {}),
			...(one.take ? { take: true } : {}),
			...(one.cards?.length ? { cards: one.cards } : {}),
			...(one.also_in_group ? { also_in_group: true } : {}),
		}),
	wait(ms) {
		let wake = () => {};
		const done = new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, ms);
			wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		return { done, wake };
	},
	changed: (list) => (entries = list),
	sent: (_, message) => applyMessage(message, 'added'),
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
		void box.add({ client_id: uuid7(), at: Date.now(), files: [], reply: null, hidden: false, take: false, attempts: 0, state: 'waiting', problem: null, ...one });
	},
	retry: (id: Id) => void box.retry(id),
	remove: (id: Id) => box.remove(id),
	start(): () => void {
		void box.load().catch(() => {});
		return listen({ online: () => box.wake() });
	},
};
