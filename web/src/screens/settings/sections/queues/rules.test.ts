import { describe, expect, it } from 'vitest';
import { draftOf, rulesOf, withFallback } from './rules';

const rules = {
	capacity: 5, weights: [{ account_id: 'a', weight: 2 }], head_id: 'p', returns_to_former: false, answer_within_min: 10, auto_close_after_min: 1440,
	thresholds: { waiting: 7, longest_min: null }, overflow: { after_min: 15, queue_id: 'q' },
	calendar_id: 'c', limits: { first_min: 15, next_min: 60, resolution_min: null, head_first_min: 20, head_next_min: null },
	texts: { first: { ru: 'Здравствуйте', en: '' }, outside_hours: { ru: '', en: '' }, nobody_free: { ru: '', en: '' }, no_answer: { ru: 'Скоро', en: 'Soon' }, no_answer_min: 10, missed_call: { ru: '', en: '' }, closing: { ru: '', en: '' },
		fallbacks: [{ occasion: 'first' as const, account_id: 'a', template_id: 't', values: { 'body:1': '{client.name}' } }] },
};
const silent = { ru: '', en: '' };

describe('rules of a queue in a form', () => {
	it('L-82 come out as they went in', () => {
		expect(rulesOf(draftOf('evenly', rules))).toEqual(rules);
		const none = rulesOf(draftOf('first_to_answer', null));
		expect(none).toEqual({ capacity: null, weights: [], head_id: null, returns_to_former: true, answer_within_min: null, auto_close_after_min: null, thresholds: { waiting: null, longest_min: null }, overflow: null, calendar_id: null,
			limits: { first_min: null, next_min: null, resolution_min: null, head_first_min: null, head_next_min: null },
			texts: { first: silent, outside_hours: silent, nobody_free: silent, no_answer: silent, no_answer_min: null, missed_call: silent, closing: silent, fallbacks: [] } });
	});
	it('P-38 leave what is no number to the server, which says what it may be', () => {
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: '2,5' }).capacity).toBe(0);
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: '-1' }).capacity).toBe(0);
		expect(rulesOf({ ...draftOf('evenly', rules), capacity: ' ' }).capacity).toBeNull();
		expect(rulesOf({ ...draftOf('evenly', rules), weights: { a: '1', b: '' } }).weights).toEqual([]);
	});
	it('U-06 drop a template that stood in for a text which is not there any more', () => {
		const draft = draftOf('evenly', rules);
		draft.texts.first = { ru: ' ', en: '' };
		expect(rulesOf(draft).texts.fallbacks).toEqual([]);
		const none = withFallback(rules.texts.fallbacks, { ...rules.texts.fallbacks[0]!, template_id: '' });
		expect(none).toEqual([]);
		const two = withFallback(rules.texts.fallbacks, { occasion: 'closing', account_id: 'a', template_id: 't', values: {} });
		expect(two).toHaveLength(2);
		expect(withFallback(two, { occasion: 'closing', account_id: 'a', template_id: 'u', values: {} })).toHaveLength(2);
	});
	it('L-70 tell no head where there is none', () => {
		expect(rulesOf({ ...draftOf('evenly', rules), head: '' }).limits.head_first_min).toBeNull();
	});
	it('pass nothing on without a queue to pass it to', () => {
		expect(rulesOf({ ...draftOf('evenly', rules), overflowTo: '' }).overflow).toBeNull();
		expect(rulesOf({ ...draftOf('evenly', rules), overflowAfter: '' }).overflow).toEqual({ after_min: 0, queue_id: 'q' });
	});
});
