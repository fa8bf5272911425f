// What is said of a person beside their name: whether they are there, and from which program they last wrote.
import type { Person } from '../../api/types';
import { copyText, programOf } from '../../core/person';
import { formatDate, t, tOr } from '../../i18n';
import { session } from '../../stores/session.svelte';
import { momentSaid, phoneWords, startOfDay, timeOfDay } from '../../ui/moments';

/** «В сети», «Отошёл, был здесь в 14:05», «Занят», «последний раз вчера» (L-16, L-19). */
export function presenceWords(person: Person, now: number): string {
	const shown = session.shown(person.id);
	const seen = session.lastSeen(person.id);
	if (shown === 'offline' && session.presence(person.id) === 'offline' && seen) return t('seen-at', { when: momentSaid(seen, now) });
	if (shown === 'away' && seen) return t('person-away-since', { when: momentSaid(seen, now) });
	return t(`presence-${shown}`);
}
function momentOf(at: number, now: number): string {
	const time = timeOfDay(at);
	const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
	if (days <= 0) return t('person-today', { time });
	if (days === 1) return t('person-yesterday', { time });
	return formatDate(at, { day: 'numeric', month: 'long', ...(new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }), hour: '2-digit', minute: '2-digit' });
}
/** «Web 0.1.0, сегодня 10:12» (S2-17); nothing for who has not written yet. */
export function programWords(person: Person, now: number): string {
	if (!person.wrote_with || person.wrote_at === null) return '';
	const { kind, version } = programOf(person.wrote_with);
	const program = [tOr(`program-${kind}`, kind), version].filter(Boolean).join(' ');
	return t('person-wrote', { program, when: momentOf(person.wrote_at, now) });
}
export const departmentOf = (person: Person): string => session.departments.find((one) => one.id === person.department_id)?.name ?? '';
/** All that is known of a person, as the tab Information shows it and Copy copies it (S2-18). */
export function knownLines(person: Person): (readonly [label: string, value: string])[] {
	return [
		[t('person-post'), person.title],
		[t('context-department'), departmentOf(person)],
		...person.phones.map((phone) => [t('context-phone'), phoneWords(phone)] as const),
		[t('context-email'), person.email],
		[t('context-extension'), person.extension],
	];
}
/** The text of Copy, without the marks that are for the eye only. */
export const informationOf = (person: Person): string => copyText(person.name, knownLines(person)).replace(/[\u2066-\u2069]/g, '').replaceAll('\u00a0', ' ');
