// A short hand for building DOM without any markup in strings.

type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, props: Record<string, unknown> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (value === undefined || value === null || value === false) continue;
		if (name.startsWith('on') && typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
		else if (name === 'class') element.className = String(value);
		else element.setAttribute(name, value === true ? '' : String(value));
	}
	for (const child of children) if (child) element.append(child);
	return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Icons share one 20 px grid and one 1.5 px stroke. */
export const ICONS = {
	chat: 'M3.5 10c0-3.6 2.9-6.25 6.5-6.25s6.5 2.65 6.5 6.25-2.9 6.25-6.5 6.25c-.9 0-1.76-.16-2.54-.46L3.75 16.5l.9-3.1A6 6 0 0 1 3.5 10Z',
	close: 'M5 5l10 10M15 5L5 15',
	down: 'M5 8l5 5 5-5',
	send: 'M10 16V4.5M5 9.25l5-5 5 5',
	clip: 'm15.5 9.5-5.6 5.6a3.3 3.3 0 0 1-4.7-4.7l6-6a2.2 2.2 0 0 1 3.2 3.2l-5.9 5.8a1.1 1.1 0 0 1-1.6-1.6l5.2-5.1',
	tick: 'M4.5 10.5l3.5 3.5 7.5-8',
	clock: 'M10 5.75V10l2.75 1.75M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z',
	warn: 'M10 6.5v4.25M10 13.4v.1M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z',
	file: 'M5.5 3.25h5.75l3.25 3.25v10.25h-9ZM11 3.5v3.25h3.25',
	sound: 'M3.5 8v4h2.75L10 15V5L6.25 8ZM13 7.5a3.6 3.6 0 0 1 0 5M15 5.5a6.4 6.4 0 0 1 0 9',
	mute: 'M3.5 8v4h2.75L10 15V5L6.25 8ZM13 8l4 4M17 8l-4 4',
} as const;

export function icon(name: keyof typeof ICONS): SVGSVGElement {
	const svg = document.createElementNS(SVG, 'svg');
	svg.setAttribute('viewBox', '0 0 20 20');
	svg.setAttribute('aria-hidden', 'true');
	const path = document.createElementNS(SVG, 'path');
	path.setAttribute('d', ICONS[name]);
	svg.append(path);
	return svg;
}

export function setIcon(host: Element, name: keyof typeof ICONS): void {
	host.replaceChildren(icon(name));
}
