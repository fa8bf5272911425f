// Tells the person that something came: a toast, a notice of the system, a sound, the title, the badge of the icon.
import type { Notice } from '../api/types';
import { plainText } from '../i18n';
import { navigate, router } from '../router.svelte';
import { toast } from '../ui/overlays.svelte';
import { session } from './session.svelte';
import { play, unlockSound } from './sound';
import { listen, say, sync } from './sync.svelte';

const IDLE = 5 * 60_000;
/** Of several tabs one makes the noise: the one that holds the lock. */
let loud = false;

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
	if (notice.thread_id) navigate(threadPath(notice.thread_id));
	else if (notice.kind === 'channel') navigate('/settings/channels');
}

const sound: Partial<Record<Notice['kind'], 'mention' | 'queue' | 'trouble'>> = { mention: 'mention', assigned: 'mention', queue: 'queue', failed: 'trouble', channel: 'trouble' };

function tell(notice: Notice): void {
	const { desktop_notices, sounds } = session.preferences;
	const looking = document.visibilityState === 'visible' && document.hasFocus();
	if (looking && router.route?.params.id === notice.thread_id && notice.thread_id) return; // it is on the screen already
	if (!desktop_notices) return; // L-01: off means neither notice nor sound
	if (sounds && loud) play(sound[notice.kind] ?? 'message', notice.thread_id ?? notice.kind);
	if (looking) {
		toast(notice.title, { detail: notice.text, icon: notice.kind === 'failed' || notice.kind === 'channel' ? 'alert' : 'chats', action: { label: plainText('open'), run: () => openNotice(notice) } });
		return;
	}
	if (!loud || !('Notification' in window) || Notification.permission !== 'granted') return;
	const shown = new Notification(notice.title, { body: notice.text, tag: notice.thread_id ?? notice.id, icon: '/icon-192.png', silent: true });
	shown.onclick = () => {
		window.focus();
		openNotice(notice);
		shown.close();
	};
}

/** How many chats wait for me: counted from positions, never incremented. */
export function waitingCount(): number {
	let chats = 0;
	for (const chat of sync.chats.values()) if (chat.unread > 0 && (!chat.muted || chat.mentions > 0)) chats += 1;
	return chats + (sync.counts?.my.unread ?? 0) + (sync.counts?.watched.unread ?? 0);
}
export function showCount(count: number): void {
	document.title = count > 0 ? `(${count}) ${plainText('product')}` : plainText('product');
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
				for (const notice of list.slice(-3)) tell(notice);
			},
		}),
	];
	let release = () => {};
	if ('locks' in navigator) {
		void navigator.locks.request('beseda-loud', () => {
			loud = true;
			return new Promise<void>((resolve) => (release = resolve));
		}).catch(() => {});
	} else loud = true;
	ends.push(() => release());
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
