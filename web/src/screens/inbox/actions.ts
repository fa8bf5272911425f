// What can be done with a client's chat; each act is one call, and a lost race says who won.
import { ApiError, post } from '../../api/client';
import type { ClientChat, Id } from '../../api/types';
import { plainText } from '../../i18n';
import { dropClient, loadClient, putClient } from '../../stores/sync.svelte';
import { complain } from '../../ui/errors';
import { toast } from '../../ui/overlays.svelte';
import { saveFocus } from './focus';

async function act(chat: ClientChat, path: string, body: unknown = {}): Promise<boolean> {
	try {
		const answer = await post<ClientChat | undefined>(`/client-chats/${chat.id}/${path}`, body);
		if (answer) putClient(answer);
		else if (!(await loadClient(chat.id))) dropClient(chat.id); // it is not mine to see any more
		void saveFocus(); // the button of an act goes with what it has done
		return true;
	} catch (error) {
		if (error instanceof ApiError && error.code === 'conversations.taken') {
			const { name = '', seconds = '0' } = error.problem.args ?? {};
			toast(plainText('taken-by', { name, seconds: Number(seconds) }), { kind: 'bad', detail: plainText('taken-draft-kept') });
			void loadClient(chat.id);
		} else complain(error);
		return false;
	}
}
export const take = (chat: ClientChat) => act(chat, 'take');
export const reopen = (chat: ClientChat) => act(chat, 'reopen');
export const leave = (chat: ClientChat) => act(chat, 'leave');
export const decline = (chat: ClientChat) => act(chat, 'decline');
export const toQueue = (chat: ClientChat) => act(chat, 'to-queue');
/** Puts a chat away; null: until the client writes. */
export const snooze = (chat: ClientChat, until: number | null) => act(chat, 'snooze', { until });
export const markLabels = (chat: ClientChat, add: Id[], remove: Id[]) => act(chat, 'labels', { add, remove });
/** As an observer: hear of every message of the client, or only of what is addressed to me (L-67). */
export const observe = (chat: ClientChat, all: boolean) => act(chat, 'observe', { all });
export const wake = (chat: ClientChat) => act(chat, 'wake');
export const handOver = (chat: ClientChat, to: Id, note: string, observe: boolean) => act(chat, 'hand-over', { to, ...(note.trim() ? { note: note.trim() } : {}), observe });
export const changeObservers = (chat: ClientChat, change: { add?: Id[]; remove?: Id[] }) => act(chat, 'observers', change);
export async function close(chat: ClientChat): Promise<void> {
	if (await act(chat, 'close')) toast(plainText('closed-toast', { number: String(chat.conversation?.number ?? '') }), { action: { label: plainText('undo'), run: () => void reopen(chat) } });
}
export async function needsNoAnswer(chat: ClientChat): Promise<void> {
	if (await act(chat, 'needs-no-answer')) toast(plainText('no-answer-toast'), { kind: 'good' });
}
