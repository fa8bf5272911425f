// Who is signed in, what they may do, and the people of the company.
import { ApiError, del, get, patch, put } from '../api/client';
import type { Department, Id, Me, Person, PresenceState, Preferences, Scope, Shown } from '../api/types';
import { forgetRead } from '../core/db';
import { inPanel } from '../core/surface';
import { compareWords, setLanguage } from '../i18n';

let me = $state.raw<Me | null>(null);
let people = $state.raw<Map<Id, Person>>(new Map());
let departments = $state.raw<Department[]>([]);
let friends = $state.raw<ReadonlySet<Id>>(new Set());
let presence = $state.raw<Map<Id, { state: PresenceState; seen: number | null }>>(new Map());
const widths: Record<Scope, number> = { own: 1, group: 2, all: 3 };

const LAST = 'beseda.me';
function keepMe(who: Me): void {
	try {
		localStorage.setItem(LAST, JSON.stringify(who));
	} catch {
		// without storage a page needs the server to start
	}
}
function lastMe(): Me | null {
	try {
		return JSON.parse(localStorage.getItem(LAST) ?? 'null') as Me | null;
	} catch {
		return null;
	}
}
function forgetMe(): void {
	try {
		localStorage.removeItem(LAST);
	} catch {
		// nothing was kept
	}
}

function applyLook(of: Preferences): void {
	const root = document.documentElement;
	if (of.theme === 'system') delete root.dataset.theme;
	else root.dataset.theme = of.theme;
	root.dataset.density = of.density;
}

export const session = {
	/** The person signed in. Screens inside the shell may rely on it; others use `signedIn`. */
	get me(): Me {
		if (!me) throw new Error('nobody is signed in');
		return me;
	},
	get signedIn(): boolean {
		return me !== null;
	},
	get myId(): Id {
		return me?.person.id ?? '';
	},
	get preferences(): Preferences {
		return this.me.preferences;
	},
	get people(): Map<Id, Person> {
		return people;
	},
	get departments(): Department[] {
		return departments;
	},
	/** From outside the company: my chats and their people are all there is for me. */
	get guest(): boolean {
		return me?.person.guest ?? false;
	},
	/** Active people by name, without me unless asked; `guests`: with those from outside, who can be written to but given no work. */
	colleagues(withMe = false, guests = false): Person[] {
		return [...people.values()].filter((one) => one.active && (guests || !one.guest || one.id === me?.person.id) && (withMe || one.id !== me?.person.id)).sort((a, b) => compareWords(a.name, b.name));
	},
	person(id: Id | null | undefined): Person | undefined {
		return id ? people.get(id) : undefined;
	},
	presence(id: Id | null | undefined): PresenceState {
		return (id && presence.get(id)?.state) || 'offline';
	},
	/** What stands beside a name (L-16): chosen by hand while somebody is there, else what the devices say. */
	shown(id: Id | null | undefined): Shown {
		const chosen = this.person(id)?.availability ?? 'auto';
		const state = this.presence(id);
		if (chosen === 'offline') return 'offline';
		return chosen !== 'auto' && state !== 'offline' ? chosen : state;
	},
	get friends(): ReadonlySet<Id> {
		return friends;
	},
	async befriend(id: Id, on: boolean): Promise<void> {
		const before = friends;
		const next = new Set(friends);
		if (on) next.add(id);
		else next.delete(id);
		friends = next;
		try {
			await (on ? put(`/me/friends/${id}`) : del(`/me/friends/${id}`));
		} catch (error) {
			friends = before;
			throw error;
		}
	},
	lastSeen(id: Id): number | null {
		return presence.get(id)?.seen ?? null;
	},
	/** Whether I hold a right, at least as wide as the scope. */
	can(right: string, scope: Scope = 'own'): boolean {
		return me?.rights.some((one) => one.right === right && widths[one.scope] >= widths[scope]) ?? false;
	},

	/** Signs in on this page: what `POST /sessions`, `/setup` and `/join` answer goes here. */
	async enter(who: Me): Promise<void> {
		applyLook(who.preferences);
		await setLanguage(who.preferences.language ?? who.workspace.language);
		// The server forgets a browser whose session ended; the browser itself still thinks that it is told.
		if (!me) setTimeout(() => void import('../screens/settings/push').then((push) => push.renew()).catch(() => undefined), 2000);
		me = who;
		keepMe(who);
	},
	/** Asks the server who we are; false: nobody. Without the server whoever was here last reads on; throws when nobody was. */
	async load(): Promise<boolean> {
		try {
			await this.enter(await get<Me>('/me'));
			return true;
		} catch (error) {
			if (error instanceof ApiError && error.problem.status === 401) {
				forgetMe();
				return false;
			}
			const last = error instanceof ApiError && error.temporary ? lastMe() : null;
			if (!last) throw error;
			await this.enter(last);
			return true;
		}
	},
	async reloadMe(): Promise<void> {
		await this.enter(await get<Me>('/me'));
	},
	async loadPeople(): Promise<void> {
		const answer = await get<{ people: Person[]; departments: Department[]; friend_ids: Id[] }>('/people');
		friends = new Set(answer.friend_ids);
		this.setPeople(answer.people, answer.departments);
	},
	setPeople(list: Person[], tree: Department[]): void {
		people = new Map(list.map((one) => [one.id, one]));
		departments = tree;
		presence = new Map(list.map((one) => [one.id, { state: one.presence, seen: one.last_seen }]));
	},
	replacePerson(one: Omit<Person, 'presence' | 'last_seen'>): void {
		const before = people.get(one.id);
		people = new Map(people).set(one.id, { presence: 'offline', last_seen: null, ...before, ...one });
		if (me?.person.id === one.id) me = { ...me, person: { ...me.person, ...one } };
	},
	setPresence(changes: Iterable<[Id, PresenceState, number | null]>): void {
		const next = new Map(presence);
		for (const [id, state, seen] of changes) next.set(id, { state, seen });
		presence = next;
	},
	/** Changes my profile or preferences: at once on screen, then on the server; put back if it refuses. */
	async savePreferences(change: Partial<Preferences>): Promise<void> {
		const before = this.me;
		me = { ...before, preferences: { ...before.preferences, ...change } };
		applyLook(me.preferences);
		if (change.language !== undefined) await setLanguage(change.language ?? before.workspace.language);
		try {
			me = await patch<Me>('/me', { preferences: change });
		} catch (error) {
			await this.enter(before);
			throw error;
		}
	},
	async saveProfile(change: Partial<Pick<Person, 'name' | 'title' | 'email' | 'phones' | 'extension' | 'status_text' | 'availability' | 'photo_file_id'>>): Promise<void> {
		me = await patch<Me>('/me', change);
		this.replacePerson(me.person);
	},
	/** Ends the session here; the page is reloaded so that nothing of the person stays in memory. */
	async leave(): Promise<void> {
		try {
			// Whoever uses this browser next is not to be told what was for this person.
			await import('../screens/settings/push').then((push) => push.unsubscribe()).catch(() => undefined);
			await del('/sessions/current');
			await forgetRead(this.myId).catch(() => undefined);
		} finally {
			forgetMe();
			location.assign(inPanel() ? '/panel' : '/sign-in');
		}
	},
};
