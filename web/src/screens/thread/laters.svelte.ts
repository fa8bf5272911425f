// What waits to be sent later, as the composer and its list see it; and what else the composer needs only a moment after it stands.
export { buttonsItem } from './buttons';
import { del, get, patch, post } from '../../api/client';
import type { Id, Later, Message, MessageButton } from '../../api/types';
import { applyMessage, listen } from '../../stores/sync.svelte';

let all = $state.raw<ReadonlyMap<Id, Later>>(new Map());
let asked: Promise<void> | null = null;

function put(id: Id, later: Later | null): void {
	const next = new Map(all);
	if (later) next.set(id, later);
	else next.delete(id);
	all = next;
}
async function load(): Promise<void> {
	const list = await get<Later[]>('/later');
	all = new Map(list.map((one) => [one.id, one]));
}
listen({ later: put, online: () => asked && void load().catch(() => {}) });

const order = (one: Later) => one.at ?? one.created_at;
export const laters = {
	/** Fetched once; from then on the frames keep it. */
	load(): Promise<void> {
		return (asked ??= load().catch((error: unknown) => {
			asked = null;
			throw error;
		}));
	},
	of(thread: Id): Later[] {
		return [...all.values()].filter((one) => one.thread_id === thread).sort((a, b) => order(a) - order(b));
	},
	async plan(thread: Id, message: { client_id: Id; text: string; files: Id[]; cards: { kind: string; id: Id }[]; reply_to?: Id; hidden: boolean; buttons?: MessageButton[] }, when: { at: number } | { back_of: Id }): Promise<Later> {
		const made = await post<Later>(`/threads/${thread}/later`, { ...message, ...when });
		put(made.id, made);
		return made;
	},
	async change(id: Id, change: { at?: number; text?: string }): Promise<void> {
		put(id, await patch<Later>(`/later/${id}`, change));
	},
	async cancel(id: Id): Promise<Later> {
		const words = await del<Later>(`/later/${id}`);
		put(id, null);
		return words;
	},
	async send(id: Id): Promise<void> {
		const message = await post<Message>(`/later/${id}/send`);
		put(id, null);
		await applyMessage(message, 'added');
	},
};
