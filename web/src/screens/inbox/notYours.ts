// Asks whoever is about to write to a client of a colleague; until they have answered, the words stay in the field (U-18).
import { mount, unmount } from 'svelte';
import type { Problem } from '../../api/types';
import type { Outgoing } from '../../core/outbox';
import { loadAreas } from '../../i18n';
import { complain } from '../../ui/errors';
import { draftOf, giveBack, putBack } from '../../stores/drafts.svelte';
import { helped, outbox } from '../../stores/outbox.svelte';
import NotYours from './NotYours.svelte';

/** How long somebody who helps out is not asked again about the same chat and owner. */
const QUIET = 5 * 60_000;

export async function askOwner(one: Outgoing, problem: Problem): Promise<void> {
	const { thread_id, text, hidden, reply, files } = one;
	const typed = draftOf(thread_id)?.text ?? '';
	const back = { thread_id, text, hidden, reply, files };
	// in the field first: a page closed over the question must not lose the words
	void outbox.takeBack(one.client_id);
	giveBack(back);
	const owner = String(problem.args?.person_id ?? '');
	const send = (how: { take: true } | { help: true }): void => {
		putBack({ ...back, text: typed, reply: null, files: [] });
		outbox.send({ ...one, ...how, attempts: 0, state: 'waiting', problem: null });
		if (!('help' in how)) return;
		helped.set(thread_id, owner);
		setTimeout(() => helped.delete(thread_id), QUIET);
	};
	await loadAreas('inbox').catch(complain);
	const question = mount(NotYours, {
		target: document.body,
		props: { thread: thread_id, owner, name: String(problem.args?.name ?? ''), send, onclose: () => void unmount(question) },
	});
}
