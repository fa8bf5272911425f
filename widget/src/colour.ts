// Turns the one accent an administrator chose into colours that stay readable in both themes.

type Rgb = [number, number, number];

const LIGHT_SURFACE: Rgb = [255, 255, 255];
const DARK_SURFACE: Rgb = [29, 33, 32];
const DEFAULT = '#1f6f5c';

export function parseHex(value: string): Rgb | null {
	const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value.trim());
	if (!match?.[1]) return null;
	const hex = match[1].length === 3 ? [...match[1]].map((digit) => digit + digit).join('') : match[1];
	return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

export function contrast(a: Rgb, b: Rgb): number {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

function luminance(rgb: Rgb): number {
	const [r, g, b] = rgb.map((part) => {
		const share = part / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as Rgb;
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
	return from.map((part, i) => Math.round(part + ((to[i] ?? 0) - part) * share)) as Rgb;
}

/** Moves a colour towards black or white only as far as the surface beneath asks. */
function readable(colour: Rgb, surface: Rgb, towards: Rgb, least: number): Rgb {
	for (let share = 0; share < 1; share += 0.05) {
		const candidate = mix(colour, towards, share);
		if (contrast(candidate, surface) >= least) return candidate;
	}
	return towards;
}

export interface Palette {
	accent: string;
	on: string;
	soft: string;
}

export function palette(accent: string, dark: boolean): Palette {
	const base = parseHex(accent) ?? (parseHex(DEFAULT) as Rgb);
	const surface = dark ? DARK_SURFACE : LIGHT_SURFACE;
	const main = readable(base, surface, dark ? [255, 255, 255] : [0, 0, 0], dark ? 5.5 : 3);
	const on: Rgb = contrast(main, [255, 255, 255]) >= 4.5 ? [255, 255, 255] : [0, 0, 0];
	return { accent: css(main), on: css(on), soft: css(mix(surface, main, dark ? 0.16 : 0.12)) };
}

function css(rgb: Rgb): string {
	return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
