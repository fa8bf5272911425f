// What may be done with a chat wherever it stands: in the list, under its own menu, in the Panel.
import type { Chat } from '../../api/types';
import { t } from '../../i18n';
import { navigate, router } from '../../router.svelte';
import { chatTitle } from '../../stores/names';
import { session } from '../../stores/session.svelte';
import { changeChat, leaveChat } from '../../stores/sync.svelte';
import { complain } from '../../ui/errors';
import { confirm, type MenuItem, openMenu, type Point } from '../../ui/overlays.svelte';

async function leave(chat: Chat): Promise<void> {
	if (!(await confirm({ title: t('chat-leave-title', { title: chatTitle(chat) }), text: t('chat-leave-text'), action: t('chat-leave'), danger: true }))) return;
	leaveChat(chat.id).then(() => router.route?.params.id === chat.id && navigate('/chats'), complain);
}
/** How I keep a chat: pinned, silent, in the archive. */
export const keeping = (chat: Chat, at: Element | Point): MenuItem[] => [
	{ label: t(chat.pinned ? 'chat-unpin' : 'chat-pin'), icon: 'pin', run: () => changeChat(chat.id, { pinned: !chat.pinned }).catch(complain) },
	{ label: t('switches-menu'), icon: chat.muted ? 'bell-off' : 'bell', run: () => void import('../../stores/switches.svelte').then(({ openSwitches }) => openSwitches(at, chat.id, chat)).catch(complain) },
	{ label: t(chat.archived ? 'chat-unarchive' : 'chat-archive'), icon: 'archive', run: () => changeChat(chat.id, { archived: !chat.archived }).catch(complain) },
];
/** The way out of a chat, for those who are in it. */
export function leaving(chat: Chat): MenuItem[] {
	if (!chat.member_ids.includes(session.myId)) return [];
	if (chat.kind === 'topic') return [{ label: t('topic-unfollow'), icon: 'leave', divider: true, run: () => changeChat(chat.id, { following: false }).catch(complain) }];
	return chat.kind === 'group' ? [{ label: t('chat-leave'), icon: 'leave', danger: true, divider: true, run: () => void leave(chat) }] : [];
}
export const chatMenu = (chat: Chat, at: Element | Point): void => openMenu(at, [...keeping(chat, at), ...leaving(chat)], { label: chatTitle(chat) });
