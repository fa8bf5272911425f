// JPEG pictures as the pages of one PDF (ISO 32000-1): a picture a page, nothing else, so no library is needed.

export interface Page {
	jpeg: Uint8Array;
	width: number; // pixels
	height: number;
}
/** Points of an A4 page. */
const SHORT = 595;
const LONG = 842;

/** The picture as large as it fits on a sheet turned its way. */
export function sheet(width: number, height: number): { w: number; h: number; x: number; y: number; dx: number; dy: number } {
	const [w, h] = width > height ? [LONG, SHORT] : [SHORT, LONG];
	const scale = Math.min(w / width, h / height);
	const [dx, dy] = [width * scale, height * scale];
	return { w, h, x: (w - dx) / 2, y: (h - dy) / 2, dx, dy };
}
/** Text of a PDF in any letters: UTF-16 in hexadecimal. */
function words(text: string): string {
	let out = 'FEFF';
	for (let at = 0; at < text.length; at += 1) out += text.charCodeAt(at).toString(16).padStart(4, '0').toUpperCase();
	return `<${out}>`;
}
export function pdf(pages: readonly Page[], title: string): Blob {
	const ascii = new TextEncoder();
	const parts: (Uint8Array | string)[] = [];
	const places: number[] = [];
	let length = 0;
	const put = (part: Uint8Array | string) => {
		parts.push(part);
		length += part.length; // what we write in words is ASCII
	};
	const object = (number: number, head: string, stream?: Uint8Array) => {
		places[number] = length;
		put(`${number} 0 obj\n${head}\n`);
		if (stream) {
			put('stream\n');
			put(stream);
			put('\nendstream\n');
		}
		put('endobj\n');
	};
	put('%PDF-1.4\n%\u007f\u007f\u007f\u007f\n');
	const first = 4;
	object(1, '<< /Type /Catalog /Pages 2 0 R >>');
	object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${first + n * 3} 0 R`).join(' ')}] >>`);
	object(3, `<< /Title ${words(title)} /Producer (Beseda) >>`);
	for (const [n, { jpeg, width, height }] of pages.entries()) {
		const at = first + n * 3;
		const { w, h, x, y, dx, dy } = sheet(width, height);
		const draw = ascii.encode(`q ${dx.toFixed(2)} 0 0 ${dy.toFixed(2)} ${x.toFixed(2)} ${y.toFixed(2)} cm /P Do Q`);
		object(at, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Resources << /XObject << /P ${at + 2} 0 R >> >> /Contents ${at + 1} 0 R >>`);
		object(at + 1, `<< /Length ${draw.length} >>`, draw);
		object(at + 2, `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`, jpeg);
	}
	const table = length;
	put(`xref\n0 ${places.length}\n0000000000 65535 f \n`);
	for (const place of places.slice(1)) put(`${String(place).padStart(10, '0')} 00000 n \n`);
	put(`trailer\n<< /Size ${places.length} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${table}\n%%EOF\n`);
	return new Blob(parts.map((part) => (typeof part === 'string' ? ascii.encode(part) : new Uint8Array(part))), { type: 'application/pdf' });
}
