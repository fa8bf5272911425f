// The outbox as the screens see it, tied to the API, IndexedDB and the socket.
import { post } from '../api/client';
import type { Id, Message, Problem } from '../api/types';
import { openDb } from '../core/db';
import { uuid7 } from '../core/ids';
import { Outbox, type Outgoing } from '../core/outbox';
import { waits } from '../core/waits';
import { session } from './session.svelte';
import { applyMessage, listen, sync } from './sync.svelte';
import { uploads, whenReady } from './uploads.svelte';

let entries = $state.raw<readonly Outgoing[]>([]);
type Refusal = (one: Outgoing, problem: Problem) => void;
let refusal: Refusal = () => {};
/** Who deals with a refusal the composer must answer: a lost race or another's conversation. */
export function whenRefused(act: Refusal): void {
	refusal = act;
}

/** Whose client it is, when it is a colleague's: then its sender is asked first (U-18). */
function ownerOf(id: Id): Id | null {
	const chat = sync.clients.get(id);
	return chat?.state === 'work' && chat.assignee_id !== session.myId ? chat.assignee_id : null;
}
/** Chats in which I just said that I help their owner out: there I am not asked at each message. */
export const helped = new Map<Id, Id>();

/** In the order they were attached; an upload's id on this device is none the server knows. */
const filesOf = (one: Outgoing): Id[] => [...one.files, ...uploads.ofMessage(one.client_id).flatMap((file) => file.ref ?? [])].map((file) => file.id);
/** Other tabs of this browser: each sees what waits, and goes on when the one in which it was written dies. */
const tabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel('beseda-outbox') : null;
/** A request that hangs is given up: the server knows a message it has by its id. */
const PATIENCE = 30_000;
const box = new Outbox({
	storage: {
		all: async () => (await openDb(session.myId)).getAll('outbox'),
		async put(one) {
			// with the drafts: the field is emptied on disk after this, never before
			const work = (await openDb(session.myId)).transaction(['outbox', 'drafts'], 'readwrite');
			await Promise.all([work.objectStore('outbox').put(one), work.done]);
		},
		async update(one) {
			const work = (await openDb(session.myId)).transaction('outbox', 'readwrite');
			if (await work.store.get(one.client_id)) await work.store.put(one);
			await work.done;
		},
		/** Its files with it, or none: a page that dies between would leave a message that waits for ever. */
		async remove(id) {
			const work = (await openDb(session.myId)).transaction(['outbox', 'uploads', 'upload_bytes'], 'readwrite');
			void work.objectStore('outbox').delete(id);
			for (const one of await work.objectStore('uploads').getAll()) {
				if (one.message !== id) continue;
				void work.objectStore('uploads').delete(one.id);
				void work.objectStore('upload_bytes').delete(one.id);
			}
			await work.done;
			uploads.settle(id, false);
		},
	},
	ready: (one) => (uploads.there(one) ? 'now' : uploads.quick(one) ? 'soon' : 'long'),
	send: (one) =>
		post<Message>(one.thread_kind === 'team' ? `/chats/${one.thread_id}/messages` : `/client-chats/${one.thread_id}/messages`, {
			client_id: one.client_id,
			text: one.text,
			...(filesOf(one).length ? { files: filesOf(one) } : {}),
			...(one.reply ? { reply_to: one.reply.id } : {}),
			...(one.hidden ? { hidden: true } : {}),
			...(one.take ? { take: true } : {}),
			...(one.help ? { help: true } : {}),
			...(one.cards?.length ? { cards: one.cards } : {}),
			...(one.also_in_group ? { also_in_group: true } : {}),
			...(one.shorten === undefined ? {} : { shorten: one.shorten }),
		}, AbortSignal.timeout(PATIENCE)),
	wait: waits,
	alone: async (lane, run) => ('locks' in navigator ? navigator.locks.request(`beseda-outbox-${lane}`, run) : run()),
	changed: (list) => (entries = list),
	tell: () => tabs?.postMessage(session.myId),
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
		const whole: Outgoing = { client_id: uuid7(), at: Date.now(), files: [], reply: null, hidden: false, take: false, attempts: 0, state: 'waiting', problem: null, ...one };
		const owner = whole.hidden || whole.take || whole.help ? null : ownerOf(one.thread_id);
		if (owner && helped.get(one.thread_id) === owner) whole.help = true;
		else if (owner) return refusal(whole, { code: 'conversations.not_yours', args: { person_id: owner } } as unknown as Problem);
		void box.add(whole);
		if (one.uploads) uploads.give(one.uploads, whole.client_id);
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
		void uploads.loaded
			.then(() => box.load())
			.then(() => {
				uploads.reclaim(entries);
				for (const lane of new Set(entries.map((one) => one.thread_id))) box.poke(lane);
			});
		const fromTab = ({ data }: MessageEvent<Id>) => void (data === session.myId && uploads.refresh().then(() => box.refresh()));
		tabs?.addEventListener('message', fromTab);
		// a tab that died may have had no time to say what it left
		const looked = () => document.visibilityState === 'visible' && void uploads.refresh().then(() => box.load());
		document.addEventListener('visibilitychange', looked);
		// the tab that is looked at goes first
		const unlisten = listen({ online: () => (document.visibilityState === 'visible' ? box.wake() : setTimeout(() => box.wake(), 1000)) });
		return () => {
			stop();
			tabs?.removeEventListener('message', fromTab);
			document.removeEventListener('visibilitychange', looked);
			unlisten();
		};
	},
};
