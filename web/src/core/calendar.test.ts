import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMonths, dayOf, dayOfWeek, firstDay, momentOf, timeOf, weeksOf } from './calendar';

const anyDay = fc.integer({ min: Date.UTC(2001, 0, 2), max: Date.UTC(2049, 0, 1) }).map(dayOf);

describe('S2-40 the calendar', () => {
	it('holds every day of the month once, in weeks that begin as asked', () => {
		fc.assert(
			fc.property(anyDay, fc.constantFrom(0, 1), (day, first) => {
				const weeks = weeksOf(day, first);
				const mine = weeks.flat().filter((one) => one.slice(0, 7) === day.slice(0, 7));
				expect(new Set(mine).size).toBe(mine.length);
				expect(mine).toContain(day);
				expect(mine.length).toBe(new Date(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0).getDate());
				for (const week of weeks) expect(dayOfWeek(week[0]!)).toBe(first);
			}),
		);
	});
	it('goes by days and months and back, and never leaves a month that is shorter', () => {
		fc.assert(
			fc.property(anyDay, fc.integer({ min: -400, max: 400 }), (day, count) => {
				expect(addDays(addDays(day, count), -count)).toBe(day);
			}),
		);
		expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
		expect(addMonths('2026-01-31', -2)).toBe('2025-11-30');
	});
	it('S2-42 a day and a time make the moment whose day and time they are', () => {
		fc.assert(
			fc.property(fc.integer({ min: Date.UTC(2001, 0, 2), max: Date.UTC(2049, 0, 1) }).map((at) => at - (at % 60_000)), (at) => {
				const back = momentOf(dayOf(at), timeOf(at))!;
				// an hour that comes twice in autumn has one name for both
				expect(Math.abs(back - at) % 3_600_000 === 0 && Math.abs(back - at) <= 3_600_000).toBe(true);
				expect([dayOf(back), timeOf(back)]).toEqual([dayOf(at), timeOf(at)]);
			}),
		);
		expect([momentOf('', '09:00'), momentOf('2026-10-25', ''), momentOf('2026-13-01', '09:00')]).toEqual([null, null, null]);
	});
	it('begins the week with Monday in both languages', () => expect([firstDay('ru'), firstDay('en')]).toEqual([1, 1]));
});
