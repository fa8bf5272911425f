// The wrong layout, Latin letters, ё and phone numbers in any spelling find the person.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fits, otherLayout } from './layout';

it('reads the other layout', () => {
	expect(otherLayout('ghbdtn')).toBe('привет');
	expect(otherLayout('руддщ')).toBe('hello');
});
it('swaps back to the same text', () => {
	fc.assert(fc.property(fc.stringMatching(/^[a-z;',.[\]` ]*$/), (text) => void expect(otherLayout(otherLayout(text))).toBe(text)));
});
it.each([
	['анна', 'Анна Королёва'],
	['королева', 'Анна Королёва'],
	['ко ан', 'Анна Королёва'],
	['fyyf', 'Анна Королёва'],
	['anna', 'Анна Королёва'],
	['8 (916) 123-45-67', '+79161234567'],
])('%s finds %s', (query, text) => expect(fits(query, text)).toBeGreaterThan(0));
it('prefers what was typed to a guess', () => {
	expect(fits('анна', 'Анна')).toBeGreaterThan(fits('fyyf', 'Анна'));
	expect(fits('борис', 'Анна')).toBe(0);
});
