// Tells the person that something came: a toast, a notice of the system, a sound, the title, the badge of the icon.
import type { Id, Notice, Notify } from '../api/types';
import { plainText } from '../i18n';
import { navigate, router } from '../router.svelte';
import { dismissAbout, toast } from '../ui/overlays.svelte';
import { inWords } from './names';
import { askSnooze, reminderOf } from './reminders.svelte';
import { session } from './session.svelte';
import { play, unlockSound } from './sound';
import { listen, say, sync } from './sync.svelte';

const IDLE = 5 * 60_000;
/** Whoever touched this window so lately is here, though they look at another. */
const HERE = 60_000;
const AGAIN = 15_000;
let active = true;
let touchedAt = Date.now();

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
/** A task's end needs no words of anybody, a missed call has none; then ours are shown. */
export const noticeWords = (notice: { kind: string; text: string }) => inWords(notice.text) || (notice.kind === 'task' || notice.kind === 'finished' || notice.kind === 'woke' ? plainText(`notice-${notice.kind}`) : '');
export function openNotice(notice: Notice): void {
	if (notice.thread_kind === 'task') navigate(`/tasks/${notice.thread_id}`);
	else if (notice.kind === 'reminder' && notice.message_id && notice.thread_id) {
		navigate(threadPath(notice.thread_id, reminderOf(notice.message_id)?.message?.seq));
		askSnooze(notice.message_id, { author: notice.title, text: notice.text });
	} else if (notice.thread_id) navigate(threadPath(notice.thread_id));
	else if (notice.kind === 'channel') navigate('/settings/channels');
	else if (notice.kind === 'backlog') navigate('/inbox/queue');
	else if (notice.kind === 'report') navigate('/settings/reports');
}

const sounds: Partial<Record<string, 'mention' | 'queue' | 'trouble'>> = { mention: 'mention', reply: 'mention', reminder: 'mention', assigned: 'mention', task: 'mention', queue: 'queue', backlog: 'queue', late: 'queue', woke: 'mention', failed: 'trouble', channel: 'trouble' };

function open(what: Notify): void {
	const notice = what.notice_id ? sync.notices.get(what.notice_id) : undefined;
	if (notice) openNotice(notice);
	else if (what.thread_id) navigate(threadPath(what.thread_id));
}
/** The server chose this window and decided how: what is left to know here is where the person looks. */
function tell(what: Notify): void {
	const { id, kind, thread_id, title } = what;
	const text = noticeWords(what);
	const looking = document.visibilityState === 'visible' && document.hasFocus();
	// whoever is here keeps the pocket silent; a window in an empty room does not
	if (looking ? active : Date.now() - touchedAt < HERE) say({ type: 'notified', id });
	const reminder = kind === 'reminder';
	// it is on the screen already; a reminder is about more than its message being in sight
	if (looking && !reminder && thread_id && router.route?.params.id === thread_id) return;
	const chat = what.notice_id || !thread_id ? undefined : sync.chats.get(thread_id);
	if (chat && chat.unread === 0) return; // read on another device meanwhile
	const name = sounds[kind] ?? 'message';
	if (what.sound) play(name, thread_id ?? id);
	const allowed = 'Notification' in window && Notification.permission === 'granted';
	if (!looking && what.desktop && allowed) {
		const shown = new Notification(title, { body: text, tag: thread_id ?? id, icon: '/icon-192.png', silent: true });
		shown.onclick = () => {
			window.focus();
			open(what);
			shown.close();
		};
	} else if (what.corner && (looking || !allowed)) {
		// one card a chat, the newest: a talk in full swing does not pile up over what is being read
		if (!reminder && thread_id) dismissAbout(thread_id);
		// what I asked to be reminded of stays until I deal with it, here or on another device
		const lasting = reminder ? Infinity : looking ? 8000 : 60_000;
		toast(reminder ? plainText('notice-reminder', { name: title }) : title, { detail: text, about: reminder ? id : (thread_id ?? id), icon: reminder ? 'bell' : name === 'trouble' ? 'alert' : 'chats', lasting, action: { label: plainText('open'), run: () => open(what) } });
	}
}

/** How many chats wait for me: counted from positions, never incremented. */
export function waitingCount(): number {
	let chats = 0;
	for (const chat of sync.chats.values()) if (chat.unread > 0 && chat.member_ids.includes(session.myId) && (!chat.muted || chat.mentions > 0)) chats += 1;
	return chats + (sync.counts?.my.unread ?? 0) + (sync.counts?.watched.unread ?? 0);
}
/** Who has waited longest for me to read them (S2-08). */
export function oldestUnread(): Id | null {
	const team = [...sync.chats.values()].filter((one) => one.unread > 0 && (!one.muted || one.mentions > 0)).map((one) => ({ id: one.id, at: one.last?.at ?? 0 }));
	const clients = [...sync.clients.values()].filter((one) => one.unread > 0 && one.state === 'work' && (one.assignee_id === session.myId || one.observer_ids.includes(session.myId))).map((one) => ({ id: one.id, at: one.waiting_since ?? one.updated_at }));
	// the one that is open is being read: the next press goes on
	const all = [...team, ...clients].sort((a, b) => a.at - b.at);
	return (all.find((one) => one.id !== router.route?.params.id) ?? all[0])?.id ?? null;
}
/** The tab's title: how many wait, where one is, whose it is. */
export function showCount(count: number, place?: string): void {
	document.title = `${count > 0 ? `(${count}) ✉ ` : ''}${place ? `${place} · ` : ''}${plainText('product')}`;
	const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
	const href = count > 0 ? '/icon-dot.svg' : '/icon.svg';
	if (icon && !icon.href.endsWith(href)) icon.href = href;
	const badges = navigator as Navigator & { setAppBadge?: (count: number) => Promise<void>; clearAppBadge?: () => Promise<void> };
	void (count > 0 ? badges.setAppBadge?.(count) : badges.clearAppBadge?.())?.catch(() => {});
}

export function startNotices(): () => void {
	const ends: (() => void)[] = [
		listen({
			notify: tell,
			// what was read or handled, here or on another device, is told no longer
			frames(frames) {
				for (const frame of frames) {
					if (frame.type === 'notice.changed' && frame.notice.done) dismissAbout(frame.notice.message_id ?? frame.notice.id);
					else if (frame.type === 'chat.mine' && frame.unread === 0) dismissAbout(frame.id);
				}
			},
		}),
	];
	addEventListener('pointerdown', unlockSound, { capture: true });
	addEventListener('keydown', unlockSound, { capture: true });
	ends.push(() => {
		removeEventListener('pointerdown', unlockSound, { capture: true });
		removeEventListener('keydown', unlockSound, { capture: true });
	});
	ends.push(watchActivity());
	return () => ends.forEach((end) => end());
}

/** Says when the person leaves the device and comes back: presence is made of that. */
function watchActivity(): () => void {
	let timer: ReturnType<typeof setTimeout>;
	let saidAt = 0;
	const set = (to: boolean, now = false) => {
		// said again from time to time: the server shows a notice where I was last
		if (active === to && !now && !(to && Date.now() - saidAt > AGAIN)) return;
		saidAt = Date.now();
		active = to;
		say({ type: 'active', active: to });
	};
	const touched = () => {
		touchedAt = Date.now();
		clearTimeout(timer);
		timer = setTimeout(() => set(false), IDLE);
		set(true);
	};
	const came = () => {
		touched();
		set(true, true);
	};
	const seen = () => document.visibilityState === 'visible' && touched();
	touched();
	const events = ['pointermove', 'keydown', 'pointerdown', 'wheel'] as const;
	for (const event of events) addEventListener(event, touched, { passive: true });
	addEventListener('focus', came);
	document.addEventListener('visibilitychange', seen);
	const off = listen({ online: () => say({ type: 'active', active }) });
	return () => {
		clearTimeout(timer);
		for (const event of events) removeEventListener(event, touched);
		removeEventListener('focus', came);
		document.removeEventListener('visibilitychange', seen);
		off();
	};
}
