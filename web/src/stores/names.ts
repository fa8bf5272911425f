// What chats and people are called on screen.
import type { Chat, LastLine, Person } from '../api/types';
import { t, tOr } from '../i18n';
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
/** What a list shows of the last line: its words, or a phrase for what has none. */
export const lineWords = (last: LastLine) => inWords(last.excerpt) || t('message-deleted');
/** Words as they are; for the codes of what has none (an event, files, a kind we cannot draw) a phrase. */
export function inWords(said: string): string {
	const [, kind, rest = ''] = /^(event|files|placeholder):([\w.-]*)$/.exec(said) ?? [];
	if (kind === 'event') return tOr(`line-${rest.replaceAll('.', '-')}`, t('line-event'));
	if (kind === 'files') return t('line-files', { count: Number(rest) });
	if (kind === 'placeholder') return tOr(`line-${rest}`, t('line-placeholder'));
	return said;
}
