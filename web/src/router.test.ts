// Paths find their screens, and what is not ours finds none.
import { expect, it } from 'vitest';
import { find, match } from './router.svelte';

it.each([
	['/chats', '/chats', {}],
	['/chats', '/chats/', {}],
	['/chats/:id', '/chats/42', { id: '42' }],
	['/inbox/:group/:id', '/inbox/my/7', { group: 'my', id: '7' }],
	['/join/:token', '/join/a%20b', { token: 'a b' }],
	['/settings/*', '/settings/people/roles', { rest: 'people/roles' }],
	['/chats/:id', '/chats', null],
	['/chats', '/chats/42', null],
	['/chats/:id', '/chats//', null],
	['/join/:token', '/join/100%', null],
])('%s against %s', (pattern, path, params) => expect(match(pattern, path)).toEqual(params));

it.each([
	['/people', 'chats'],
	['/inbox/queue/7', 'inbox'],
	['/inbox/quene', 'nowhere'],
	['/inbox/my/7/8', 'nowhere'],
	['/reports', 'nowhere'],
	['/chats/%E0%A4%A', 'nowhere'],
	['//chats', 'nowhere'],
])('%s is an address of: %s', (path, screen) => expect(find(path)[0].screen).toBe(screen));
