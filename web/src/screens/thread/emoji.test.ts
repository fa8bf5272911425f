// What is typed after a colon finds an emoji in either language; the exact name comes first.
import { expect, test } from 'vitest';
import { findEmoji, toned } from './emoji';

test('names are found in both languages whatever the language of the screen', () => {
	expect(findEmoji('thumb', 'ru').map((one) => one.char)).toContain('👍');
	expect(findEmoji('спасибо', 'en')[0]?.char).toBe('🙏');
});
test('an exact name stands before one that only begins so, in the reader\u2019s words', () => {
	const [first] = findEmoji('fire', 'en');
	expect(first).toMatchObject({ char: '🔥', name: 'fire' });
	expect(findEmoji('fire', 'ru')[0]?.name).toMatch(/^\p{Script=Cyrillic}+$/u);
});
test('several words narrow the search; nonsense finds nothing', () => {
	expect(findEmoji('heart_orange', 'en').map((one) => one.char)).toEqual(['🧡']);
	expect(findEmoji('zzzz', 'en')).toEqual([]);
});
test('a colour of skin is put where Unicode wants it, and nowhere else', () => {
	expect(toned('👍', 3)).toBe('👍🏽');
	expect(toned('✌️', 5)).toBe('✌🏿');
	expect(toned('🖐️', 1)).toBe('🖐🏻');
	expect(['😀', '❤️', '1️⃣'].map((one) => toned(one, 4))).toEqual(['😀', '❤️', '1️⃣']);
	expect(toned('👍', 0)).toBe('👍');
});
