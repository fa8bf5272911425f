// Labels, views with their counts, and lists of clients narrowed by a filter: asked for when the first screen needs them.
import { get, patch, post } from '../../api/client';
import type { ChatFilter, ChatView, ClientChat, Id, InboxPage, Label, ViewCount } from '../../api/types';
import { type Which, whichList } from '../../core/filters';
import { askClients, keepAsking, listen, sync } from '../../stores/sync.svelte';

let labels = $state.raw<readonly Label[]>([]);
let views = $state.raw<readonly ChatView[]>([]);
let counts = $state.raw<ReadonlyMap<Id, ViewCount>>(new Map());
let known = $state(false);
interface List {
	ids: readonly Id[];
	next: string | null;
	loaded: boolean;
	failed: boolean;
}
/** Lists by what they are asked with: the piece of the address and the words searched for. */
let lists = $state.raw<ReadonlyMap<string, List>>(new Map());
const keyOf = (word: string, q: string) => (q ? `${word}?${q}` : word);
/** The list on the screen: only it is kept fresh. */
let shown: { word: string; q: string } | null = null;
/** What changed is listed and counted anew after a pause: a burst of news is one question. Counting walks over all chats: it waits longer. */
const SOON = 600;
const LATER = 2000;

export const arranging = {
	get labels() { return labels; },
	get views() { return views; },
	/** Whether the labels and views have come. */
	get known() { return known; },
	label: (id: Id) => labels.find((one) => one.id === id),
	view: (id: Id) => views.find((one) => one.id === id),
	count: (id: Id) => counts.get(id),
	/** The labels on a chat, in their order. */
	on: (chat: ClientChat) => labels.filter((one) => (chat.label_ids ?? []).includes(one.id)),
	list: (word: string, q: string) => lists.get(keyOf(word, q)),
	chats: (word: string, q: string) => (lists.get(keyOf(word, q))?.ids ?? []).map((id) => sync.clients.get(id)).filter((one) => one !== undefined),
};

async function load(): Promise<void> {
	[labels, views] = await Promise.all([get<Label[]>('/labels'), get<ChatView[]>('/views')]);
	known = true;
	await recount();
}
async function recount(): Promise<void> {
	if (!views.length) return;
	counts = new Map((await get<ViewCount[]>('/views/counts')).map((one) => [one.id, one]));
}
/** Whether a list or a view on the screen looks at the labels of clients' cards. */
function byCards(): boolean {
	const which = shown && whichList(shown.word);
	return [which && 'filter' in which ? which.filter : null, ...views.map((one) => one.filter)].some((one) => (one?.contact_label_ids.length ?? 0) > 0);
}
let listing: ReturnType<typeof setTimeout> | undefined;
let counting: ReturnType<typeof setTimeout> | undefined;
function soon(): void {
	listing ??= setTimeout(() => {
		listing = undefined;
		const list = shown;
		if (list) void again(list.word, list.q).catch(() => {});
	}, SOON);
	counting ??= setTimeout(() => {
		counting = undefined;
		void recount().catch(() => {});
	}, LATER);
}
let started = false;
/** For whoever shows labels or views: from now on they are here, and fresh. */
export function knowArranging(): void {
	if (started) return;
	started = true;
	keepAsking('arranging', load);
	listen({
		lists: () => {
			keepAsking('arranging', load);
			soon();
		},
		frames(frames) {
			if (frames.some((one) => one.type === 'settings.changed' && (one.what === 'labels' || one.what === 'views'))) {
				keepAsking('arranging', load);
				soon();
			}
			// the labels of a card narrow lists too: whoever may see cards is told of each
			else if (frames.some((one) => one.type === 'contact.changed' || one.type === 'contacts.changed') && byCards()) soon();
			if (frames.some((one) => one.type === 'client_chat.changed' || one.type === 'chat.gone' || (one.type === 'chat.mine' && sync.clients.has(one.id)))) soon();
		},
	});
}
export const reloadArranging = load;

/** What is asked for a list that is no group of its own. */
const asked = (which: Which, q: string, next: string | null) => ({ ...which, q, ...(next ? { next } : {}) });
const put = (word: string, q: string, list: List) => (lists = new Map([...[...lists].slice(-20), [keyOf(word, q), list]]));
/** Shows a narrowed list; `more` asks for the page behind. */
export async function loadList(word: string, q: string, more = false): Promise<void> {
	shown = { word, q };
	const before = lists.get(keyOf(word, q));
	if (more && !before?.next) return;
	try {
		await askClients(post<InboxPage>('/inbox/page', asked(whichList(word), q, more ? before!.next : null)), (page) =>
			put(word, q, { ids: [...(more ? before!.ids : []), ...page.items.map((one) => one.id)], next: page.next ?? null, loaded: true, failed: false }),
		);
	} catch {
		put(word, q, { ids: before?.ids ?? [], next: before?.next ?? null, loaded: before?.loaded ?? false, failed: true });
	}
}
/** The same pages once more: what fits may be other chats by now. */
async function again(word: string, q: string): Promise<void> {
	const have = lists.get(keyOf(word, q))?.ids.length ?? 0;
	const ids: Id[] = [];
	let next: string | null = null;
	do {
		const page: InboxPage = await askClients(post<InboxPage>('/inbox/page', asked(whichList(word), q, next)));
		ids.push(...page.items.map((one) => one.id));
		next = page.next ?? null;
	} while (next && ids.length < have);
	put(word, q, { ids, next, loaded: true, failed: false });
}
export function hideList(): void {
	shown = null;
}
/** Every chat of a list by id, as many as may be meant at once. */
export const everyId = (word: string, q: string): Promise<{ ids: Id[]; more: boolean }> => post('/inbox/ids', asked(whichList(word), q, null));

export const saveView = (id: Id | null, view: { name: string; shared: boolean; filter: ChatFilter }): Promise<ChatView> => (id ? patch<ChatView>(`/views/${id}`, view) : post<ChatView>('/views', view));
