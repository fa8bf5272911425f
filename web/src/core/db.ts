// What must survive a reload, in IndexedDB: drafts, messages on their way out, the last windows of chats.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { ChannelBrief, Chat, ClientChat, Contact, Department, Id, InboxCounts, Person, Template } from '../api/types';
import type { Draft } from './drafts';
import type { Outgoing } from './outbox';
import type { Window } from './reducer';
import type { Uploading } from './uploads';

/** The lists as they were last seen: what there is to read when a page starts without the server. */
export interface Lists {
	at: number;
	chats: Chat[];
	clients: ClientChat[];
	contacts: Contact[];
	people: Person[];
	departments: Department[];
	channels: readonly ChannelBrief[];
	templates: readonly Template[];
	counts: InboxCounts | null;
}
interface Schema extends DBSchema {
	drafts: { key: Id; value: Draft };
	outbox: { key: Id; value: Outgoing };
	windows: { key: Id; value: { id: Id; at: number; window: Window }; indexes: { at: number } };
	lists: { key: 'last'; value: Lists };
	uploads: { key: Id; value: Uploading };
	upload_bytes: { key: Id; value: Blob };
}
let opened: Promise<IDBPDatabase<Schema>> | null = null;
const terminated = () => {
	opened = null;
};

/** One database per person: two people on one computer do not see each other's drafts. */
export function openDb(person: Id): Promise<IDBPDatabase<Schema>> {
	opened ??= openDB<Schema>(`beseda-${person}`, 3, {
		upgrade(db, from) {
			if (from < 1) {
				db.createObjectStore('drafts', { keyPath: 'thread_id' });
				db.createObjectStore('outbox', { keyPath: 'client_id' });
				db.createObjectStore('windows', { keyPath: 'id' }).createIndex('at', 'at');
			}
			if (from < 2) db.createObjectStore('lists');
			if (from < 3) {
				db.createObjectStore('uploads', { keyPath: 'id' });
				db.createObjectStore('upload_bytes');
			}
		},
		// a page of a newer build waits for this one: let it
		blocking(_, __, event) {
			(event.target as IDBDatabase).close();
			opened = null;
		},
		terminated,
	});
	// what could not be opened once may be opened later
	opened.catch(terminated);
	return opened;
}
/** Signing out: nothing that was read stays; drafts and unsent messages wait for their author. */
export async function forgetRead(person: Id): Promise<void> {
	const db = await openDb(person);
	await Promise.all([db.clear('windows'), db.clear('lists')]);
}
const KEPT = 50;
/** Keeps a window for the next start; the oldest beyond fifty go. */
export async function keepWindow(db: IDBPDatabase<Schema>, id: Id, window: Window): Promise<void> {
	const last = window.messages.slice(-100);
	const work = db.transaction('windows', 'readwrite');
	await work.store.put({ id, at: Date.now(), window: { ...window, messages: last, hasOlder: window.hasOlder || last.length < window.messages.length } });
	let over = (await work.store.count()) - KEPT;
	for (let cursor = await work.store.index('at').openCursor(); cursor && over > 0; over -= 1) {
		await cursor.delete();
		cursor = await cursor.continue();
	}
	await work.done;
}
