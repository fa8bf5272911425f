// Proves the contrast table of the design: every text colour on every background, in both themes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function pair(name: string): [string, string] {
	const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
	if (!found) throw new Error(`no token --${name}`);
	return [found[1]!, found[2]!];
}
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

const backgrounds = ['bg', 'surface', 'pane', 'sunken', 'accent-soft', 'note', 'remind'];
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'danger', 'warn', 'info'];

describe.each([0, 1])('theme %i', (theme) => {
	it.each(texts)('--%s is readable on every background', (text) => {
		for (const background of backgrounds) {
			expect(contrast(pair(text)[theme]!, pair(background)[theme]!), `${text} on ${background}`).toBeGreaterThanOrEqual(4.5);
		}
	});
	it('borders of controls are visible', () => {
		for (const background of backgrounds) {
			expect(contrast(pair('line-strong')[theme]!, pair(background)[theme]!), background).toBeGreaterThanOrEqual(3);
		}
	});
	it.each([
		['on-accent', 'accent'],
		['on-danger', 'danger'],
		['danger', 'danger-soft'],
	])('--%s is readable on --%s', (text, background) => {
		expect(contrast(pair(text)[theme]!, pair(background)[theme]!)).toBeGreaterThanOrEqual(4.5);
	});
});
