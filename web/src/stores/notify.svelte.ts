// Tells the person that something came: a toast, a notice of the system, a sound, the title, the badge of the icon.
import type { Id, Message, Notice } from '../api/types';
import { fromSource } from '../core/source';
import { plainText } from '../i18n';
import { navigate, router } from '../router.svelte';
import { toast } from '../ui/overlays.svelte';
import { chatTitle } from './names';
import { askSnooze, reminderOf } from './reminders.svelte';
import { session } from './session.svelte';
import { play, unlockSound } from './sound';
import { listen, say, sync } from './sync.svelte';

const IDLE = 5 * 60_000;
/** Of several tabs one tells: the one the person touched last. It alone may make a sound, too, since it was clicked. */
let teller = false;

export function threadPath(id: string, seq?: number): string {
	const at = seq ? `?at=${seq}` : '';
	return sync.chats.has(id) ? `/chats/${id}${at}` : sync.clients.has(id) ? `/inbox/${groupFor(id)}/${id}${at}` : `/t/${id}${at}`;
}
function groupFor(id: string): string {
	const chat = sync.clients.get(id);
	if (!chat) return 'all';
	if (chat.state === 'queue') return 'queue';
	if (chat.state === 'closed') return 'closed';
	return chat.assignee_id === session.myId ? 'my' : chat.observer_ids.includes(session.myId) ? 'watched' : 'all';
}
export function openNotice(notice: Notice): void {
	if (notice.kind === 'reminder' && notice.message_id && notice.thread_id) {
		navigate(threadPath(notice.thread_id, reminderOf(notice.message_id)?.message?.seq));
		askSnooze(notice.message_id, { author: notice.title, text: notice.text });
	} else if (notice.thread_id) navigate(threadPath(notice.thread_id));
	else if (notice.kind === 'channel') navigate('/settings/channels');
}

const sound: Partial<Record<Notice['kind'], 'mention' | 'queue' | 'trouble'>> = { mention: 'mention', reminder: 'mention', assigned: 'mention', queue: 'queue', failed: 'trouble', channel: 'trouble' };

interface Told {
	tag: Id;
	title: string;
	text: string;
	thread_id: Id | null;
	sound: 'message' | 'mention' | 'queue' | 'trouble';
	open: () => void;
	reminder?: boolean; // its message may well be in sight: it is told all the same
}
function tell({ tag, title, text, thread_id, sound, open, reminder = false }: Told): void {
	const { desktop_notices, sounds } = session.preferences;
	if (!teller) return;
	const looking = document.visibilityState === 'visible' && document.hasFocus();
	if (looking && !reminder && thread_id && router.route?.params.id === thread_id) return; // it is on the screen already
	if (!desktop_notices) return; // L-01: off means neither notice nor sound
	if (sounds) play(sound, thread_id ?? tag);
	const mayShow = 'Notification' in window && Notification.permission === 'granted';
	if (looking || (reminder && !mayShow)) {
		toast(title, { detail: text, about: thread_id ?? tag, icon: sound === 'trouble' ? 'alert' : 'chats', action: { label: plainText('open'), run: open } });
		return;
	}
	if (!mayShow) return;
	const shown = new Notification(title, { body: text, tag, icon: '/icon-192.png', silent: true });
	shown.onclick = () => {
		window.focus();
		open();
		shown.close();
	};
}
function tellNotice(notice: Notice): void {
	tell({ tag: notice.thread_id ?? notice.id, title: notice.title, text: notice.text, thread_id: notice.thread_id, sound: sound[notice.kind] ?? 'message', open: () => openNotice(notice), reminder: notice.kind === 'reminder' });
}
/** Colleagues' messages stand in no notification centre, but they are heard and seen all the same. */
function tellMessage(message: Message): void {
	const chat = sync.chats.get(message.thread_id);
	if (!chat || chat.muted || message.kind !== 'text' || message.deleted_at || message.author.id === session.myId) return;
	if (message.mentions.includes(session.myId)) return; // a notice of its own comes for it
	if (message.seq <= chat.read_seq) return; // seen on another device meanwhile
	const author = session.person(message.author.id)?.name ?? message.author.name;
	const text = fromSource(message.text).text || message.files.map((file) => file.name).join(', ');
	tell({ tag: message.thread_id, title: chat.kind === 'direct' ? author : `${author} · ${chatTitle(chat)}`, text: text.slice(0, 200), thread_id: message.thread_id, sound: 'message', open: () => navigate(threadPath(message.thread_id)) });
}

/** How many chats wait for me: counted from positions, never incremented. */
export function waitingCount(): number {
	let chats = 0;
	for (const chat of sync.chats.values()) if (chat.unread > 0 && chat.member_ids.includes(session.myId) && (!chat.muted || chat.mentions > 0)) chats += 1;
	return chats + (sync.counts?.my.unread ?? 0) + (sync.counts?.watched.unread ?? 0);
}
/** The tab's title: how many wait, where one is, whose it is. */
export function showCount(count: number, place?: string): void {
	document.title = `${count > 0 ? `(${count}) ` : ''}${place ? `${place} · ` : ''}${plainText('product')}`;
	const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
	const href = count > 0 ? '/icon-dot.svg' : '/icon.svg';
	if (icon && !icon.href.endsWith(href)) icon.href = href;
	const badges = navigator as Navigator & { setAppBadge?: (count: number) => Promise<void>; clearAppBadge?: () => Promise<void> };
	void (count > 0 ? badges.setAppBadge?.(count) : badges.clearAppBadge?.())?.catch(() => {});
}

export function startNotices(): () => void {
	const ends: (() => void)[] = [
		listen({
			noticed(list) {
				for (const notice of list.slice(-3)) tellNotice(notice);
			},
			arrived(messages) {
				for (const message of messages.slice(-3)) tellMessage(message);
			},
		}),
	];
	ends.push(becomeTeller());
	addEventListener('pointerdown', unlockSound, { capture: true });
	addEventListener('keydown', unlockSound, { capture: true });
	ends.push(() => {
		removeEventListener('pointerdown', unlockSound, { capture: true });
		removeEventListener('keydown', unlockSound, { capture: true });
	});
	ends.push(watchActivity());
	return () => ends.forEach((end) => end());
}

/** Takes the word when this tab is touched, gives it to whoever is touched next, gets it back when that one is closed. */
function becomeTeller(): () => void {
	if (!('locks' in navigator)) {
		teller = true;
		return () => {};
	}
	let release = () => {};
	let turn = new AbortController();
	const held = () => {
		teller = true;
		return new Promise<void>((resolve) => (release = resolve));
	};
	const lost = () => {
		teller = false;
		if (!turn.signal.aborted) wait();
	};
	/** Its turn comes when whoever tells now has gone. */
	function wait(): void {
		turn = new AbortController();
		navigator.locks.request('beseda-teller', { signal: turn.signal }, held).catch(() => teller && lost());
	}
	function take(): void {
		if (teller) return;
		turn.abort(); // it waits no more
		turn = new AbortController();
		navigator.locks.request('beseda-teller', { steal: true }, held).catch(lost);
	}
	if (document.hasFocus()) take();
	else wait();
	addEventListener('focus', take);
	return () => {
		turn.abort();
		removeEventListener('focus', take);
		release();
	};
}

/** Says when the person leaves the device and comes back: presence is made of that. */
function watchActivity(): () => void {
	let active = true;
	let timer: ReturnType<typeof setTimeout>;
	const set = (to: boolean) => {
		if (active === to) return;
		active = to;
		say({ type: 'active', active: to });
	};
	const touched = () => {
		clearTimeout(timer);
		timer = setTimeout(() => set(false), IDLE);
		set(true);
	};
	const seen = () => document.visibilityState === 'visible' && touched();
	touched();
	const events = ['pointermove', 'keydown', 'pointerdown', 'wheel'] as const;
	for (const event of events) addEventListener(event, touched, { passive: true });
	document.addEventListener('visibilitychange', seen);
	const off = listen({ online: () => say({ type: 'active', active }) });
	return () => {
		clearTimeout(timer);
		for (const event of events) removeEventListener(event, touched);
		document.removeEventListener('visibilitychange', seen);
		off();
	};
}
