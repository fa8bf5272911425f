// The order of chats in the list: one function for the list and for the keys that walk it.
import type { Chat } from '../../api/types';
import { session } from '../../stores/session.svelte';
import { sync } from '../../stores/sync.svelte';

const recency = (chat: Chat) => chat.last?.at ?? chat.created_at;

export interface Section {
	key: 'pinned' | 'direct' | 'groups' | 'topics' | 'archive';
	chats: Chat[];
}
export function chatSections(): Section[] {
	// drafts do not move a chat: only messages do
	const known = [...sync.chats.values()].filter((one) => one.kind !== 'topic' || one.member_ids.includes(session.myId)).sort((a, b) => recency(b) - recency(a));
	const away = known.filter(putAway);
	const all = known.filter((one) => !putAway(one));
	const rest = all.filter((one) => !one.pinned);
	return [
		{ key: 'pinned' as const, chats: all.filter((one) => one.pinned) },
		{ key: 'direct' as const, chats: rest.filter((one) => one.kind === 'direct' || one.kind === 'self') },
		{ key: 'groups' as const, chats: rest.filter((one) => one.kind === 'group') },
		{ key: 'topics' as const, chats: rest.filter((one) => one.kind === 'topic') },
		{ key: 'archive' as const, chats: away },
	].filter((section) => section.chats.length > 0);
}
/** In the archive a chat stays until somebody writes there again, unless it is muted. */
export function putAway(chat: Chat): boolean {
	return chat.archived && (chat.unread === 0 || chat.muted);
}
export function chatOrder(): Chat[] {
	return chatSections().flatMap((section) => section.chats);
}
