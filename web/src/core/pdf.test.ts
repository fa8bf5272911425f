// Each object of the PDF stands where its table says, and the pictures are in it byte for byte.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pdf, sheet } from './pdf';

it('S2-13 the table of a PDF points at every object, whatever bytes the pictures hold', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.record({ jpeg: fc.uint8Array({ minLength: 1, maxLength: 300 }), width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) }), { minLength: 1, maxLength: 6 }), fc.string(), async (pages, title) => {
			const bytes = new Uint8Array(await pdf(pages, title).arrayBuffer());
			const text = new TextDecoder('latin1').decode(bytes);
			const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]);
			expect(text.slice(table, table + 5)).toBe('xref\n');
			const rows = text.slice(table).split('\n').slice(3, 3 + 3 + pages.length * 3);
			for (const [n, row] of rows.entries()) expect(text.slice(Number(row.slice(0, 10))).startsWith(`${n + 1} 0 obj\n`)).toBe(true);
			for (const [n, page] of pages.entries()) {
				const start = text.indexOf('stream\n', Number(rows[3 + n * 3 + 2]!.slice(0, 10))) + 7;
				expect([...bytes.slice(start, start + page.jpeg.length)]).toEqual([...page.jpeg]);
			}
		}),
	);
});

it('S2-13 a page lies within its sheet and keeps its shape', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 9000 }), (width, height) => {
			const { w, h, x, y, dx, dy } = sheet(width, height);
			expect(x >= -0.01 && y >= -0.01 && x + dx <= w + 0.01 && y + dy <= h + 0.01).toBe(true);
			expect(dx / dy).toBeCloseTo(width / height, 5);
		}),
	);
});
