// Every colour of a label is readable on its own ground in both themes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./LabelChip.svelte', import.meta.url), 'utf8');
const colors = [...css.matchAll(/\.(\w+) \{\s*--label: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);\s*--behind-label: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];

function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const c = parseInt(hex.slice(at, at + 2), 16) / 255;
		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
	const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m) as [number, number];
	return (x + 0.05) / (y + 0.05);
}

describe('labels', () => {
	it('have nine colours', () => expect(colors).toHaveLength(9));
	it.each(colors.map((one) => [one[1]!, one.slice(2)] as const))('%s is readable in both themes', (_, [ink, darkInk, ground, darkGround]) => {
		expect(contrast(ink!, ground!)).toBeGreaterThanOrEqual(4.5);
		expect(contrast(darkInk!, darkGround!)).toBeGreaterThanOrEqual(4.5);
	});
});
