// The periods above a chat (S2-25): from the beginning of a day of this person's clock, so that "yesterday" is yesterday.
export type PeriodKey = 'yesterday' | 'week' | 'month' | 'quarter' | 'year';
export const periods: readonly PeriodKey[] = ['yesterday', 'week', 'month', 'quarter', 'year'];
export interface Span {
	from: number;
	to: number;
}
const day = (now: Date, days: number, months = 0) => new Date(now.getFullYear(), now.getMonth() - months, now.getDate() - days).getTime();
const tomorrow = (now: Date) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();

export function spanOf(key: PeriodKey, now: Date): Span {
	switch (key) {
		case 'yesterday':
			return { from: day(now, 1), to: day(now, 0) };
		case 'week':
			return { from: day(now, 6), to: tomorrow(now) };
		case 'month':
			return { from: day(now, 29), to: tomorrow(now) };
		case 'quarter':
			return { from: day(now, 0, 3), to: tomorrow(now) };
		case 'year':
			return { from: day(now, 0, 12), to: tomorrow(now) };
	}
}
/** Whole days of a range typed in; the last one counts. Null while it is no range. */
export function ownSpan(from: string, to: string): Span | null {
	const at = (text: string, days: number) => {
		const [year, month, date] = text.split('-').map(Number);
		return year && month && date ? new Date(year, month - 1, date + days).getTime() : NaN;
	};
	const span = { from: at(from, 0), to: at(to, 1) };
	return span.from < span.to ? span : null;
}
