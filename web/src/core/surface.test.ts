// The Panel keeps what it has and sends the rest to the application.
import { describe, expect, it } from 'vitest';
import { inPanel, panelPath } from './surface';

describe('X-14 L-63 the Panel', () => {
	it.each([
		['/chats/7', '/panel/chats/7'],
		['/t/7?at=12', '/panel/chats/7?at=12'],
		['/chats', '/panel/chats'],
		['/people', '/panel'],
		['/panel/chats/7', '/panel/chats/7'],
		['/inbox/my', '/panel/inbox/my'],
		['/inbox/queue/7?at=12', '/panel/inbox/queue/7?at=12'],
		['/inbox/watched/7', '/panel/inbox/watched/7'],
		['/inbox/closed/7', null],
		['/inbox/v-3', null],
		['/people/7/chat', null],
		['/tasks/new?assignee=7', null],
	])('%s', (to, path) => expect(panelPath(to)).toBe(path));
	it('is known by its address', () => {
		expect(inPanel('/panel')).toBe(true);
		expect(inPanel('/panel/chats/7')).toBe(true);
		expect(inPanel('/panels')).toBe(false);
	});
});
