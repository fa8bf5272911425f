// My reminders, by their messages, and which window about them is open: small, because every row of a log asks here.
import { del, get, put } from '../api/client';
import type { Id, Reminder, When } from '../api/types';
import { listen } from './sync.svelte';

let all = $state.raw<ReadonlyMap<Id, Reminder>>(new Map());
const threads = $derived(new Set([...all.values()].map((one) => one.thread_id)));

/** A window to be opened: for a message in the log, or for a reminder whose time has come. */
export interface Asked {
	kind: 'set' | 'snooze';
	message: Id;
	author: string;
	text: string;
}
let open = $state.raw<Asked | null>(null);

export const reminders = {
	get all() {
		return all;
	},
};
export const reminderOf = (message: Id): Reminder | undefined => all.get(message);
export const remindedIn = (thread: Id): boolean => threads.has(thread);
export const asked = (): Asked | null => open;
type Words = Pick<Asked, 'author' | 'text'>;
export function askReminder(message: Id, words: Words): void {
	open = { kind: 'set', message, ...words };
}
export function askSnooze(message: Id, words: Words): void {
	open = { kind: 'snooze', message, ...words };
}
export function closeAsked(): void {
	open = null;
}

function keep(message: Id, now: Reminder | null): void {
	const next = new Map(all);
	if (now && !now.handled) next.set(message, now);
	else next.delete(message);
	all = next;
}
export async function setReminder(message: Id, when: When): Promise<Reminder> {
	const set = await put<Reminder>(`/messages/${message}/reminder`, when);
	keep(message, set);
	return set;
}
export async function dropReminder(message: Id): Promise<void> {
	await del(`/messages/${message}/reminder`);
	keep(message, null);
}

/** Fetches them when the line comes up, and hears of every change on any of my devices. */
export function startReminders(): () => void {
	let turn = 0;
	async function load(): Promise<void> {
		const mine = (turn += 1);
		const list = await get<Reminder[]>('/reminders').catch(() => null); // the next welcome asks again
		if (list && mine === turn) all = new Map(list.map((one) => [one.message_id, one]));
	}
	return listen({ online: () => void load(), reminder: keep });
}
