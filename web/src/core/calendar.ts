// Days as a calendar shows them: `2026-10-25`, in the time of this device. Pure, without a clock.

export type Day = string;

const two = (n: number) => String(n).padStart(2, '0');
export const dayOf = (at: number): Day => {
	const date = new Date(at);
	return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};
export const timeOf = (at: number): string => {
	const date = new Date(at);
	return `${two(date.getHours())}:${two(date.getMinutes())}`;
};
/** The moment of a day and a time of the clock; null while one of them is missing or no such day exists. */
export function momentOf(day: Day, time: string): number | null {
	if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return null;
	const at = new Date(`${day}T${time}`).getTime();
	return Number.isNaN(at) ? null : at;
}
// Days are counted at noon: no zone changes its clocks then.
const noon = (day: Day) => new Date(`${day}T12:00`);
export function addDays(day: Day, count: number): Day {
	const date = noon(day);
	date.setDate(date.getDate() + count);
	return dayOf(date.getTime());
}
/** The same date of another month, or its last day when it is shorter. */
export function addMonths(day: Day, count: number): Day {
	const date = noon(day);
	const want = date.getDate();
	date.setDate(1);
	date.setMonth(date.getMonth() + count);
	const last = new Date(date.getFullYear(), date.getMonth() + 1, 0, 12).getDate();
	date.setDate(Math.min(want, last));
	return dayOf(date.getTime());
}
export const dayOfWeek = (day: Day): number => noon(day).getDay();
/** The weeks that hold the month of a day; `first` is the day a week begins with, 0 for Sunday. */
export function weeksOf(day: Day, first: number): Day[][] {
	const begin = `${day.slice(0, 8)}01`;
	let at = addDays(begin, -((dayOfWeek(begin) - first + 7) % 7));
	const weeks: Day[][] = [];
	do {
		weeks.push(Array.from({ length: 7 }, (_, n) => addDays(at, n)));
		at = addDays(at, 7);
	} while (at.slice(0, 7) === day.slice(0, 7));
	return weeks;
}
/** The day a week begins with where a language is spoken. */
export function firstDay(language: string): number {
	const locale = new Intl.Locale(language === 'en' ? 'en-GB' : language) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
	return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay === 7 ? 0 : 1;
}
