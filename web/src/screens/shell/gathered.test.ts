// L-103: every kind of notice has its place in the centre.
import { expect, test } from 'vitest';
import type { Chat, Notice } from '../../api/types';
import { sourceOf, unreadChats } from './gathered';

test('L-103 each kind of notice has a source, by its kind or by the talk it stands in', () => {
	const source = (kind: Notice['kind'], thread_kind: string | null = null) => sourceOf({ kind, thread_kind });
	expect(source('message', 'client')).toBe('clients');
	expect(source('queue')).toBe('clients');
	expect(source('mention', 'client')).toBe('clients');
	expect(source('mention', 'team')).toBe('team');
	expect(source('mention', 'task')).toBe('tasks');
	expect(source('reply', 'team')).toBe('team');
	expect(source('finished', 'task')).toBe('tasks');
	expect(source('channel')).toBe('system');
	expect(source('failed', 'client')).toBe('system');
});

test('L-103 chats of colleagues are gathered while they are unread', () => {
	const chat = (id: string, unread: number, muted = false, last: object | null = {}) => ({ id, unread, muted, last }) as unknown as Chat;
	const all = [chat('read', 0), chat('new', 2), chat('muted', 1, true), chat('empty', 1, false, null), chat('told', 3)];
	expect(unreadChats(all, [{ thread_id: 'told' }, { thread_id: null }]).map((one) => one.id)).toEqual(['new']);
});
