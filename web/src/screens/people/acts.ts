// What may be done with a person wherever they stand: in the list, in their window, in search, in the Panel.
import type { Person } from '../../api/types';
import { chordWords } from '../../core/chord';
import { t } from '../../i18n';
import { navigate } from '../../router.svelte';
import { session } from '../../stores/session.svelte';
import { directWith } from '../../stores/sync.svelte';
import { ui } from '../../stores/ui.svelte';
import { complain } from '../../ui/errors';
import { openMenu, type Point, toast } from '../../ui/overlays.svelte';
import { informationOf } from './words';

export const openChat = (person: Person): Promise<void> => directWith(person.id).then((id) => navigate(`/chats/${id}`), complain);
export const openWindow = (person: Person, tab = ''): void => navigate(`/people/${person.id}${tab && `/${tab}`}`);
export function openSms(person: Person): void {
	ui.person = person.id;
	ui.open = 'sms';
}
export function befriend(person: Person): void {
	const on = !session.friends.has(person.id);
	session.befriend(person.id, on).then(() => toast(t(on ? 'friend-added' : 'friend-removed', { name: person.name }), { kind: 'good' }), complain);
}
export function copyInformation(person: Person): void {
	navigator.clipboard.writeText(informationOf(person)).then(
		() => toast(t('copied'), { kind: 'good' }),
		() => toast(t('copy-refused'), { kind: 'bad' }),
	);
}
export const newTask = (person: Person): void => navigate(`/tasks/new?assignee=${person.id}`);

/** The menu of a person (S2-03): a right click, Shift+F10, a long press, or the button of their row. */
export function personMenu(person: Person, at: Element | Point): void {
	const friend = session.friends.has(person.id);
	openMenu(
		at,
		[
			{ label: t('person-in-chat'), icon: 'chats', hint: 'Ctrl Enter', run: () => openWindow(person, 'chat') },
			...(session.guest ? [] : [{ label: t('person-sms'), icon: 'phone', hint: chordWords(session.preferences.sms_key, t('key-space')), run: () => openSms(person) }]),
			{ label: t('person-open'), icon: 'person', divider: true, run: () => openWindow(person) },
			{ label: t(friend ? 'friend-remove' : 'friend-add'), icon: friend ? 'minus' : 'plus', run: () => befriend(person) },
			...(session.guest || person.guest ? [] : [{ label: t('person-task'), icon: 'tasks', run: () => newTask(person) }]),
			{ label: t('person-copy'), icon: 'copy', run: () => copyInformation(person) },
		],
		{ label: person.name },
	);
}
