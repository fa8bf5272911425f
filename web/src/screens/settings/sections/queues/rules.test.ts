import { describe, expect, it } from 'vitest';
import { draftOf, rulesOf } from './rules';

const rules = {
	capacity: 5, weights: [{ account_id: 'a', weight: 2 }], head_id: 'p', returns_to_former: false, answer_within_min: 10, auto_close_after_min: 1440,
	thresholds: { waiting: 7, longest_min: null }, overflow: { after_min: 15, queue_id: 'q' },
};

describe('rules of a queue in a form', () => {
	it('L-82 come out as they went in', () => {
		expect(rulesOf(draftOf('evenly', rules))).toEqual(rules);
		const none = rulesOf(draftOf('first_to_answer', null));
		expect(none).toEqual({ capacity: null, weights: [], head_id: null, returns_to_former: true, answer_within_min: null, auto_close_after_min: null, thresholds: { waiting: null, longest_min: null }, overflow: null });
	});
	it('P-38 leave what is no number to the server, which says what it may be', () => {
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: '2,5' }).capacity).toBe(0);
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: '-1' }).capacity).toBe(0);
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: ' ' }).capacity).toBeNull();
		expect(rulesOf({ ...draftOf('evenly', rules), weights: { a: '1', b: '' } }).weights).toEqual([]);
	});
	it('pass nothing on without a queue to pass it to', () => {
		expect(rulesOf({ ...draftOf('evenly', rules), overflowTo: '' }).overflow).toBeNull();
		expect(rulesOf({ ...draftOf('evenly', rules), overflowAfter: '' }).overflow).toEqual({ after_min: 0, queue_id: 'q' });
	});
});
