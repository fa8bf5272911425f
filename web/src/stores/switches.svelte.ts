// My switches of single chats: sound, and silence until a time (S2-36). Fetched when a menu first asks.
import { get, put } from '../api/client';
import type { Chat, ChatSwitches, Id, NoticeSettings } from '../api/types';
import { dayOf, momentOf } from '../core/calendar';
import { loadAreas, t } from '../i18n';
import { complain } from '../ui/errors';
import { timeOfDay } from '../ui/moments';
import { type MenuItem, openMenu, type Point } from '../ui/overlays.svelte';
import { changeChat, listen } from './sync.svelte';

const HOUR = 3_600_000;
const FOREVER = Date.UTC(9999, 0, 1);
let chats: Map<Id, ChatSwitches> | null = null;
listen({ switched: () => (chats = null) });

async function load(): Promise<Map<Id, ChatSwitches>> {
	if (chats) return chats;
	const answer = await get<NoticeSettings>('/notices/settings');
	chats = new Map(answer.chats.map((one) => [one.thread_id, { sound: one.sound, muted_until: one.muted_until }]));
	return chats;
}
async function save(id: Id, switches: ChatSwitches): Promise<void> {
	chats?.set(id, switches);
	await put(`/notices/chats/${id}`, switches);
}
/** Tomorrow means its morning, as it does for reminders. */
const tomorrow = () => momentOf(dayOf(Date.now() + 24 * HOUR), '09:00')!;

/** The menu of sound and silence of a chat; a colleagues' chat is muted for good by its own flag, which its row shows. */
export async function openSwitches(at: Element | Point, id: Id, team?: Chat): Promise<void> {
	const [all] = await Promise.all([load(), loadAreas('reminders')]);
	const now = all.get(id) ?? { sound: true, muted_until: null };
	const until = now.muted_until && now.muted_until > Date.now() ? now.muted_until : null;
	const muted = team?.muted || until !== null;
	const item = (label: string, icon: string, run: () => Promise<unknown>, more: Partial<MenuItem> = {}): MenuItem => ({ label, icon, run: () => void run().catch(complain), ...more });
	const mute = (muted_until: number | null) => save(id, { ...now, muted_until });
	const items = [item(t('switch-sound'), 'volume', () => save(id, { ...now, sound: !now.sound }), { checked: now.sound })];
	if (muted)
		items.push(
			item(until && until < FOREVER && !team?.muted ? t('switch-unmute-until', { when: until - Date.now() < 24 * HOUR ? timeOfDay(until) : t('reminder-preset-tomorrow') }) : t('switch-unmute'), 'bell', async () => {
				await mute(null);
				if (team?.muted) await changeChat(id, { muted: false });
			}, { divider: true }),
		);
	else
		items.push(
			item(t('switch-mute-hour'), 'bell-off', () => mute(Date.now() + HOUR), { divider: true }),
			item(t('switch-mute-tomorrow'), 'bell-off', () => mute(tomorrow())),
			item(t('switch-mute-forever'), 'bell-off', () => (team ? changeChat(id, { muted: true }) : mute(FOREVER))),
		);
	openMenu(at, items, { label: t('switches') });
}
