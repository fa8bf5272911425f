// L-84: keys are read by their place, so that the layout of the keyboard does not matter.
import { expect, test } from 'vitest';
import { chordOf, chordWords } from './chord';

const press = (code: string, held: Partial<KeyboardEvent> = {}) => chordOf({ code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held });

test('L-84 a key and its modifiers make one word', () => {
	expect(press('Space')).toBe('Space');
	expect(press('KeyM', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+KeyM');
	expect(press('ControlLeft', { ctrlKey: true })).toBeNull();
	expect(press('')).toBeNull();
});

test('L-84 it is written as people call it', () => {
	expect(chordWords('Ctrl+KeyM', 'Пробел')).toBe('Ctrl M');
	expect(chordWords('Ctrl+Space', 'Пробел')).toBe('Ctrl Пробел');
	expect(chordWords('F2', 'Space')).toBe('F2');
});
