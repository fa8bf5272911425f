// What a list of clients is narrowed by, as a piece of an address: whoever gets the link sees what they may of the same list.
import type { ChatFilter, Id, InboxGroup } from '../api/types';

export const noFilter: ChatFilter = { queue_ids: [], account_ids: [], assignee_ids: [], mine: false, unassigned: false, label_ids: [], contact_label_ids: [], state: 'open', older_than_min: null };

/** Which list of clients an address means. */
export type Which = { group: InboxGroup } | { view_id: Id } | { filter: ChatFilter };

/** How much of a filter narrows anything. */
export function conditions(filter: ChatFilter): number {
	const { queue_ids, account_ids, assignee_ids, label_ids, contact_label_ids } = filter;
	return [queue_ids, account_ids, assignee_ids, label_ids, contact_label_ids].filter((one) => one.length > 0).length + Number(filter.mine) + Number(filter.unassigned) + Number(filter.state !== 'open') + Number(filter.older_than_min !== null);
}
export const sameFilter = (a: ChatFilter, b: ChatFilter): boolean => filterWord(a) === filterWord(b);

/** The piece of an address for a filter: only what narrows is in it. */
export function filterWord(filter: ChatFilter): string {
	const told = Object.entries(filter)
		.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(noFilter[key as keyof ChatFilter]))
		.map(([key, value]) => [key, Array.isArray(value) ? [...value].sort() : value])
		.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
	const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(told)));
	return `f-${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}
/** The list an address means; what cannot be read narrows nothing. */
export function whichList(word: string): Which {
	if (word.startsWith('v-')) return { view_id: word.slice(2) };
	if (!word.startsWith('f-')) return { group: word as InboxGroup };
	try {
		const bytes = atob(word.slice(2).replaceAll('-', '+').replaceAll('_', '/'));
		const told: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0))));
		return { filter: typeof told === 'object' && told !== null && !Array.isArray(told) ? { ...noFilter, ...told } : noFilter };
	} catch {
		return { filter: noFilter };
	}
}
