// Which rows of a list are chosen for one act on all of them: chats, or clients' cards.
import type { Id } from '../../api/types';

function picks() {
	let picked = $state.raw<ReadonlySet<Id>>(new Set());
	/** Where a stretch begins that Shift ends. */
	let from: Id | null = null;

	const chosen = {
		get ids() { return picked; },
		get count() { return picked.size; },
		has: (id: Id) => picked.has(id),
		toggle(id: Id): void {
			const next = new Set(picked);
			if (!next.delete(id)) next.add(id);
			picked = next;
			from = id;
		},
		/** All from where the last choice was to here, in the order of the list. */
		upTo(id: Id, order: readonly Id[]): void {
			const [a, b] = [from ? order.indexOf(from) : -1, order.indexOf(id)];
			if (a < 0 || b < 0) return chosen.toggle(id);
			picked = new Set([...picked, ...order.slice(Math.min(a, b), Math.max(a, b) + 1)]);
			from = id;
		},
		set(ids: Iterable<Id>): void {
			picked = new Set(ids);
		},
		clear(): void {
			picked = new Set();
			from = null;
		},
	};
	return chosen;
}
export type Picking = ReturnType<typeof picks>;
export const picking = picks();
export const contactPicking = picks();
