// What a company puts elsewhere so that people write to it (L-78): a block of buttons in plain HTML, and a QR code to print.
import { correction, generate } from 'lean-qr';

export interface ButtonOf {
	url: string;
	label: string;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Black or white, whichever is read better on a colour (WCAG 2, relative luminance). */
export function inkOn(colour: string): '#fff' | '#000' {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const share = parseInt(colour.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
	return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#fff' : '#000';
}

/** Buttons that need no script of ours: they go on working whatever becomes of the page around them. */
export function block(buttons: readonly ButtonOf[], colour: string): string {
	const fill = /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#1f6f5c';
	const style = `display:inline-block;padding:10px 18px;border-radius:8px;background:${fill};color:${inkOn(fill)};font:500 16px/20px sans-serif;text-decoration:none`;
	// What a browser opens goes into another tab; what the telephone opens stays where it is.
	const link = ({ url, label }: ButtonOf) => `  <a href="${escape(url)}"${/^https?:/.test(url) ? ' target="_blank" rel="noopener"' : ''} style="${style}">${escape(label)}</a>`;
	return `<div style="display:flex;flex-wrap:wrap;gap:8px">\n${buttons.map(link).join('\n')}\n</div>`;
}

/** Four modules of white around it, as readers want (ISO/IEC 18004). */
const QUIET = 4;

/** A QR code that is read with a seventh of it smeared (level M). */
function code(text: string) {
	return generate(text, { minCorrectionLevel: correction.M });
}

/** The code as a drawing of any size. */
export function svg(text: string): string {
	const found = code(text);
	const side = found.size + QUIET * 2;
	let path = '';
	for (let y = 0; y < found.size; y++) for (let x = 0; x < found.size; x++) if (found.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side * 10}" height="${side * 10}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path fill="#000" d="${path}"/></svg>\n`;
}

/** The code as a picture of at least `least` pixels a side: whole pixels for each module, so that it stays sharp. */
export function png(text: string, least = 1200): Promise<Blob> {
	const found = code(text);
	const side = found.size + QUIET * 2;
	const scale = Math.ceil(least / side);
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = side * scale;
	const pen = canvas.getContext('2d')!;
	pen.fillStyle = '#fff';
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.fillStyle = '#000';
	for (let y = 0; y < found.size; y++) for (let x = 0; x < found.size; x++) if (found.get(x, y)) pen.fillRect((x + QUIET) * scale, (y + QUIET) * scale, scale, scale);
	return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'));
}

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
