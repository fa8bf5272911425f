// The limits of SMS, at their edges.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSms } from './sms';

describe('L-85 the counter of SMS', () => {
	it.each([
		['', 0, 0, 160, false],
		['a'.repeat(160), 160, 1, 0, false],
		['a'.repeat(161), 161, 2, 145, false],
		['a'.repeat(306), 306, 2, 0, false],
		['a'.repeat(307), 307, 3, 152, false],
		['я'.repeat(70), 70, 1, 0, true],
		['я'.repeat(71), 71, 2, 63, true],
		['я'.repeat(135), 135, 3, 66, true],
		['€'.repeat(80), 160, 1, 0, false],
		['€'.repeat(81), 162, 2, 143, false], // 76 pairs in the first: a pair is not torn
		['😀'.repeat(35), 70, 1, 0, true],
		['😀'.repeat(36), 72, 2, 61, true],
	])('%#: a text of its length', (text, used, parts, left, wide) => {
		expect(countSms(text)).toEqual({ used, parts, left, wide });
	});
	it('never has fewer parts than the places need, nor loses any', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom('a', 'я', '€', '😀', '\n'), maxLength: 700 }), (text) => {
				const { used, parts, left, wide } = countSms(text);
				const each = wide ? 67 : 153;
				expect(left).toBeGreaterThanOrEqual(0);
				if (parts > 1) expect(parts).toBeGreaterThanOrEqual(Math.ceil(used / each));
				expect(countSms(text + 'a').parts).toBeGreaterThanOrEqual(parts);
			}),
		);
	});
});
