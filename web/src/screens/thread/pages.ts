// Pages of a scan: a picture, how it is turned, and what of it is kept.
import type { Page } from '../../core/pdf';

export interface Crop {
	top: number; // parts of the turned picture, 0 to 1
	right: number;
	bottom: number;
	left: number;
}
export interface ScanPage {
	id: number;
	name: string;
	picture: ImageBitmap;
	turns: number; // quarters to the right
	crop: Crop;
}
export const WHOLE: Crop = { top: 0, right: 0, bottom: 0, left: 0 };
/** The longer side of a page in pixels: 200 dots an inch on A4, what a scanner gives. */
const LONGEST = 2339;

/** Draws a page turned and cut, no larger than asked. */
export function draw(page: ScanPage, canvas: HTMLCanvasElement | OffscreenCanvas, longest: number, cut = true): void {
	const { picture, turns } = page;
	const sideways = turns % 2 === 1;
	const [fullW, fullH] = sideways ? [picture.height, picture.width] : [picture.width, picture.height];
	const crop = cut ? page.crop : WHOLE;
	const [w, h] = [fullW * (1 - crop.left - crop.right), fullH * (1 - crop.top - crop.bottom)];
	const scale = Math.min(1, longest / Math.max(w, h));
	canvas.width = Math.max(1, Math.round(w * scale));
	canvas.height = Math.max(1, Math.round(h * scale));
	const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
	pen.fillStyle = '#fff'; // a transparent picture is not black on paper
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.scale(scale, scale);
	pen.translate(-fullW * crop.left, -fullH * crop.top);
	pen.translate(fullW / 2, fullH / 2);
	pen.rotate((turns * Math.PI) / 2);
	pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
}
export async function asPage(page: ScanPage): Promise<Page> {
	const canvas = document.createElement('canvas');
	draw(page, canvas, LONGEST);
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.82));
	return { jpeg: new Uint8Array(await blob!.arrayBuffer()), width: canvas.width, height: canvas.height };
}
/** An edge moved; at least a tenth of the page is left. */
export function cropped(crop: Crop, edge: keyof Crop, to: number): Crop {
	const other = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;
	return { ...crop, [edge]: Math.max(0, Math.min(0.9 - crop[other[edge]], to)) };
}
