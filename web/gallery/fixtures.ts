// A small company on a fixed day: everything the screens ask the server for, in the shapes of the contract.
import type { Capabilities, Chat, ClientChat, ClientChatDetail, Contact, ContactCard, Delivery, FileRef, Health, InboxCounts, Language, Me, Message, MessagePage, Notice, Person, Template, Token } from '../src/api/types';
import { words } from './words';

export const NOW = new Date(2026, 10, 20, 11, 42).getTime();
const MIN = 60_000;
export const id = (kind: string, n: number) => `${kind.padEnd(8, '0').slice(0, 8).replace(/[^0-9a-f]/g, 'a')}-0000-7000-8000-${String(n).padStart(12, '0')}`;
const person = (n: number) => id('ee', n);
export const team = (n: number) => id('c0', n);
export const client = (n: number) => id('cc', n);
const ME = 1;

export function company(language: Language) {
	const w = words[language];
	const presence = ['online', 'online', 'away', 'online', 'offline', 'online', 'offline', 'away'] as const;
	const people: Person[] = w.people.map(([name, title], n) => ({
		id: person(n), name: name!, login: `user${n}`, title: title!, email: `user${n}@example.com`, phones: n % 2 ? ['+79215551804'] : [], extension: String(101 + n), department_id: id('de', [0, 3, 1, 1, 2, 2, 0, 1][n]!), role_ids: [], photo_file_id: null, active: true, guest: false, availability: 'auto', wrote_with: '', wrote_at: null,
		status_text: n === 2 ? w.statuses[0]! : n === 6 ? w.statuses[1]! : '', presence: presence[n]!, last_seen: NOW - n * 47 * MIN,
	}));
	const departments = w.departments.map((name, n) => ({ id: id('de', n), name, parent_id: n === 3 ? id('de', 0) : null }));
	const me: Me = {
		person: people[ME]!, session_id: id('5e', 1),
		rights: ['accounts.people', 'accounts.roles', 'accounts.workspace', 'accounts.audit', 'team.write', 'conversations.answer', 'conversations.see', 'conversations.manage', 'contacts.edit', 'templates.share', 'channels.manage'].map((right) => ({ right, scope: 'all' })),
		workspace: { name: w.workspace, language, time_zone: 'Europe/Moscow', passwordless: false, passwordless_networks: [], guests: true },
		preferences: { language, theme: 'system', density: 'regular', enter_sends: true, desktop_notices: true, sounds: true, single_keys: true, send_typing: true, scroll_to_end: false, push: false, sms_key: 'Space' },
		has_password: true, has_totp: false,
	};
	const para = (...c: Token[]): Token => ({ t: 'p', c });
	const text = (v: string): Token => ({ t: 'text', v });
	const file = (n: number, name: string, kind: FileRef['kind'], over: Partial<FileRef> = {}): FileRef => ({ id: id('f1', n), name, size: 48_300 * (n + 3), mime: kind === 'image' ? 'image/jpeg' : 'application/octet-stream', kind, width: kind === 'image' ? 1280 : null, height: kind === 'image' ? 960 : null, preview: kind === 'image', state: 'ready', duration_ms: kind === 'voice' ? 17_000 : null, peaks: kind === 'voice' ? Array.from({ length: 60 }, (_, at) => 20 + ((at * 37) % 80)) : null, ...over });
	const make = (thread: string, seq: number, at: number, author: Message['author'], body: string, over: Partial<Message> = {}): Message => ({
		id: id('ab', Number(thread.slice(-3)) * 1000 + seq), thread_id: thread, seq, ordinal: seq, client_id: null, at, author, kind: 'text', placeholder: '', hidden: false, text: body, tokens: body ? [para(text(body))] : [], reply: null, files: [], reactions: [], mentions: [], event: null, edited_at: null, deleted_at: null, pinned: false, delivery: null, ...over,
	});
	const by = (n: number): Message['author'] => ({ kind: 'person', id: person(n), name: people[n]!.name });

	// ------------------------------------------------------------ messages of colleagues
	const who = [0, 2, 0, 3, 4, 0, 3, 0, 3, 0, 0, 7, 1, 3, 0];
	const group = team(1);
	const messages = new Map<string, Message[]>();
	const shipments = w.log.map((body, n) => make(group, n + 3, NOW - (w.log.length - n) * 9 * MIN + (n % 3) * 4 * MIN, by(who[n]!), body));
	shipments.unshift(
		make(group, 1, NOW - 26 * 60 * MIN, by(0), '', { kind: 'event', event: { code: 'chat-created', args: { name: people[0]!.name, title: w.groups[0]! } } }),
		make(group, 2, NOW - 25 * 60 * MIN, by(2), w.rich.lead, { tokens: [para(text(w.rich.lead)), { t: 'list', ordered: false, items: w.rich.items.map((one) => [text(one)]) }, { t: 'quote', c: [text(w.rich.quote)] }, para({ t: 'strong', c: [text(w.rich.tail)] }), { t: 'pre', v: w.rich.code }], files: [file(1, w.files[0]!, 'file')], pinned: true }),
	);
	Object.assign(shipments[10]!, { files: [file(2, w.files[2]!, 'image'), file(3, w.files[2]!, 'image', { width: 900, height: 1200 }), file(4, w.files[2]!, 'image')] });
	Object.assign(shipments[11]!, { reply: { id: shipments[10]!.id, seq: 11, author_name: by(3).name, excerpt: w.log[8]! } });
	Object.assign(shipments[8]!, { reactions: [{ emoji: '👍', people: [person(0), person(1), person(4)], outside: false }, { emoji: '🙏', people: [person(0)], outside: false }], edited_at: NOW - 70 * MIN });
	Object.assign(shipments[14]!, { reactions: [{ emoji: '🎉', people: [person(0)], outside: false }] });
	const mention: Token = { t: 'mention', id: person(ME), name: people[ME]!.name };
	shipments[16] = { ...shipments[16]!, tokens: [para(mention, text(', '), text(w.log[14]!))], mentions: [person(ME)] };
	shipments.splice(13, 0, { ...make(group, 0, shipments[12]!.at + MIN, by(7), ''), deleted_at: NOW, kind: 'text' });
	shipments.forEach((one, n) => Object.assign(one, { seq: n + 1, ordinal: n + 1, id: id('ab', 1000 + n) }));
	messages.set(group, shipments);
	const direct = team(2);
	messages.set(direct, [
		...w.direct.map((body, n) => make(direct, n + 1, NOW - 90 * MIN + n * 6 * MIN, by(n % 2 ? ME : 0), body)),
		make(direct, 7, NOW - 40 * MIN, by(0), '', { files: [file(5, 'voice.ogg', 'voice')] }),
		make(direct, 8, NOW - 30 * MIN, by(ME), '', { files: [file(6, w.files[1]!, 'file')] }),
		make(direct, 9, NOW - 12 * MIN, by(ME), w.direct[4]!),
	]);

	// ------------------------------------------------------------ chats of colleagues
	const chat = (n: number, over: Partial<Chat>): Chat => {
		const list = messages.get(team(n));
		const last = list?.at(-1);
		return {
			id: team(n), kind: 'group', title: '', member_ids: [person(ME), person(0)], admin_ids: [], who_adds: 'members', parent_id: null, root_id: null, archived: false, owner_id: person(0), created_at: NOW - 90 * 24 * 60 * MIN,
			last: last ? { seq: last.seq, at: last.at, author_kind: 'person', author_id: last.author.id, author_name: last.author.name, excerpt: last.text || last.files[0]?.name || '', hidden: false } : { seq: 1, at: NOW - n * 190 * MIN, author_kind: 'person', author_id: person(n % 8), author_name: people[n % 8]!.name, excerpt: w.lastLines[n % 3]!, hidden: false },
			last_seq: last?.seq ?? 1, last_ordinal: last?.ordinal ?? 1, read_seq: last?.seq ?? 1, read_ordinal: last?.ordinal ?? 1, unread: 0, mentions: 0, muted: false, pinned: false, draft: '', ...over,
		};
	};
	const total = shipments.length;
	const chats: Chat[] = [
		chat(1, { title: w.groups[0]!, member_ids: [0, 1, 2, 3, 4, 7].map(person), pinned: true, read_seq: total - 2, read_ordinal: total - 2, unread: 2, mentions: 1 }),
		chat(2, { kind: 'direct' }),
		chat(3, { kind: 'direct', member_ids: [person(ME), person(2)], unread: 3, last_ordinal: 4 }),
		chat(4, { kind: 'direct', member_ids: [person(ME), person(4)], draft: w.direct[3]! }),
		chat(5, { kind: 'direct', member_ids: [person(ME), person(6)] }),
		chat(6, { title: w.groups[1]!, member_ids: people.map((one) => one.id), muted: true, unread: 12, last_ordinal: 13 }),
		chat(7, { title: w.groups[2]!, member_ids: [0, 1, 6].map(person) }),
		chat(8, { kind: 'self', member_ids: [person(ME)] }),
	];

	// ------------------------------------------------------------ clients
	const capabilities: Capabilities = { text: { max: 4096, unit: 'utf16' }, caption: { max: 1024, kinds: ['image'] }, album: { max: 10, classes: [['image', 'video']], max_bytes: null }, files: {}, voice: true, reply: true, edit: { own: true, within_s: 172_800 }, delete: { own: true, within_s: 172_800 }, react: { in: true, out: true, allowed: ['👍', '❤️', '🔥', '👏', '🎉'] }, receipts: { delivered: true, read: true }, typing: { in: false, out: true }, first_contact: 'never', addresses: [], number_check: false, approved_templates: false, marks_read: false, window_s: null, sees_peer_edit: true, sees_peer_delete: false, sees_external_operator: false, external_program: 'messenger', chats: 'all', files_by_address: false, history: false, idempotent: false, costs_money: false, buttons: false, keyboard: { max: 10, label_max: 64, links: 10, mixed: true, text_max: 0, files: 1, pictures_only: false }, visitors: false, asks_phone: false, desk: false, unit_price: '' };
	const health = (state: Health['state'], code = state as string, pending = 0): Health => ({ state, code, detail: '', checked_at: NOW, last_in: NOW, last_out: NOW, pending, failed: 0, balance: '', down_since: null });
	const channels = w.channels.map((name, n) => ({ id: id('ca', n), kind: ['telegram', 'widget', 'vk'][n]!, name, capabilities, may_write_first: false, health: n === 2 ? health('broken', 'token_refused', 2) : health('ok') }));
	const waits = [38, 12, 4, null, 2, 7, null];
	const states = ['work', 'work', 'queue', 'closed', 'work', 'queue', 'work'] as const;
	const owners = [ME, ME, null, ME, 0, null, 2];
	const clients: ClientChat[] = w.clients.map(([name, line], n) => ({
		id: client(n), contact: { id: id('c1', n), name: name!, phone: '+79215551804', photo_file_id: null }, group: false, channel: { id: channels[n % 3]!.id, kind: channels[n % 3]!.kind, name: channels[n % 3]!.name }, state: states[n]!, queue_id: id('9e', 0), assignee_id: owners[n] === null ? null : person(owners[n]!), observer_ids: n === 4 ? [person(ME), person(2)] : n === 0 ? [person(0)] : [],
		conversation: { id: id('c2', n), number: 1204 + n * 3, state: states[n] === 'closed' ? 'closed' : 'open', opened_at: NOW - 300 * MIN, closed_at: null, closed_by: null, from_seq: 1, to_seq: null }, given_at: null, given_by: null, answer_by: null, snoozed: null, label_ids: [], observe_all: null, waiting_since: waits[n] === null ? null : NOW - waits[n]! * MIN, window_expires_at: null, blocked: false,
		last: { seq: 8, at: NOW - (waits[n] ?? 55) * MIN, author_kind: n === 3 ? 'person' : 'contact', author_id: n === 3 ? person(ME) : null, author_name: name!, excerpt: line!, hidden: n === 6 }, last_seq: 10, last_ordinal: 10, updated_at: NOW - n * 11 * MIN, read_seq: n === 0 ? 8 : 10, read_ordinal: n === 0 ? 8 : 10, unread: n === 0 ? 2 : n === 2 ? 1 : 0, mentions: 0, draft: '', draft_hidden: false,
		may: states[n] === 'queue' ? ['send', 'take', 'hand_over', 'observers', 'hide'] : states[n] === 'closed' ? ['reopen'] : ['send', 'hand_over', 'close', 'observers', 'needs_no_answer', 'to_queue', 'hide'],
	}));
	const delivery = (state: Delivery['state'], parts = 1, reason = ''): Delivery => ({ state, reason, parts: Array.from({ length: parts }, (_, n) => ({ n, state: parts > 1 && n === 0 ? 'read' : state, reason, text_len: 0, files: [] })) });
	const one = client(0);
	const guest: Message['author'] = { kind: 'contact', id: id('c1', 0), name: clients[0]!.contact.name };
	const conversation: Message[] = w.conversation.map((body, n) => make(one, n + 2, NOW - 68 * MIN + n * 6 * MIN, [0, 4, 6, 7].includes(n) ? guest : by(n === 2 ? 2 : ME), body, n === 2 ? { hidden: true } : {}));
	conversation[2] = { ...conversation[2]!, tokens: [para(text(body2(w.conversation[2]!)[0]!), mention, text(body2(w.conversation[2]!)[1]!))] };
	conversation[1]!.delivery = delivery('read');
	conversation[3]!.delivery = delivery('delivered', 2);
	conversation[5]!.delivery = delivery('sent');
	conversation[6]!.files = [file(7, w.files[3]!, 'image', { width: 720, height: 960 })];
	conversation.unshift(make(one, 1, NOW - 69 * MIN, { kind: 'system', id: null, name: '' }, '', { kind: 'event', event: { code: 'conversation-opened', args: { number: '1204' } } }));
	conversation.splice(3, 0, make(one, 0, NOW - 60 * MIN, by(ME), '', { kind: 'event', event: { code: 'chat-taken', args: { author: people[ME]!.name } } }));
	conversation.forEach((message, n) => Object.assign(message, { seq: n + 1, ordinal: n + 1, id: id('ac', n) }));
	messages.set(one, conversation);
	const failing = client(1);
	messages.set(failing, [
		make(failing, 1, NOW - 40 * MIN, { kind: 'contact', id: id('c1', 1), name: clients[1]!.contact.name }, w.clients[1]![1]!),
		make(failing, 2, NOW - 30 * MIN, by(ME), w.conversation[3]!, { delivery: delivery('failed', 3, 'file_too_big'), files: [file(8, w.files[1]!, 'file')] }),
		make(failing, 3, NOW - 14 * MIN, { kind: 'contact', id: id('c1', 1), name: clients[1]!.contact.name }, '', { kind: 'placeholder', placeholder: 'poll' }),
		make(failing, 4, NOW - 12 * MIN, by(ME), w.conversation[5]!, { delivery: delivery('queued') }),
	]);
	const contact = (n: number): Contact => ({ id: id('c1', n), name: clients[n]!.contact.name, company: n === 1 ? w.clients[1]![0]! : '', email: n === 0 ? 'maria@example.com' : '', phones: ['+79215551804'], note: '', photo_file_id: null, responsible_id: null, label_ids: [], group: false, merged_into: null, created_at: NOW - 200 * 24 * 60 * MIN, identities: [{ id: id('1d', n), channel_id: channels[n % 3]!.id, kind: channels[n % 3]!.kind, value: '@maria_s', title: clients[n]!.contact.name, verified: true }, { id: id('1d', n + 40), channel_id: channels[1]!.id, kind: 'widget', value: '7f3c2a', title: '', verified: false }], facts: [{ key: 'page', value: 'https://shop.example.com/orders/4471' }, { key: 'language', value: language }, { key: 'referrer', value: 'https://ya.ru/' }] });
	const detail = (n: number): ClientChatDetail => ({ chat: clients[n]!, conversations: [clients[n]!.conversation!], channel: channels[n % 3]!, contact: contact(n), route: { decided: null, steps: [] } });
	const card = (n: number): ContactCard => ({ contact: contact(n), active: [clients[n]!, clients[6]!], earlier: [{ ...clients[3]!.conversation!, chat_id: client(3), channel_kind: 'telegram', visible: true }, { ...clients[5]!.conversation!, id: id('c2', 90), number: 871, state: 'closed', opened_at: NOW - 60 * 24 * 60 * MIN, chat_id: client(5), channel_kind: 'widget', visible: false }], members: [] });
	const tally = (total_: number, unread: number) => ({ total: total_, unread });
	const counts: InboxCounts = { my: tally(2, 1), watched: tally(1, 0), queue: tally(2, 1), waiting: tally(5, 1), all: tally(6, 2), closed: tally(148, 0), snoozed: tally(0, 0) };
	const notices: Notice[] = w.notices.map(([title, body], n) => ({ id: id('ff', n), kind: (['mention', 'assigned', 'failed'] as const)[n]!, at: NOW - n * 17 * MIN, thread_id: n === 0 ? group : client(n), thread_kind: n === 0 ? 'team' : 'client', message_id: null, actor_id: n === 0 ? person(0) : n === 1 ? person(2) : null, title: title!, text: body!, done: false }));
	const templates: Template[] = w.templates.map(([title, body], n) => ({ id: id('7e', n), title: title!, text: body!, scope: 'all', owner_id: me.person.id, for_me: true, department_ids: [], queue_ids: [], files: [], asks: [], variants: [] }));
	const page = (thread: string): MessagePage => ({ messages: messages.get(thread) ?? [], has_older: false, has_newer: false, saved: [], count: null, positions: [{ person_id: person(0), read_seq: 6, delivered_seq: 8 }], peer_read_seq: thread === direct ? 6 : null });
	return { w, me, people, departments, chats, clients, channels, counts, notices, templates, page, detail, card, contact };
}
function body2(text: string): [string, string] {
	const at = text.indexOf('@');
	return [text.slice(0, at), text.slice(at + 1)];
}
export type Company = ReturnType<typeof company>;
