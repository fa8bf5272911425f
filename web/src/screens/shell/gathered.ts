// What the notification centre gathers (L-103): notices by where they come from, and colleagues' chats that were not read.
import type { Chat, Notice } from '../../api/types';

export type Source = 'clients' | 'team' | 'tasks' | 'system';
export const SOURCES: readonly Source[] = ['clients', 'team', 'tasks', 'system'];

const BY_KIND: Partial<Record<Notice['kind'], Source>> = { message: 'clients', queue: 'clients', assigned: 'clients', observer: 'clients', backlog: 'clients', late: 'clients', woke: 'clients', failed: 'system', channel: 'system', report: 'system', task: 'tasks', comment: 'tasks', finished: 'tasks' };

/** Where a notice comes from: a mention and a reaction are of the talk they stand in. */
export function sourceOf(notice: Pick<Notice, 'kind' | 'thread_kind'>): Source {
	return BY_KIND[notice.kind] ?? (notice.thread_kind === 'client' ? 'clients' : notice.thread_kind === 'task' ? 'tasks' : 'team');
}

/** Chats of colleagues that wait to be read and have no open notice already: whoever muted one is told of mentions alone, and
 * those are notices. */
export function unreadChats(chats: Iterable<Chat>, open: readonly Pick<Notice, 'thread_id'>[]): Chat[] {
	const told = new Set(open.map((one) => one.thread_id));
	return [...chats].filter((one) => one.unread > 0 && !one.muted && one.last !== null && !told.has(one.id));
}
