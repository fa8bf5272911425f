// Stands in for the server: answers the calls of the screens from the fixtures; nothing leaves the page.
import type { Message, MessagePage, ServerFrame } from '../src/api/types';
import { client, type Company, id, NOW } from './fixtures';

type Answer = (url: URL, body: Record<string, unknown>) => unknown;

export function pretend(company: Company, state: string): { frame: (frame: ServerFrame) => void } {
	const numberOf = (path: string) => Number(/(\d+)$/.exec(path.split('/')[2] ?? '')?.[1] ?? 0);
	const routes: [RegExp, Answer][] = [
		[/^GET \/me$/, () => company.me],
		[/^PATCH \/me$/, (_, body) => ({ ...company.me, preferences: { ...company.me.preferences, ...(body.preferences as object) } })],
		[/^GET \/setup$/, () => ({ needed: false })],
		[/^GET \/people$/, () => ({ people: company.people, departments: company.departments })],
		[/^GET \/chats$/, () => (state === 'empty' ? [] : company.chats)],
		[/^GET \/chats\/[^/]+$/, (url) => company.chats.find((one) => url.pathname.endsWith(one.id))],
		[/^GET \/threads\/[^/]+\/messages$/, (url) => (state === 'long' ? longPage(url) : company.page(url.pathname.split('/')[4]!))],
		[/^GET \/threads\/[^/]+\/pins$/, (url) => company.page(url.pathname.split('/')[4]!).messages.filter((one) => one.pinned)],
		[/^GET \/inbox\/counts$/, () => (state === 'empty' ? Object.fromEntries(Object.keys(company.counts).map((key) => [key, { total: 0, unread: 0 }])) : company.counts)],
		[/^GET \/inbox$/, () => ({ items: state === 'empty' ? [] : company.clients, next: null })],
		[/^GET \/client-chats\/[^/]+$/, (url) => company.detail(numberOf(url.pathname.replace('/api/v1', '')))],
		[/^POST \/client-chats\/[^/]+\/plan$/, () => ({ parts: [1, 2, 3].map(() => ({ text: '', files: [] })), problems: [] })],
		[/^POST \/(client-)?chats\/[^/]+\/messages$/, (url, body) => ({ ...(company.page(client(0)).messages[1] as Message), id: id('ad', Math.round(performance.now())), thread_id: url.pathname.split('/')[4]!, client_id: body.client_id, seq: state === 'long' ? 5002 : 90, ordinal: 90, author: { kind: 'person', id: company.me.person.id, name: company.me.person.name }, at: NOW, text: body.text, tokens: [{ t: 'text', v: body.text }] })],
		[/^GET \/contacts\/[^/]+$/, (url) => company.card(numberOf(url.pathname.replace('/api/v1', '')))],
		[/^GET \/contacts$/, () => ({ items: company.clients.map((_, n) => company.contact(n)), next: null })],
		[/^GET \/channels\/brief$/, () => (state === 'broken' ? company.channels : company.channels.map((one) => ({ ...one, health: company.channels[0]!.health })))],
		[/^GET \/templates$/, () => company.templates],
		[/^GET \/queues$/, () => []],
		[/^GET \/reminders$/, () => []],
		[/^GET \/notices$/, () => ({ items: state === 'empty' ? [] : company.notices, open: 3, next: null })],
		[/^GET \/search$/, () => ({ hits: company.page(company.chats[0]!.id).messages.slice(4, 9).map((message) => ({ message, thread: { id: message.thread_id, kind: 'team', title: company.chats[0]!.title } })), next: null, understood: '' })],
		[/^GET \/find$/, () => ({ people: [], chats: [], client_chats: [], contacts: [{ id: id('c1', 3), name: company.w.clients[3]![0], phone: '+79215551804' }], understood: '' })],
	];
	/** A thread of 5 000 messages of uneven height, by pages. */
	function longPage(url: URL): MessagePage {
		const all = 5000;
		const thread = url.pathname.split('/')[4]!;
		const limit = Number(url.searchParams.get('limit') ?? 50);
		const [before, after, around] = ['before', 'after', 'around'].map((key) => Number(url.searchParams.get(key) ?? 0)) as [number, number, number];
		const first = Math.max(1, before ? before - limit : after ? after + 1 : around ? around - Math.floor(limit / 2) : all - limit + 1);
		const last = Math.min(all, before ? before - 1 : first + limit - 1);
		const messages = Array.from({ length: Math.max(0, last - first + 1) }, (_, n): Message => {
			const seq = first + n;
			const body = company.w.log[seq % company.w.log.length]!.repeat((seq % 7) + 1);
			const author = company.people[Math.floor(seq / 3) % 5]!;
			return { ...company.page(company.chats[0]!.id).messages[4]!, id: id('a9', seq), thread_id: thread, seq, ordinal: seq, at: NOW - (all - seq) * 7 * 60_000, text: `#${seq} ${body}`, tokens: [{ t: 'p', c: [{ t: 'text', v: `#${seq} ${body}` }] }], author: { kind: 'person', id: author.id, name: author.name }, reply: null };
		});
		return { messages, has_older: first > 1, has_newer: last < all, positions: [], saved: [], count: null, peer_read_seq: null };
	}
	const real = window.fetch.bind(window);
	window.fetch = async (input, init) => {
		const url = new URL(input instanceof Request ? input.url : String(input), location.origin);
		if (!url.pathname.startsWith('/api/v1')) return real(input, init);
		if (url.pathname.includes('/files/')) return real(input, init);
		if (state === 'loading' && url.pathname.includes('/messages')) return new Promise<Response>(() => {});
		if (state === 'gone' && url.pathname.includes('/messages')) return new Response(JSON.stringify({ code: 'not-found', title: '', status: 404 }), { status: 404 });
		const call = `${init?.method ?? 'GET'} ${url.pathname.replace('/api/v1', '')}`;
		const route = routes.find(([pattern]) => pattern.test(call));
		if (state === 'offline' && init?.method === 'POST') throw new TypeError('offline');
		const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
		const answer = route?.[1](url, body);
		return new Response(answer === undefined ? '' : JSON.stringify(answer), { status: answer === undefined ? (call.startsWith('GET') ? 404 : 204) === 204 ? 200 : 404 : 200 });
	};
	let tell: ((frame: ServerFrame) => void) | null = null;
	class FakeSocket extends EventTarget {
		static readonly OPEN = 1;
		static readonly CONNECTING = 0;
		readyState = 0;
		onopen: (() => void) | null = null;
		onclose: (() => void) | null = null;
		onmessage: ((event: { data: string }) => void) | null = null;
		constructor() {
			super();
			tell = (frame) => this.tell(frame);
			queueMicrotask(() => {
				if (state === 'offline') return this.onclose?.();
				this.readyState = 1;
				this.onopen?.();
			});
		}
		send(text: string): void {
			if ((JSON.parse(text) as { type: string }).type === 'hello') this.tell({ type: 'welcome', cursor: '100', server: 'gallery', presence: Object.fromEntries(company.people.map((one) => [one.id, one.presence])) });
		}
		close(): void {}
		tell(frame: ServerFrame): void {
			this.onmessage?.({ data: JSON.stringify(frame) });
		}
	}
	window.WebSocket = FakeSocket as unknown as typeof WebSocket;
	return { frame: (frame) => tell?.(frame) };
}
