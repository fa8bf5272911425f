// The shapes the server speaks, by the names the screens use. They come from the server's own document: schema.ts is made of
// docs/api/openapi.json by `npm run types`. Only what the document does not carry, the frames of the socket, is written here.
import type { components, operations } from './schema';

type Schemas = components['schemas'];
/** In answers nothing is left out: what has no value is written as `null`. The document cannot say so of optional values. */
type Written<T> = T extends (infer One)[] ? Written<One>[] : T extends object ? { [Key in keyof T]-?: Written<Exclude<T[Key], undefined>> } : T;
type Answer<Name extends keyof Schemas> = Written<Schemas[Name]>;

export type Id = string; // a UUID
export type Millis = Schemas['Moment']; // whole milliseconds since 1970
export type Language = Schemas['Language'];
/** application/problem+json. `title` is a sentence in the user's language; `code` is stable. */
export type Problem = Schemas['ProblemBody'];

// ---------------------------------------------------------------- people, rights
export type PresenceState = Schemas['PresenceState'];
export type Availability = Schemas['Availability'];
/** What stands beside a name: the devices' word, or what the person chose. */
export type Shown = PresenceState | 'busy' | 'dnd';
/** Presence is that of the moment of the answer; later changes come as `presence` frames. */
export type Person = Omit<Answer<'Person'>, 'presence'> & { presence: PresenceState };
export type Department = Answer<'Department'>;
export type Scope = Schemas['Scope'];
export type RoleRight = Answer<'RoleRight'>;
export type Role = Answer<'Role'>;
export type RightInfo = Answer<'RightInfo'>;
export type Workspace = Answer<'Workspace'>;
export type Preferences = Answer<'Preferences'>;
export type Me = Answer<'MeAnswer'>;
export type Session = Answer<'Session'>;
export type ApiToken = Answer<'ApiToken'>;
/** Its address is told once, when it is made. */
export type Invitation = Omit<Answer<'Invitation'>, 'url'> & { url?: string | null };
export type AuditEntry = Answer<'AuditEntry'>;

// ---------------------------------------------------------------- messages
export type Token = Schemas['Token'];
export type DeliveryState = Schemas['DeliveryState'];
export type Part = Answer<'Part'>;
export type Delivery = Answer<'Delivery'>;
export type FileRef = Answer<'FileRef'>;
export type Reaction = Answer<'Reaction'>;
export type ReplyRef = Answer<'ReplyRef'>;
export type EventLine = Answer<'EventLine'>;
export type ObjectRef = Answer<'ObjectRef'>;
export type Forwarded = Answer<'Forwarded'>;
export type LinkPreview = Answer<'LinkPreview'>;
/** A button under a message to a client; with a page it opens it, without one it answers with its words. */
export interface MessageButton {
	text: string;
	url?: string;
}
/** What few messages have; what is not there is left out. */
export interface Extras {
	forwarded?: Forwarded;
	cards?: ObjectRef[];
	links?: ObjectRef[];
	topic?: { id: Id; replies: number; last_at: Millis | null };
	from_topic?: Id;
	preview?: LinkPreview;
	via?: string;
	buttons?: MessageButton[];
}
export type Message = Omit<Answer<'Message'>, 'tokens' | 'extras'> & { tokens: Token[]; extras?: Extras };
export type Card = Answer<'Card'>;
export type Later = Answer<'Later'>;
export type Readers = Answer<'Readers'>;
export type SavedPage = Omit<Answer<'SavedPage'>, 'items'> & { items: (Omit<Answer<'SavedMessage'>, 'message'> & { message: Message })[] };
export type Report = Answer<'Report'>;
export type Position = Answer<'Position'>;
export type MessagePage = Omit<Answer<'MessagePage'>, 'messages'> & { messages: Message[] };
export type Shelved = Answer<'Shelved'>;
export type ShelfPage = Answer<'ShelfPage'>;
export type LastLine = Answer<'LastLine'>;

// ---------------------------------------------------------------- chats of colleagues; the id of a chat is the id of its thread
export type Chat = Answer<'MyChat'>;

// ---------------------------------------------------------------- moving in and out
export type Import = Answer<'Import'>;
export type ContactImport = Answer<'ContactImport'>;
export type ContactImportAnswer = Answer<'ContactImportAnswer'>;
export type TablePreview = Answer<'TablePreview'>;
export type TableColumn = Answer<'TableColumn'>;
export type Export = Answer<'Export'>;

// ---------------------------------------------------------------- chats of clients
export type Capabilities = Answer<'Capabilities'>;
export type ChannelBrief = Answer<'ChannelBrief'>;
export type ConversationBrief = Answer<'Conversation'>;
export type ClientChatState = Schemas['ClientChatState'];
export type ClientChatAction = Schemas['ClientChatAction'];
export type ClientChat = Answer<'MyClientChat'>;
export type InboxGroup = operations['get_inbox']['parameters']['query']['group'];
export type InboxPage = Answer<'InboxPage'>;
export type InboxCounts = Answer<'InboxCounts'>;
export type ClientChatDetail = Answer<'ClientChatDetail'>;
export type Identity = Answer<'Identity'>;
export type Contact = Answer<'Contact'>;
export type ContactCard = Answer<'ContactCard'>;
export type Duplicate = Answer<'Duplicate'>;
export type DuplicatesPage = Answer<'DuplicatesAnswer'>;
export type Doubts = Answer<'DoubtsAnswer'>;
export type MergedFrom = Answer<'MergedFrom'>;
export type MergePreview = Answer<'MergePreview'>;
export type MergeField = Answer<'PreviewField'>;
export type MergeChoices = Partial<Record<MergeField['field'], MergeField['choice']>>;
export type MergeDone = Answer<'MergeAnswer'>;
export type PlanPart = Answer<'PlanPart'>;
export type Template = Answer<'Template'>;
export type Ask = Answer<'Ask'>;
export type Rendered = Answer<'Rendered'>;
export type Queue = Answer<'Queue'>;
export type Label = Answer<'Label'>;
export type LabelColor = Schemas['LabelColor'];
export type ChatFilter = Required<Schemas['ChatFilter']>;
export type ChatView = Answer<'ChatView'> & { filter: ChatFilter };
export type ViewCount = Answer<'ViewCount'>;
export type BulkAnswer = Answer<'BulkAnswer'>;
export type ContactMarksAnswer = Answer<'ContactMarksAnswer'>;
export type Policy = Schemas['Policy'];
export type QueueRules = Queue['rules'];
export type Fallback = Answer<'Fallback'>;
export type RoutingRule = Answer<'RoutingRule'>;
export type WorkSpan = Schemas['WorkSpan'];
export type WorkCalendar = Answer<'Calendar'>;
export type HoursPreview = Answer<'Preview'>;
export type ProductionYear = Answer<'ProductionYear'>;
export type Trial = Answer<'TrialAnswer'>;
export type QueueLoad = Answer<'QueueLoad'>;
export type Route = Answer<'Route'>;

// ---------------------------------------------------------------- channels
export type Health = Answer<'Health'>;
export type SettingField = Answer<'SettingField'>;
export type ChannelKind = Answer<'ChannelKind'>;
export type ReopenRule = Schemas['ReopenRule'];
export type ChannelAccount = Answer<'ChannelAccount'>;
export type CheckResult = Answer<'CheckOutcome'>;
export type SigningIn = Answer<'SigningIn'>;
export type ChatToChoose = Answer<'ChatToChoose'>;
export type ApprovedTemplate = Answer<'ApprovedTemplate'>;
export type TemplateText = ApprovedTemplate['text'];
export type TemplateButton = Answer<'TemplateButton'>;
/** An approved text with a value for each of its places. */
export type TemplateUse = { id: Id; values: Record<string, string> };

/** A text for clients in both languages. */
export type Phrase = Answer<'Phrase'>;
/** What clients are asked before they write. */
export type AskForm = Answer<'Form'>;
export type SiteFacts = Answer<'SiteFacts'>;
export type WidgetConfig = Answer<'WidgetConfig'>;
/** L-78: a channel by which anybody can be let write to us, and a counted link to one. */
export type OpenWay = Answer<'OpenWay'>;
export type PublicLink = Answer<'PublicLink'>;

// ---------------------------------------------------------------- desks in messengers
export type DeskBrief = Answer<'DeskBrief'>;
export type DeskMine = Answer<'Mine'>;
export type DeskSeat = Answer<'Seat'>;
export type SeatPage = Answer<'SeatPage'>;

// ---------------------------------------------------------------- writing first
export type WayTo = Answer<'WayTo'>;
export type ReachAnswer = Answer<'ReachAnswer'>;

// ---------------------------------------------------------------- tasks, tables
export type Task = Omit<Answer<'Task'>, 'tokens'> & { tokens: Token[] };
export type TaskState = Schemas['TaskState'];
export type NewTask = Schemas['NewTask'];
export type TaskPatch = Partial<Omit<Schemas['TaskPatch'], 'version'>>;
export type CellKind = Schemas['CellKind'];
export type Circle = Required<Schemas['Circle']>;
export type TableField = Omit<Answer<'Field'>, 'id' | 'choices'> & { id: Id; choices: { id: Id; name: string }[] };
export type Table = Omit<Answer<'MyTable'>, 'fields' | 'rows' | 'may_write' | 'may_keep'> & { fields: TableField[] };
export type MyTable = Table & Pick<Answer<'MyTable'>, 'rows' | 'may_write' | 'may_keep'>;
export type TableRow = Omit<Answer<'Row'>, 'cells'> & { cells: Record<Id, unknown> };
/** Tasks in which somebody and I both take part. */
export type TasksTogether = Omit<Answer<'TasksTogether'>, 'items'> & { items: Task[] };
export type CommentsOf = Omit<Answer<'CommentsOf'>, 'items'> & { items: { entry: Entry; number: number; title: string }[] };
export type ThreadNumbers = Answer<'Written'>;
export type BaseCheck = Answer<'BaseCheck'>;
export type MailServer = Answer<'MailServer'>;
export type MailServerAnswer = Answer<'MailServerAnswer'>;
export type Entry = Omit<Answer<'Entry'>, 'tokens' | 'changes'> & { tokens: Token[]; changes: { field: string; name: string; before: unknown; after: unknown }[] };

// ---------------------------------------------------------------- finding, notices, jobs
export type SearchHit = Omit<Answer<'SearchHit'>, 'message'> & { message: Message };
export type SearchPage = Omit<Answer<'SearchPage'>, 'hits'> & { hits: SearchHit[] };
export type FoundEverywhere = Answer<'FoundEverywhere'>;
export type Notice = Answer<'Notice'>;
export type DeadJob = Answer<'DeadJob'>;
export type Ledger = Answer<'Ledger'>;
export type LedgerStep = Answer<'Step'>;
export type Undelivered = Answer<'Undelivered'>;
export type UndeliveredPage = Answer<'UndeliveredPage'>;
export type Comparison = Answer<'Comparison'>;
export type LinkSettings = Answer<'LinkSettings'>;
export type ContactLinks = Answer<'ContactLinks'>;
export type Reminder = Answer<'Reminder'>;
export type Ways = Schemas['Ways'];
export type Quiet = Schemas['Quiet'];
export type NoticeSettings = Answer<'NoticeSettingsAnswer'>;
export type ChatSwitches = Answer<'ChatSwitches'>;
export type Preset = Schemas['Preset'];
export type Presets = Answer<'PresetsAnswer'>;
export type When = Partial<Schemas['When']>;

// ---------------------------------------------------------------- the socket
export type ClientFrame =
	| { type: 'hello'; cursor: string | null; client: { kind: 'web' | 'panel' | 'api'; version: string } }
	| { type: 'ack'; thread_id: Id; seq: number } // this device has stored messages of the thread up to seq (delivered)
	| { type: 'typing'; thread_id: Id; hidden?: boolean }
	| { type: 'viewing'; thread_id: Id | null; drafting: boolean } // which chat is in front, and whether an answer is begun there (U-18); null: none
	| { type: 'active'; active: boolean } // the person touched the device: presence online / away
	| { type: 'notified'; id: Id } // it was shown here, and the person is here
	| { type: 'ping' };

/** What this window alone is to show: the server chose it among all of mine, and decided how. */
export interface Notify {
	type: 'notify';
	id: Id; // the message, or the notice that is about none
	kind: string; // a row of the matrix
	thread_id: Id | null;
	thread_kind: 'team' | 'client' | null;
	message_id: Id | null;
	notice_id: Id | null;
	title: string;
	text: string;
	sound: boolean;
	corner: boolean;
	desktop: boolean;
}
/** Frames with `cursor` are journal events: apply in order, remember the cursor. Frames without are passing signs. */
export type ServerFrame =
	| { type: 'welcome'; cursor: string; server: string; presence: Record<Id, PresenceState> }
	| { type: 'reload'; cursor: string } // too old or unknown cursor: fetch lists and windows afresh
	| { type: 'pong' }
	| { type: 'message.added'; cursor: string; message: Message }
	| { type: 'message.changed'; cursor: string; message: Message } // edited, deleted, reaction, pin, delivery, file fetched
	| { type: 'chat.changed'; cursor: string; chat: Omit<Chat, 'read_seq' | 'read_ordinal' | 'unread' | 'mentions' | 'muted' | 'pinned' | 'archived' | 'draft'> }
	| { type: 'chat.gone'; cursor: string; id: Id } // I am no longer in it (team or client)
	| { type: 'chat.mine'; cursor: string; id: Id; read_seq: number; read_ordinal: number; unread: number; mentions: number; muted: boolean; pinned: boolean; archived: boolean; draft: string; draft_hidden: boolean } // my own state of a chat, from any of my devices
	| { type: 'client_chat.changed'; cursor: string; chat: Omit<ClientChat, 'read_seq' | 'read_ordinal' | 'unread' | 'mentions' | 'draft' | 'draft_hidden' | 'observe_all' | 'may'> }
	| { type: 'message.hidden' | 'message.saved'; cursor: string; thread_id: Id; message_id: Id; on: boolean } // by me, for myself
	| { type: 'later.changed'; cursor: string; id: Id; later: Later | null }
	| { type: 'notice.added' | 'notice.changed'; cursor: string; notice: Notice }
	| { type: 'reminder.changed'; cursor: string; reminder: Reminder } // mine, from any of my devices
	| { type: 'reminder.gone'; cursor: string; id: Id; message_id: Id }
	| { type: 'person.changed'; cursor: string; person: Omit<Person, 'presence' | 'last_seen'> }
	| { type: 'people.changed'; cursor: string } // departments, roles: fetch /people again
	| { type: 'channel.changed'; cursor: string; id: Id; health: Health }
	| { type: 'settings.changed'; cursor: string; what: 'labels' | 'views' | 'friends' | 'templates' | 'queues' | 'workspace' | 'channels' | 'me' | 'notices' | 'comparisons' | 'links' }
	| { type: 'contact.changed'; cursor: string; contact: Contact }
	| { type: 'contacts.changed'; cursor: string; came: number; went: number } // many at once: lists are read anew
	| { type: 'contact_import.changed'; cursor: string; id: Id; state: string; position: number; made: ContactImport['made'] }
	| { type: 'contact_import.removed'; cursor: string; id: Id }
	| { type: 'task.changed'; cursor: string; task: Task }
	| { type: 'table.changed'; cursor: string; table: Table }
	| { type: 'row.changed'; cursor: string; row: TableRow }
	| { type: 'task.gone' | 'table.gone'; cursor: string; id: Id } // I may not see it any more
	| { type: 'entry.added'; cursor: string; entry: Entry }
	| { type: 'position'; thread_id: Id; person_id: Id; read_seq: number; delivered_seq: number }
	| { type: 'typing'; thread_id: Id; person_id: Id | null; name: string; hidden: boolean } // person_id null: the client types
	| { type: 'viewing'; thread_id: Id; person_ids: Id[]; drafting_ids: Id[] }
	| { type: 'presence'; person_id: Id; state: PresenceState; last_seen: Millis | null }
	| Notify
	| { type: 'signed_out' };
