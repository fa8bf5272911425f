// Moments, spans of time and phone numbers as people say them.
import { formatDate, formatNumber, plainText, t } from '../i18n';

const DAY = 86_400_000;
export function startOfDay(at: number): number {
	return new Date(at).setHours(0, 0, 0, 0);
}
export function timeOfDay(at: number): string {
	return formatDate(at, { hour: '2-digit', minute: '2-digit' });
}
/** «14:05» today, «вчера», «пн» within a week, «3 апр.» within a year, «03.04.24» before. */
export function momentShort(at: number, now: number): string {
	const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY);
	if (days <= 0) return timeOfDay(at);
	if (days === 1) return t('yesterday-short');
	if (days < 7) return formatDate(at, { weekday: 'short' });
	if (new Date(at).getFullYear() === new Date(now).getFullYear()) return formatDate(at, { day: 'numeric', month: 'short' });
	return formatDate(at, { day: '2-digit', month: '2-digit', year: '2-digit' });
}
/** A short moment inside a sentence: «в 14:05», «вчера», «во вт», «3 апр.». */
export function momentSaid(at: number, now: number): string {
	const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY);
	const kind = days <= 0 ? 'time' : days === 1 || days >= 7 ? 'date' : new Date(at).getDay() === 2 ? 'tuesday' : 'weekday';
	return t('moment-said', { kind, when: momentShort(at, now) });
}
/** «16 января в 09:00»: until when something rests, inside a sentence after «до». */
export function untilWords(at: number): string {
	return formatDate(at, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
}
export function momentFull(at: number): string {
	return formatDate(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}
/** The words of a day separator. */
export function dayWords(at: number, now: number): string {
	const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY);
	if (days === 0) return t('today');
	if (days === 1) return t('yesterday');
	const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
	return formatDate(at, { weekday: days < 7 ? 'long' : 'short', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}
/** «5 мин», «2 ч 10 мин», «3 дн»: how long something lasts. */
export function spanWords(ms: number): string {
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 1) return plainText('span-now');
	if (minutes < 60) return plainText('span-minutes', { minutes: formatNumber(minutes) });
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return plainText(hours < 10 && minutes % 60 ? 'span-hours-minutes' : 'span-hours', { hours: formatNumber(hours), minutes: formatNumber(minutes % 60) });
	return plainText('span-days', { days: formatNumber(Math.floor(hours / 24)) });
}
/** «0:07», «12:40»: the length of a recording. */
export function lengthWords(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
/** «+7 921 555-18-04»; numbers of other countries by threes. */
export function phoneWords(phone: string): string {
	const ru = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
	if (ru) return `+7\u00a0${ru[1]}\u00a0${ru[2]}-${ru[3]}-${ru[4]}`;
	const other = /^\+(\d{7,15})$/.exec(phone);
	return other ? `+${other[1]!.replace(/(\d)(?=(\d{3})+$)/g, '$1\u00a0')}` : phone;
}
