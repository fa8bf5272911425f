// Each way in which a browser finds a value wrong has a sentence of ours in both languages.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultOf } from './constraint.svelte';

const flags = ['badInput', 'customError', 'patternMismatch', 'rangeOverflow', 'rangeUnderflow', 'stepMismatch', 'tooLong', 'tooShort', 'typeMismatch', 'valueMissing'] as const;
const control = (wrong: readonly string[]) => ({ validity: { valid: wrong.length === 0, ...Object.fromEntries(flags.map((flag) => [flag, wrong.includes(flag)])) } as unknown as ValidityState, minLength: 8, maxLength: 200, min: '1', max: '8760' });

test('a right value has no fault', () => {
	expect(faultOf(control([]))).toBeNull();
});

test('what is missing comes before everything else, numbers are named', () => {
	expect(faultOf(control(['valueMissing', 'tooShort']))?.key).toBe('field-required');
	expect(faultOf(control(['tooShort']))).toEqual({ key: 'field-short', args: { count: 8 } });
	expect(faultOf(control(['tooLong']))).toEqual({ key: 'field-long', args: { count: 200 } });
	expect(faultOf(control(['rangeOverflow']))).toEqual({ key: 'field-range', args: { min: 1, max: 8760 } });
});

test.each(['ru', 'en'])('every fault has its words: %s', (language) => {
	const catalog = readFileSync(new URL(`../i18n/${language}/core.ftl`, import.meta.url), 'utf8');
	for (const flag of flags) {
		const { key } = faultOf(control([flag]))!;
		for (const id of key === 'field-address' ? ['field-email', 'field-url'] : [key]) expect(catalog).toContain(`\n${id} = `);
	}
});
