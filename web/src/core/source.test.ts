// Mentions survive the way from the composer to the server and back.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromSource, plainLine, toSource } from './source';

const anna = { id: '00000000-0000-7000-8000-000000000001', name: 'Анна' };
const full = { id: '00000000-0000-7000-8000-000000000002', name: 'Анна Королёва' };

it('keeps any text with mentions', () => {
	const part = fc.oneof(fc.constantFrom(anna, full).map((one) => `@[${one.name}](${one.id})`), fc.constantFrom('да ', ', ', ' и нет. ', '\n', 'почта a@b.ru '));
	fc.assert(
		fc.property(fc.array(part), (parts) => {
			const source = parts.join(' ');
			const { text, mentions } = fromSource(source);
			expect(text).not.toContain('](');
			// «@Анна» beside «Королёва» cannot arise here: the parts are apart by punctuation
			expect(toSource(text, mentions)).toBe(source);
		}),
	);
});
it('makes one plain line', () => {
	expect(plainLine(`@[Анна](${anna.id}), **важно**:\n\nсмотри \`код\``)).toBe('@Анна, важно: смотри код');
});
