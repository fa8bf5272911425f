// What must survive a reload, in IndexedDB: drafts, messages on their way out, the last windows of chats.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Id, ReplyRef } from '../api/types';
import type { Outgoing } from './outbox';
import type { Window } from './reducer';

export interface Draft {
	thread_id: Id;
	text: string;
	hidden: boolean;
	reply: ReplyRef | null;
	at: number;
	told?: boolean; // the server has it too
}
interface Schema extends DBSchema {
	drafts: { key: Id; value: Draft };
	outbox: { key: Id; value: Outgoing };
	windows: { key: Id; value: { id: Id; at: number; window: Window }; indexes: { at: number } };
}
let opened: Promise<IDBPDatabase<Schema>> | null = null;

/** One database per person: two people on one computer do not see each other's drafts. */
export function openDb(person: Id): Promise<IDBPDatabase<Schema>> {
	opened ??= openDB<Schema>(`beseda-${person}`, 1, {
		upgrade(db) {
			db.createObjectStore('drafts', { keyPath: 'thread_id' });
			db.createObjectStore('outbox', { keyPath: 'client_id' });
			db.createObjectStore('windows', { keyPath: 'id' }).createIndex('at', 'at');
		},
	});
	return opened;
}
const KEPT = 50;
/** Keeps a window for the next start; the oldest beyond fifty go. */
export async function keepWindow(db: IDBPDatabase<Schema>, id: Id, window: Window): Promise<void> {
	const work = db.transaction('windows', 'readwrite');
	const last = window.messages.slice(-100);
	await work.store.put({ id, at: Date.now(), window: { ...window, messages: last, hasOlder: window.hasOlder || last.length < window.messages.length } });
	let over = (await work.store.count()) - KEPT;
	for (let cursor = await work.store.index('at').openCursor(); cursor && over > 0; over -= 1) {
		await cursor.delete();
		cursor = await cursor.continue();
	}
	await work.done;
}
