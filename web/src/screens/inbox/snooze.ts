// Putting a client's chat away: the usual moments in a menu, any other in a window.
import type { ClientChat } from '../../api/types';
import { addDays, dayOf, dayOfWeek, momentOf } from '../../core/calendar';
import { t } from '../../i18n';
import { clock } from '../../ui/clock.svelte';
import { untilWords } from '../../ui/moments';
import { type MenuItem, openMenu, toast } from '../../ui/overlays.svelte';
import { snooze, wake } from './actions';
import { dialogs } from './snoozing.svelte';

const HOUR = 3_600_000;
const MORNING = '09:00';

/** The moments offered: in hours from now, tomorrow and next Monday in the morning. */
export function moments(now: number): { key: 'hour' | 'three-hours' | 'tomorrow' | 'monday'; at: number }[] {
	const today = dayOf(now);
	const monday = addDays(today, ((8 - dayOfWeek(today)) % 7) || 7);
	const morning = (day: string) => momentOf(day, MORNING) ?? now + 24 * HOUR;
	return [
		{ key: 'hour', at: now + HOUR },
		{ key: 'three-hours', at: now + 3 * HOUR },
		{ key: 'tomorrow', at: morning(addDays(today, 1)) },
		{ key: 'monday', at: morning(monday) },
	];
}
export async function putAway(chat: ClientChat, until: number | null): Promise<boolean> {
	const done = await snooze(chat, until);
	if (done) toast(until === null ? t('snoozed-toast-till-written') : t('snoozed-toast', { until: untilWords(until) }), { action: { label: t('undo'), run: () => void wake(chat) } });
	return done;
}
export function offerSnooze(chat: ClientChat, at: { x: number; y: number } | Element): void {
	const items: MenuItem[] = moments(clock.now).map((one) => ({ label: t(`snooze-${one.key}`), icon: 'clock', run: () => void putAway(chat, one.at) }));
	items.push({ label: t('snooze-till-written'), icon: 'chats', divider: true, run: () => void putAway(chat, null) });
	items.push({ label: t('snooze-choose'), icon: 'calendar', run: () => (dialogs.snooze = chat) });
	// the menu this was chosen in closes first
	setTimeout(() => openMenu(at, items, { label: t('act-snooze') }));
}
