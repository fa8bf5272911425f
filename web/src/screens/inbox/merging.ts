// Merging two contacts and taking it back: one call each, with a way back in the corner.
import { post } from '../../api/client';
import type { Id, MergeChoices, MergeDone } from '../../api/types';
import { plainText } from '../../i18n';
import { complain } from '../../ui/errors';
import { toast } from '../../ui/overlays.svelte';

export async function split(id: Id, different: boolean): Promise<boolean> {
	try {
		await post<MergeDone>(`/contacts/merges/${id}/split`, { different });
		toast(plainText('merging-undone'), { kind: 'good' });
		return true;
	} catch (error) {
		complain(error);
		return false;
	}
}

/** Makes one contact of two; `undone` is called when somebody takes it back from the corner. */
export async function merge(kept: Id, merged: Id, choices: MergeChoices, undone: () => void): Promise<boolean> {
	try {
		const done = await post<MergeDone>('/contacts/merge', { kept_id: kept, merged_id: merged, choices });
		const back = async (): Promise<void> => void ((await split(done.id, false)) && undone());
		toast(plainText('merging-done'), { action: { label: plainText('undo'), run: () => void back() } });
		return true;
	} catch (error) {
		complain(error);
		return false;
	}
}

/** Two people: never offered again, unless somebody thinks better of it. */
export async function dismiss(one: Id, other: Id, undone: () => void): Promise<boolean> {
	const two = { one_id: one, other_id: other };
	try {
		await post('/contacts/duplicates/dismiss', two);
		toast(plainText('merging-two-done'), { action: { label: plainText('undo'), run: () => void post('/contacts/duplicates/reconsider', two).then(undone, complain) } });
		return true;
	} catch (error) {
		complain(error);
		return false;
	}
}
