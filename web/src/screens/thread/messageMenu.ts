// The menu of a message: what can be done with it, in the order of how often it is. Comes with the first menu that is opened.
import { del, post } from '../../api/client';
import type { Chat, Id, Message } from '../../api/types';
import { fromSource } from '../../core/source';
import { loadAreas, t } from '../../i18n';
import { navigate } from '../../router.svelte';
import { keepDraft } from '../../stores/drafts.svelte';
import { session } from '../../stores/session.svelte';
import { cancelDelivery, deleteMessage, directWith, hideMessage, markUnreadFrom, pin, putChat, react, restoreMessage, retryDelivery, saveMessage, sync } from '../../stores/sync.svelte';
import { complain } from '../../ui/errors';
import { confirm, type MenuItem, openMenu, toast } from '../../ui/overlays.svelte';
import type { Show } from './context';

type At = Element | { x: number; y: number };
/** What the menu may ask of the thread it opens in. */
export interface MenuThread {
	id: Id;
	kind: 'team' | 'client';
	mayWrite: boolean;
	reactions: readonly string[]; // what a channel allows; empty: anything
	canReact(message: Message): boolean;
	canEdit(message: Message): boolean;
	canDelete(message: Message): boolean;
	reply(message: Message): void;
	edit(message: Message): void;
	remind(message: Message): void;
	select(message: Message): void;
	unreadFrom(message: Message): void;
	pickReaction(message: Message, at: Element): void;
	show: Show;
}

const usual = ['👍', '❤️', '😂', '🎉', '🙏', '👀'];

export async function copyText(text: string): Promise<void> {
	await navigator.clipboard.writeText(text);
	toast(t('copied'), { kind: 'good' });
}

/** Opens the talk under a message, and makes it if there is none yet. */
export async function openTopic(message: Message): Promise<void> {
	const known = message.extras?.topic?.id;
	if (known) return navigate(`/chats/${known}`);
	const topic = await post<Chat>(`/chats/${message.thread_id}/topics`, { message_id: message.id });
	putChat(topic);
	navigate(`/chats/${topic.id}`);
}

async function replyPrivately(message: Message): Promise<void> {
	const chat = await directWith(message.author.id!);
	const quoted = fromSource(message.text).text.split('\n').map((line) => `> ${line}`).join('\n');
	keepDraft({ thread_id: chat, text: `${quoted}\n\n`, hidden: false, reply: null });
	navigate(`/chats/${chat}`);
}

/** Deletes for everybody; the way back is offered for as long as the toast stands. */
async function deleteForAll(message: Message, client: boolean): Promise<void> {
	// what goes to a messenger cannot be taken back there: that is asked first
	if (client && !(await confirm({ title: t('delete-title'), text: t('delete-text-client'), action: t('delete'), danger: true }))) return;
	await deleteMessage(message);
	if (client) return;
	toast(t('talk-deleted'), { action: { label: t('undo'), run: () => void restoreMessage(message).catch(complain) }, lasting: 10_000 });
}

/** Where the messenger takes nothing back: gone from our talk, and said that the client keeps it (U-32). */
async function deleteHere(message: Message): Promise<void> {
	if (!(await confirm({ title: t('delete-title'), text: t('talk-delete-here-text'), action: t('talk-delete-here'), danger: true }))) return;
	await del(`/messages/${message.id}?here=true`);
}

export async function deleteForMe(messages: readonly Message[]): Promise<void> {
	await Promise.all(messages.map((one) => hideMessage(one, true)));
	const back = () => void Promise.all(messages.map((one) => hideMessage(one, false))).catch(complain);
	toast(t('talk-hidden', { count: messages.length }), { action: { label: t('undo'), run: back }, lasting: 10_000 });
}

export async function openMessageMenu(thread: MenuThread, message: Message, at: At): Promise<void> {
	await loadAreas('talk');
	const items: MenuItem[] = [];
	const add = (when: boolean, label: string, icon: string, run: () => unknown, more: Partial<MenuItem> = {}) =>
		when && items.push({ label, icon, run: () => void Promise.resolve(run()).catch(complain), ...more });
	const chat = sync.chats.get(thread.id);
	const live = !message.deleted_at;
	const words = live && message.kind === 'text';
	const mine = message.author.id === session.myId;
	const team = thread.kind === 'team';
	const saved = sync.saved.has(message.id);
	const state = message.delivery?.state;

	add(words && thread.mayWrite, t('reply'), 'reply', () => thread.reply(message), { hint: 'Ctrl ↑' });
	add(words && team && chat?.kind === 'group', t(message.extras?.topic ? 'talk-topic-open' : 'talk-topic'), 'topic', () => openTopic(message));
	add(words && team && !mine && (chat?.kind === 'group' || chat?.kind === 'topic') && message.author.id !== null, t('talk-reply-privately'), 'person', () => replyPrivately(message));
	add(thread.canEdit(message), t('edit'), 'edit', () => thread.edit(message), { hint: '↑' });
	add(words, t('talk-forward'), 'forward', () => thread.show(import('./Forward.svelte'), { messages: [message] }));
	add(words && !session.guest, t('talk-move'), 'tasks', () => thread.show(import('../records/MoveDialog.svelte'), { messages: [message] }));
	add(live && message.text !== '', t('copy-text'), 'copy', () => copyText(fromSource(message.text).text));
	add(true, t('copy-link'), 'link', () => copyText(`${location.origin}/t/${thread.id}?at=${message.seq}`));
	add(words, t(message.pinned ? 'unpin' : 'pin'), 'pin', () => pin(message), { divider: true });
	add(words, t(saved ? 'talk-unsave' : 'talk-save'), 'bookmark', async () => {
		await saveMessage(message, !saved);
		toast(t(saved ? 'talk-unsaved' : 'talk-saved'), { action: { label: t('saved-open'), run: () => navigate('/saved') } });
	});
	add(live && message.kind !== 'event', t('reminder-menu'), 'bell', () => thread.remind(message), { hint: 'Ctrl .' });
	add(words, t('talk-select'), 'check', () => thread.select(message));
	add(!mine, t('mark-unread'), 'unread', () => markUnreadFrom(message).then(() => thread.unreadFrom(message)));
	add(words && team && chat?.kind !== 'self', t('talk-readers'), 'eye', () => thread.show(import('./Readers.svelte'), { message }));
	add(!live && message.author.kind === 'contact' && session.can('messages.deleted'), t('talk-deleted-words'), 'history', () => thread.show(import('./History.svelte'), { message }));
	add(live && message.edited_at !== null, t('talk-history'), 'history', () => thread.show(import('./History.svelte'), { message }));
	add(!team && message.kind !== 'event' && !message.hidden, t('talk-way'), 'route', async () => {
		await loadAreas('delivery');
		thread.show(import('./Way.svelte'), { message });
	});
	add(state === 'failed' || state === 'unknown', t('retry'), 'retry', () => retryDelivery(message), { divider: true });
	add(state === 'queued', t('delivery-cancel'), 'close', () => cancelDelivery(message), { divider: true });
	add(words && !mine, t('talk-report'), 'alert', () => thread.show(import('./Report.svelte'), { message }), { divider: true });
	add(message.kind === 'text', t('talk-hide'), 'eye-off', () => deleteForMe([message]), { divider: mine || !words });
	const gone = thread.canDelete(message);
	add(!gone && !team && mine && words && !message.hidden, t('talk-delete-here'), 'trash', () => deleteHere(message), { danger: true });
	add(gone, t('talk-delete-all'), 'trash', () => deleteForAll(message, !team && !message.hidden), { danger: true });

	const emojis = thread.reactions.length && !message.hidden ? thread.reactions.slice(0, 6) : usual;
	const more = () => {
		const place = at instanceof Element ? at : document.querySelector(`[data-key="${message.client_id ?? message.id}"]`);
		if (place) thread.pickReaction(message, place);
	};
	const reactions = thread.canReact(message) ? { reactions: { emojis: [...emojis], pick: (emoji: string) => void react(message, emoji).catch(complain), more } } : {};
	openMenu(at, items, { label: t('message-actions'), ...reactions });
}
