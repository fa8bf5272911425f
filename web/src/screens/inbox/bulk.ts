// One act on many chats: sent in portions, so that there is something to see and to stop; what became of each is counted.
import { post } from '../../api/client';
import type { BulkAnswer, ContactMarksAnswer, Id } from '../../api/types';

export type BulkAct =
	| { act: 'assign'; to: Id }
	| { act: 'queue'; queue_id: Id }
	| { act: 'label'; add: Id[]; remove: Id[] }
	| { act: 'snooze'; until: number | null }
	| { act: 'wake' | 'close' | 'reopen' | 'read' };
/** What takes a part of an act back, as the server told it: each chat goes where it was. */
export type BulkUndo = BulkAnswer['undo'][number];
export interface Outcome {
	done: Id[];
	same: Id[];
	refused: { title: string; ids: Id[]; names?: string[] }[]; // names: the first of them, where the server tells
	left: Id[]; // not tried: stopped, or the line broke
	error: unknown;
	undo: BulkUndo[];
}
const PORTION = 100;

/** What the server tells of a portion: of chats with what takes it back, of clients with the names of those refused. */
export type Told = Pick<BulkAnswer, 'done' | 'same'> & { undo?: BulkUndo[]; refused: { title: string; ids: Id[]; names?: string[] }[] };
/** Labels on many clients' cards. */
export const markContacts = (body: unknown): Promise<ContactMarksAnswer> => {
	const { ids, add, remove } = body as { ids: Id[]; add: Id[]; remove: Id[] };
	return post<ContactMarksAnswer>('/contacts/labels', { ids, add, remove });
};

/** What takes an act back; null: nothing does. */
export function opposite(act: BulkAct): BulkAct | null {
	if (act.act === 'close') return { act: 'reopen' };
	if (act.act === 'snooze') return { act: 'wake' };
	if (act.act === 'label') return { act: 'label', add: act.remove, remove: act.add };
	return null;
}

export async function runBulk(ids: readonly Id[], act: BulkAct, progress: (tried: number) => void, stopped: () => boolean, send: (body: unknown) => Promise<Told> = (body) => post<BulkAnswer>('/client-chats/bulk', body)): Promise<Outcome> {
	const out: Outcome = { done: [], same: [], refused: [], left: [], error: null, undo: [] };
	for (let at = 0; at < ids.length; at += PORTION) {
		const portion = ids.slice(at, at + PORTION);
		try {
			if (stopped()) return { ...out, left: ids.slice(at) };
			const answer = await send({ ids: portion, ...act });
			out.done.push(...answer.done);
			out.same.push(...answer.same);
			out.undo.push(...(answer.undo ?? []));
			for (const one of answer.refused) {
				const known = out.refused.find((other) => other.title === one.title);
				const { title, ids: refused, names } = one;
				if (known) {
					known.ids.push(...refused);
					known.names?.push(...(names ?? []));
				} else out.refused.push({ title, ids: [...refused], ...(names ? { names: [...names] } : {}) });
			}
			progress(at + portion.length);
		} catch (error) {
			return { ...out, left: ids.slice(at), error };
		}
	}
	return out;
}

/** Takes an act back by what the server told of each portion; what became of it is added up as of one act. */
export async function takeBack(undo: readonly BulkUndo[], send: (body: unknown) => Promise<BulkAnswer> = (body) => post<BulkAnswer>('/client-chats/bulk', body)): Promise<Outcome> {
	const out: Outcome = { done: [], same: [], refused: [], left: [], error: null, undo: [] };
	for (const [at, part] of undo.entries()) {
		const { ids, ...act } = part;
		const one = await runBulk(ids, act as BulkAct, () => {}, () => false, send);
		out.done.push(...one.done);
		out.same.push(...one.same);
		out.refused.push(...one.refused);
		if (one.error) return { ...out, left: [...one.left, ...undo.slice(at + 1).flatMap((other) => other.ids)], error: one.error };
	}
	return out;
}
