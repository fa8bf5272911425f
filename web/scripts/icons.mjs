// Draws the icons of the app: SVG by hand, PNG by the same Chromium the tests use. Run after a change of the mark.
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const out = (name) => new URL(`../public/${name}`, import.meta.url);
/** Two turns of talk, one answering the other: the mark of the product. */
const mark = (dot = false) => `<path d="M132 150a34 34 0 0 1 34-34h150a34 34 0 0 1 34 34v76a34 34 0 0 1-34 34H226l-52 46v-46h-8a34 34 0 0 1-34-34z" fill="#fff"/><path d="M378 214h2a34 34 0 0 1 34 34v72a34 34 0 0 1-34 34h-8v44l-50-44h-66a34 34 0 0 1-33-25l30-27h73a62 62 0 0 0 62-62z" fill="#bfe0d5"/>${dot ? '<circle cx="412" cy="100" r="92" fill="#fbfaf7"/><circle cx="412" cy="100" r="70" fill="#b0332a"/>' : ''}`;
const svg = (inner, radius) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="${radius}" fill="#1f6f5c"/>${inner}</svg>`;

writeFileSync(out('icon.svg'), svg(mark(), 112));
writeFileSync(out('icon-dot.svg'), svg(mark(true), 112));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const [name, size, source] of [
	['icon-192.png', 192, svg(mark(), 112)],
	['icon-512.png', 512, svg(mark(), 112)],
	['icon-maskable.png', 512, svg(`<g transform="translate(51 51) scale(.8)">${mark()}</g>`, 0)],
]) {
	const page = await browser.newPage({ viewport: { width: size, height: size } });
	await page.setContent(`<body style="margin:0">${source.replace('<svg', `<svg width="${size}" height="${size}" style="display:block"`)}</body>`);
	await page.screenshot({ path: out(name).pathname, omitBackground: true });
	await page.close();
}
await browser.close();
