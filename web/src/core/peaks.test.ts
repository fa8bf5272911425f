// The picture of a voice has a fixed shape whatever was recorded; the file made for old browsers is a right one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bars, wav } from './peaks';

it('S2-15 draws at most sixty bars from 0 to 100, the loudest of them full', () => {
	fc.assert(
		fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { maxLength: 2000 }), (levels) => {
			const drawn = bars(levels);
			expect(drawn.length).toBe(Math.min(60, levels.length));
			expect(drawn.every((one) => Number.isInteger(one) && one >= 0 && one <= 100)).toBe(true);
			if (Math.max(0, ...levels) > 0.05) expect(Math.max(...drawn)).toBe(100);
		}),
	);
	expect(bars([0, 0, 0.5, 1], 2)).toEqual([0, 100]);
});

it('writes a WAV file with its length in it', async () => {
	const file = wav(new Float32Array([0, 1, -1, 2]), 8000);
	const view = new DataView(await file.arrayBuffer());
	expect(file.size).toBe(52);
	expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint32(40, true)]).toEqual([44, 8000, 8]);
	expect([0, 1, 2, 3].map((n) => view.getInt16(44 + n * 2, true))).toEqual([0, 32767, -32767, 32767]);
});
