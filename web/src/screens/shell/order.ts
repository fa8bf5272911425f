// The order of chats in the list: one function for the list and for the keys that walk it.
import type { Chat } from '../../api/types';
import { sync } from '../../stores/sync.svelte';

const recency = (chat: Chat) => chat.last?.at ?? chat.created_at;

export interface Section {
	key: 'pinned' | 'direct' | 'groups';
	chats: Chat[];
}
export function chatSections(): Section[] {
	// drafts do not move a chat: only messages do
	const all = [...sync.chats.values()].sort((a, b) => recency(b) - recency(a));
	return [
		{ key: 'pinned' as const, chats: all.filter((one) => one.pinned) },
		{ key: 'direct' as const, chats: all.filter((one) => !one.pinned && one.kind !== 'group') },
		{ key: 'groups' as const, chats: all.filter((one) => !one.pinned && one.kind === 'group') },
	].filter((section) => section.chats.length > 0);
}
export function chatOrder(): Chat[] {
	return chatSections().flatMap((section) => section.chats);
}
