// Records shown in messages: fetched together for all that are on the screen, each reader only those they may see.
import { post } from '../../api/client';
import type { Card, ObjectRef } from '../../api/types';

const key = (ref: ObjectRef) => `${ref.kind}:${ref.id}`;
let known = $state.raw<ReadonlyMap<string, Card | null>>(new Map());
let wanted = new Map<string, ObjectRef>();
const MOST = 100;
/** A card is asked for again when it is older: records change. */
const FRESH = 60_000;
const times = new Map<string, number>();

async function fetchWanted(): Promise<void> {
	const refs = [...wanted.values()].slice(0, MOST);
	for (const ref of refs) wanted.delete(key(ref));
	try {
		const found = await post<Card[]>('/cards', { refs });
		const next = new Map(known);
		// what does not come is not there or not mine to see: the server does not say which
		for (const ref of refs) next.set(key(ref), null);
		for (const card of found) next.set(key(card), card);
		known = next;
	} catch {
		for (const ref of refs) times.delete(key(ref)); // the next look asks again
	}
	if (wanted.size) void fetchWanted();
}

export const cards = {
	/** The card; undefined while it is on its way, null when there is none for this reader. */
	of(ref: ObjectRef): Card | null | undefined {
		return known.get(key(ref));
	},
	/** Asks for records; those asked for in the same moment go together. */
	want(refs: readonly ObjectRef[]): void {
		const now = Date.now();
		const stale = refs.filter((ref) => now - (times.get(key(ref)) ?? 0) > FRESH);
		if (!stale.length) return;
		const first = wanted.size === 0;
		for (const ref of stale) {
			wanted.set(key(ref), ref);
			times.set(key(ref), now);
		}
		if (first) queueMicrotask(() => void fetchWanted());
	},
	put(card: Card): void {
		known = new Map(known).set(key(card), card);
		times.set(key(card), Date.now());
	},
};
