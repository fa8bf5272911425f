import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, followed, newDay, spanOf, withYear } from './draft';

const calendar = {
	id: 'c', name: 'Офис', zone: 'Europe/Moscow', company: true,
	week: [[{ from: 540, to: 780 }, { from: 840, to: 1080 }], [{ from: 1320, to: 1800 }], [{ from: 0, to: 1440 }], [], [], [], []],
	days: [{ date: '2026-12-31', name: 'Перенос', spans: [] }],
	department_ids: [] as string[],
};

describe('working hours in a form', () => {
	it('P-44 come out as they went in, past midnight and round the clock too', () => {
		const { zone, company, week, days, department_ids } = calendar;
		const rest = { name: calendar.name, zone, company, week, days, department_ids };
		expect(bodyOf(draftOf(calendar, 'UTC'))).toEqual(rest);
		expect(draftOf(calendar, 'UTC').week[1]).toEqual([{ from: '22:00', to: '06:00' }]);
	});
	it('P-44 hold for a department, those below it, and for several while one of them works', () => {
		const tree = [{ id: 'a', name: 'A', parent_id: null }, { id: 'b', name: 'B', parent_id: 'a' }, { id: 'c', name: 'C', parent_id: null }];
		const own = { ...calendar, id: 'o', company: false, department_ids: ['a'] };
		const all = [calendar, own];
		const ids = (...of: string[]) => followed(all, tree, of).map((one) => one.id);
		expect(ids('b')).toEqual(['o']);
		expect(ids('a', 'b')).toEqual(['o']);
		expect(ids('a', 'c')).toEqual(['o', 'c']);
		expect(ids('c')).toEqual(['c']);
		expect(ids()).toEqual([]);
	});
	it('P-44 leave what is not typed in full to the server', () => {
		expect(spanOf({ from: '', to: '18:00' })).toEqual({ from: 0, to: 0 });
		expect(spanOf({ from: '09:00', to: '09:00' })).toEqual({ from: 540, to: 1980 });
	});
	it('U-36 take a year of the production calendar and keep days of their own', () => {
		const own = [newDay('2026-03-09', 'Наше'), newDay('2026-05-05', 'Субботник')];
		const all = withYear(own, [{ date: '2026-03-09', name: 'Перенос', spans: [] }, { date: '2026-01-01', name: 'Новый год', spans: [] }]);
		expect(all.map((day) => `${day.date} ${day.name}`)).toEqual(['2026-01-01 Новый год', '2026-03-09 Перенос', '2026-05-05 Субботник']);
	});
});
