// What chats and people are called on screen.
import type { Chat, LastLine, Person } from '../api/types';
import { t } from '../i18n';
import { session } from './session.svelte';

export function peerOf(chat: Chat): Person | undefined {
	return chat.kind === 'direct' ? session.person(chat.member_ids.find((id) => id !== session.myId)) : undefined;
}
export function chatTitle(chat: Chat): string {
	if (chat.kind === 'self') return chat.title || t('chat-self');
	return chat.title || peerOf(chat)?.name || t('chat-nameless');
}
/** «Анна: текст» in a group, «Вы: текст» for my own. */
export function lineAuthor(last: LastLine, direct: boolean): string {
	if (last.author_kind !== 'person') return '';
	if (last.author_id === session.myId) return t('line-you');
	return direct ? '' : (session.person(last.author_id)?.name ?? last.author_name).split(' ')[0]!;
}
