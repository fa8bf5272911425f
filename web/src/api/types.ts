// The shapes the server speaks. All times are whole milliseconds since 1970 (a `Date` takes them); all ids are UUID strings.

export type Id = string;
export type Millis = number;
export type Language = 'ru' | 'en';

/** application/problem+json. `title` is a sentence in the user's language; `code` is stable. */
export interface Problem {
	code: string; // e.g. 'accounts.wrong_credentials', 'not-found', 'conversations.taken'
	title: string;
	status: number;
	field?: string;
	args?: Record<string, string>; // e.g. {seconds: '42'} | {name: 'Анна', person_id, seconds}
	reference?: string; // for 500: what to tell the administrator
}

// ---------------------------------------------------------------- people, rights
export type PresenceState = 'online' | 'away' | 'offline';
export interface Person {
	id: Id;
	name: string;
	login: string | null;
	title: string; // job title
	email: string;
	phones: string[]; // E.164
	extension: string;
	department_id: Id | null;
	role_ids: Id[];
	photo_file_id: Id | null;
	active: boolean;
	status_text: string;
	presence: PresenceState; // at the moment of the answer; later changes come as 'presence' frames
	last_seen: Millis | null;
}
export interface Department { id: Id; name: string; parent_id: Id | null }
export type Scope = 'own' | 'group' | 'all';
export interface RoleRight { right: string; scope: Scope }
export interface Role { id: Id; name: string; builtin: boolean; rights: RoleRight[]; people: number }
/** One right that exists; `title` and `about` are in the user's language. */
export interface RightInfo { right: string; title: string; about: string; scopes: Scope[] }
export interface Workspace {
	name: string;
	language: Language;
	time_zone: string; // IANA
	passwordless: boolean; // S0-07: people without password may sign in from these networks
	passwordless_networks: string[]; // CIDR
}
export interface Preferences {
	language: Language | null; // null: the workspace's
	theme: 'system' | 'light' | 'dark';
	density: 'compact' | 'regular' | 'roomy';
	enter_sends: boolean;
	desktop_notices: boolean; // L-01
	sounds: boolean; // L-02: false leaves only the visual notice
	single_keys: boolean; // WCAG 2.1.4
	send_typing: boolean;
	push: boolean;
}
export interface Me {
	person: Person;
	session_id: Id;
	rights: RoleRight[]; // union of my roles
	workspace: Workspace;
	preferences: Preferences;
	has_password: boolean;
	has_totp: boolean;
}
export interface Session { id: Id; created_at: Millis; last_used_at: Millis; address: string; client: string; current: boolean }
export interface ApiToken { id: Id; name: string; scopes: string[]; created_at: Millis; last_used_at: Millis | null }
export interface Invitation { id: Id; name: string; email: string; created_at: Millis; expires_at: Millis; used: boolean; url?: string }
export interface AuditEntry { id: Id; at: Millis; person_id: Id | null; person_name: string; action: string; subject: string; detail: Record<string, unknown>; address: string }

// ---------------------------------------------------------------- messages
export type Token =
	| { t: 'text'; v: string }
	| { t: 'strong' | 'em' | 'strike'; c: Token[] }
	| { t: 'code'; v: string }
	| { t: 'pre'; v: string; lang?: string }
	| { t: 'quote'; c: Token[] }
	| { t: 'list'; ordered: boolean; items: Token[][] }
	| { t: 'link'; href: string; c: Token[] } // only http, https, mailto, tel
	| { t: 'mention'; id: Id; name: string }
	| { t: 'br' }
	| { t: 'p'; c: Token[] };

export type DeliveryState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown' | 'cancelled';
export interface Part { n: number; state: DeliveryState; reason: string; text_len: number; files: Id[] }
/** the ladder of a message to a client; the state is the minimum over its parts. */
export interface Delivery { state: DeliveryState; reason: string; parts: Part[] }

export interface FileRef {
	id: Id;
	name: string;
	size: number;
	mime: string;
	kind: 'image' | 'video' | 'audio' | 'voice' | 'file';
	width: number | null;
	height: number | null;
	preview: boolean; // GET /files/{id}/preview answers a picture
	state: 'ready' | 'pending' | 'failed'; // pending: still being fetched from the messenger
	duration_ms: number | null;
}
export interface Reaction { emoji: string; people: Id[]; outside: boolean }
export interface ReplyRef { id: Id; seq: number; author_name: string; excerpt: string }
export interface EventLine { code: string; args: Record<string, string> } // Fluent id `event-<code>` with args

export interface Message {
	id: Id;
	thread_id: Id;
	seq: number; // 1, 2, 3 … in the thread
	ordinal: number; // counts only what makes "unread"; unread = thread.last_ordinal - my read_ordinal
	client_id: Id | null; // the id the sender made; match own optimistic rows by it
	at: Millis;
	author: { kind: 'person' | 'contact' | 'bot' | 'system'; id: Id | null; name: string };
	kind: 'text' | 'event' | 'placeholder'; // placeholder: the messenger sent something we do not know (U-09)
	placeholder: string; // the raw kind, for 'placeholder'
	hidden: boolean; // L-65: only employees see it
	text: string; // the source, for editing and copying
	tokens: Token[];
	reply: ReplyRef | null;
	files: FileRef[];
	reactions: Reaction[];
	mentions: Id[];
	event: EventLine | null;
	edited_at: Millis | null;
	deleted_at: Millis | null; // then text, tokens, files are empty
	pinned: boolean;
	delivery: Delivery | null; // only messages that go to a client
}
export interface Position { person_id: Id; read_seq: number; delivered_seq: number }
export interface MessagePage {
	messages: Message[]; // ascending seq
	has_older: boolean;
	has_newer: boolean;
	positions: Position[]; // of everyone in a chat of at most 50, else only mine
	peer_read_seq: number | null;
}
export interface LastLine { seq: number; at: Millis; author_kind: string; author_id: Id | null; author_name: string; excerpt: string; hidden: boolean }

// ---------------------------------------------------------------- team chats (the id of a chat is the id of its thread)
export interface Chat {
	id: Id;
	kind: 'direct' | 'group' | 'self';
	title: string; // '' for direct: draw the other member's name
	member_ids: Id[];
	owner_id: Id | null;
	created_at: Millis;
	last: LastLine | null;
	last_seq: number;
	last_ordinal: number;
	// mine:
	read_seq: number;
	read_ordinal: number;
	unread: number;
	mentions: number;
	muted: boolean;
	pinned: boolean;
	draft: string;
}

// ---------------------------------------------------------------- client chats
export interface Capabilities {
	text: { max: number; unit: 'utf16' | 'chars' };
	caption: { max: number; kinds: string[] };
	album: { max: number; classes: string[][] };
	files: Record<string, { max_bytes: number; mimes: string[] }>; // by kind
	voice: boolean;
	reply: boolean;
	edit: { own: boolean; within_s: number | null };
	delete: { own: boolean; within_s: number | null };
	react: { in: boolean; out: boolean; allowed: string[] };
	receipts: { delivered: boolean; read: boolean };
	typing: { in: boolean; out: boolean };
	first_contact: 'never' | 'deep_link' | 'template' | 'free';
	sees_peer_edit: boolean;
	sees_peer_delete: boolean;
}
export interface ChannelBrief { id: Id; kind: string; name: string; capabilities: Capabilities; health: Health }
export interface ConversationBrief { id: Id; number: number | null; state: 'open' | 'closed'; opened_at: Millis; closed_at: Millis | null; closed_by: Id | null; from_seq: number; to_seq: number | null }
export type ClientChatState = 'queue' | 'work' | 'closed';
export interface ClientChat {
	id: Id; // also the thread id
	contact: { id: Id; name: string; phone: string | null; photo_file_id: Id | null };
	channel: { id: Id; kind: string; name: string };
	state: ClientChatState;
	queue_id: Id;
	assignee_id: Id | null;
	observer_ids: Id[];
	conversation: ConversationBrief | null; // the newest
	waiting_since: Millis | null; // the client waits for an answer since then; null: nobody waits
	blocked: boolean; // the client blocked the bot
	last: LastLine | null;
	last_seq: number;
	last_ordinal: number;
	updated_at: Millis;
	// mine:
	read_seq: number;
	read_ordinal: number;
	unread: number;
	mentions: number;
	draft: string;
	draft_hidden: boolean;
	may: ClientChatAction[]; // what I may do with it now
}
export type ClientChatAction = 'send' | 'take' | 'hand_over' | 'close' | 'reopen' | 'observers' | 'leave' | 'needs_no_answer' | 'to_queue' | 'hide';
export type InboxGroup = 'my' | 'watched' | 'queue' | 'all' | 'closed' | 'waiting';
export interface InboxPage { items: ClientChat[]; next: string | null }
export type InboxCounts = Record<InboxGroup, { total: number; unread: number }>;
export interface ClientChatDetail { chat: ClientChat; conversations: ConversationBrief[]; channel: ChannelBrief; contact: Contact }
export interface Identity { id: Id; channel_id: Id | null; kind: string; value: string; title: string; verified: boolean }
export interface Contact {
	id: Id;
	name: string;
	company: string;
	email: string;
	phones: string[];
	note: string;
	photo_file_id: Id | null; // as their messenger shows it
	created_at: Millis;
	identities: Identity[];
	facts: { key: string; value: string }[]; // page, referrer, language, deep link …
}
export interface ContactCard { contact: Contact; active: ClientChat[]; earlier: (ConversationBrief & { chat_id: Id; channel_kind: string; visible: boolean })[] }
export interface PlanPart { text: string; files: number[] } // files: indexes into the asked list
export interface Template { id: Id; title: string; text: string; scope: 'own' | 'all'; owner_id: Id | null }
export interface Queue { id: Id; name: string; member_ids: Id[]; department_ids: Id[]; policy: 'first_to_answer' }

// ---------------------------------------------------------------- channels
export interface Health {
	state: 'ok' | 'checking' | 'warning' | 'broken' | 'off';
	code: string; // Fluent id `health-<code>`
	detail: string;
	checked_at: Millis | null;
	last_in: Millis | null;
	last_out: Millis | null;
	pending: number; // parts waiting in the outbox
	failed: number;
}
/** A field of a set-up form; titles are Fluent ids `channel-<kind>-<name>` in the client's catalog. */
export interface SettingField { name: string; type: 'text' | 'secret' | 'url' | 'choice' | 'switch' | 'lines'; required: boolean; choices: string[]; default: string }
export interface ChannelKind { kind: string; settings: SettingField[]; capabilities: Capabilities }
export type ReopenRule = { kind: 'always' } | { kind: 'within_hours'; hours: number } | { kind: 'never' };
export interface ChannelAccount {
	id: Id;
	kind: string;
	name: string;
	enabled: boolean;
	settings: Record<string, string>; // secrets come as '' and are kept when sent back as ''
	queue_id: Id;
	reopen: ReopenRule; // S3-20, X-01
	health: Health;
	snippet: string | null; // what to paste into a site, for the widget
	link: string | null; // where a client writes: https://t.me/name, /demo
}
export interface CheckResult { ok: boolean; name: string; code: string; detail: string }

// ---------------------------------------------------------------- finding, notices, jobs
export interface SearchHit { message: Message; thread: { id: Id; kind: 'team' | 'client'; title: string } }
export interface SearchPage { hits: SearchHit[]; next: string | null; understood: string } // understood: 'привет' when 'ghbdtn' was typed
export interface FoundEverywhere { people: Id[]; chats: { id: Id; title: string }[]; client_chats: { id: Id; title: string; number: number | null }[]; contacts: { id: Id; name: string; phone: string | null }[]; understood: string }
export interface Notice {
	id: Id;
	kind: 'mention' | 'message' | 'queue' | 'assigned' | 'observer' | 'failed' | 'channel' | 'reaction';
	at: Millis;
	thread_id: Id | null;
	thread_kind: 'team' | 'client' | null;
	message_id: Id | null;
	actor_id: Id | null;
	title: string; // who or where, already in my language
	text: string;
	done: boolean;
}
export interface DeadJob { id: Id; kind: string; attempts: number; failed_at: Millis; error: string; payload: unknown }

// ---------------------------------------------------------------- the socket
export type ClientFrame =
	| { type: 'hello'; cursor: string | null; client: { kind: 'web' | 'panel' | 'api'; version: string } }
	| { type: 'ack'; thread_id: Id; seq: number } // this device has stored messages of the thread up to seq (delivered)
	| { type: 'typing'; thread_id: Id; hidden?: boolean }
	| { type: 'viewing'; thread_id: Id | null } // which chat is in front (U-18); null: none
	| { type: 'active'; active: boolean } // the person touched the device: presence online / away
	| { type: 'ping' };

/** Frames with `cursor` are journal events: apply in order, remember the cursor. Frames without are passing signs. */
export type ServerFrame =
	| { type: 'welcome'; cursor: string; server: string; presence: Record<Id, PresenceState> }
	| { type: 'reload'; cursor: string } // too old or unknown cursor: fetch lists and windows afresh
	| { type: 'pong' }
	| { type: 'message.added'; cursor: string; message: Message }
	| { type: 'message.changed'; cursor: string; message: Message } // edited, deleted, reaction, pin, delivery, file fetched
	| { type: 'chat.changed'; cursor: string; chat: Omit<Chat, 'read_seq' | 'read_ordinal' | 'unread' | 'mentions' | 'muted' | 'pinned' | 'draft'> }
	| { type: 'chat.gone'; cursor: string; id: Id } // I am no longer in it (team or client)
	| { type: 'chat.mine'; cursor: string; id: Id; read_seq: number; read_ordinal: number; unread: number; mentions: number; muted: boolean; pinned: boolean; draft: string; draft_hidden: boolean } // my own state of a chat, from any of my devices
	| { type: 'client_chat.changed'; cursor: string; chat: Omit<ClientChat, 'read_seq' | 'read_ordinal' | 'unread' | 'mentions' | 'draft' | 'draft_hidden' | 'may'> }
	| { type: 'notice.added' | 'notice.changed'; cursor: string; notice: Notice }
	| { type: 'person.changed'; cursor: string; person: Omit<Person, 'presence' | 'last_seen'> }
	| { type: 'people.changed'; cursor: string } // departments, roles: fetch /people again
	| { type: 'channel.changed'; cursor: string; id: Id; health: Health }
	| { type: 'settings.changed'; cursor: string; what: 'templates' | 'queues' | 'workspace' | 'channels' | 'me' }
	| { type: 'contact.changed'; cursor: string; contact: Contact }
	| { type: 'position'; thread_id: Id; person_id: Id; read_seq: number; delivered_seq: number }
	| { type: 'typing'; thread_id: Id; person_id: Id | null; name: string; hidden: boolean } // person_id null: the client types
	| { type: 'viewing'; thread_id: Id; person_ids: Id[] }
	| { type: 'presence'; person_id: Id; state: PresenceState; last_seen: Millis | null }
	| { type: 'signed_out' };
