// A filter goes into an address and comes out of it as it was; an address somebody broke narrows nothing.
import { describe, expect, it } from 'vitest';
import { conditions, filterWord, noFilter, sameFilter, whichList } from './filters';

describe('filters', () => {
	it('come back from an address as they went in', () => {
		const filter = { ...noFilter, label_ids: ['b', 'a'], mine: true, state: 'unanswered' as const, older_than_min: 90 };
		const word = filterWord(filter);
		expect(word).toMatch(/^f-[A-Za-z0-9_-]+$/);
		expect(whichList(word)).toEqual({ filter: { ...filter, label_ids: ['a', 'b'] } });
		expect(conditions(filter)).toBe(4);
		expect(conditions({ ...filter, contact_label_ids: ['c'] })).toBe(5);
		expect(sameFilter(filter, { ...filter, label_ids: ['a', 'b'] })).toBe(true);
		expect(conditions(noFilter)).toBe(0);
	});
	it('of a broken address narrow nothing', () => {
		for (const word of ['f-', 'f-%%%', 'f-bnVsbA', 'f-W10', 'f-abc']) expect(whichList(word)).toEqual({ filter: noFilter });
	});
	it('know groups and views apart', () => {
		expect(whichList('my')).toEqual({ group: 'my' });
		expect(whichList('v-0190')).toEqual({ view_id: '0190' });
	});
});
