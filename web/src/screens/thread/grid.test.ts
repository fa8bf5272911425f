// A grid of pictures has no holes, whatever their number.
import { expect, it } from 'vitest';
import { gridRows, gridSpans } from './grid';

it('S0-02 every row of a grid is full', () => {
	expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => gridRows(n).join('+'))).toEqual(['1', '2', '3', '2+2', '2+3', '3+3', '2+2+3', '2+3+3', '3+3+3', '2+2+3+3']);
	for (let n = 2; n <= 30; n += 1) {
		expect(gridSpans(n).length).toBe(n);
		expect(gridSpans(n).reduce((a, b) => a + b, 0) % 6).toBe(0);
	}
});
