// A calendar of working hours as its form holds it: spans as the times typed, «22:00» to «06:00» goes on into the next day.
import type { Department, Id, WorkCalendar, WorkSpan } from '../../../../api/types';

export interface SpanDraft {
	from: string;
	to: string;
}
export interface DayDraft {
	/** For the list: a day has no other name while its date is being typed. */
	key: number;
	date: string;
	name: string;
	spans: SpanDraft[];
}
export interface CalendarDraft {
	id: Id | null;
	name: string;
	zone: string;
	company: boolean;
	week: SpanDraft[][];
	days: DayDraft[];
	/** Who works by it; nobody is named for the company's. */
	departments: Id[];
}

const DAY = 24 * 60;
const two = (n: number) => String(n).padStart(2, '0');
export const timeOf = (minute: number) => `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
const minuteOf = (time: string): number | null => {
	const match = /^(\d\d):(\d\d)/.exec(time);
	return match ? Number(match[1]) * 60 + Number(match[2]) : null;
};
export const typed = (span: WorkSpan): SpanDraft => ({ from: timeOf(span.from), to: timeOf(span.to) });
/** What is not typed in full is sent as nothing long: the server says in words that it cannot be. */
export function spanOf(draft: SpanDraft): WorkSpan {
	const [from, to] = [minuteOf(draft.from), minuteOf(draft.to)];
	if (from === null || to === null) return { from: 0, to: 0 };
	return { from, to: to > from ? to : to + DAY };
}

let keys = 0;
export const newKey = () => (keys += 1);
export const newDay = (date: string, name = '', spans: WorkSpan[] = []): DayDraft => ({ key: newKey(), date, name, spans: spans.map(typed) });
const office = (): SpanDraft[] => [{ from: '09:00', to: '18:00' }];

export function draftOf(calendar: WorkCalendar | null, zone: string, name = ''): CalendarDraft {
	return {
		id: calendar?.id ?? null,
		name: calendar?.name ?? name,
		zone: calendar?.zone ?? zone,
		company: calendar?.company ?? false,
		week: calendar?.week.map((day) => day.map(typed)) ?? [office(), office(), office(), office(), office(), [], []],
		days: (calendar?.days ?? []).map((day) => newDay(day.date, day.name, day.spans)),
		departments: calendar?.department_ids ?? [],
	};
}
export function bodyOf({ name, zone, company, week, days, departments }: CalendarDraft) {
	return {
		name,
		zone,
		company,
		department_ids: company ? [] : departments,
		week: week.map((day) => day.map(spanOf)),
		days: days.map((day) => ({ date: day.date, name: day.name, spans: day.spans.map(spanOf) })),
	};
}
/** The days of a production year among those that are there: the same dates anew, days of one's own stay. */
export function withYear(days: DayDraft[], year: { date: string; name: string; spans: WorkSpan[] }[]): DayDraft[] {
	const taken = new Set(year.map((day) => day.date));
	const all = [...days.filter((day) => !taken.has(day.date)), ...year.map((day) => newDay(day.date, day.name, day.spans))];
	return all.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The calendars that a group of departments works by, the company's among them: it works while one of them does, the server's rule (P-44). */
export function followed(calendars: readonly WorkCalendar[], tree: readonly Department[], departments: readonly Id[]): WorkCalendar[] {
	const company = calendars.find((one) => one.company);
	const of = (id: Id | null, steps = 0): WorkCalendar | undefined => {
		if (!id || steps > tree.length) return company;
		return calendars.find((one) => !one.company && one.department_ids.includes(id)) ?? of(tree.find((one) => one.id === id)?.parent_id ?? null, steps + 1);
	};
	return [...new Set(departments.map((id) => of(id)))].filter((one) => one !== undefined);
}
