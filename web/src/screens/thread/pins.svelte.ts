// What is pinned in a thread, the newest first, for as long as a component shows it.
import { get } from '../../api/client';
import type { Id, Message, ServerFrame } from '../../api/types';
import { plainLine } from '../../core/source';
import { t } from '../../i18n';
import { listen, sync } from '../../stores/sync.svelte';

export function pinsOf(id: () => Id): { readonly list: readonly Message[] } {
	let found = $state.raw<{ of: Id; list: readonly Message[] } | null>(null);
	let turn = 0;
	const list = $derived(found?.of === id() ? found.list : []);
	const inWindow = $derived(sync.windows.get(id())?.messages.filter((one) => one.pinned).map((one) => one.id).join());
	function load(of: Id): void {
		const mine = (turn += 1);
		get<Message[]>(`/threads/${of}/pins`).then((all) => mine === turn && (found = { of, list: all }), () => {});
	}
	$effect(() => {
		void inWindow;
		load(id());
	});
	// a pin may lie outside the window, and its words may change
	const touches = (frame: ServerFrame) => frame.type === 'message.changed' && frame.message.thread_id === id() && (frame.message.pinned || list.some((pin) => pin.id === frame.message.id));
	$effect(() => listen({ frames: (frames) => void (frames.some(touches) && load(id())) }));
	return {
		get list() {
			return list;
		},
	};
}
/** A pinned message in one line. */
export const pinWords = (message: Message): string => plainLine(message.text) || (message.files[0]?.kind === 'voice' ? t('composer-voice') : message.files[0]?.name) || t('no-words');
