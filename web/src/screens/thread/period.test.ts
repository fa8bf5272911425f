import { expect, test } from 'vitest';
import { ownSpan, periods, spanOf } from './period';

test('S2-25 periods are whole days, and all but yesterday hold today', () => {
	for (const now of [new Date(2026, 2, 29, 2, 30), new Date(2026, 10, 21, 23, 59), new Date(2024, 1, 29, 0, 0), new Date(2026, 11, 31, 12)]) {
		for (const key of periods) {
			const { from, to } = spanOf(key, now);
			for (const edge of [from, to]) expect([new Date(edge).getHours(), new Date(edge).getMinutes()]).toEqual([0, 0]);
			expect(from).toBeLessThan(to);
			expect(to > now.getTime()).toBe(key !== 'yesterday');
		}
	}
	const { from, to } = spanOf('yesterday', new Date(2026, 10, 21, 15));
	expect([new Date(from).getDate(), new Date(to).getDate()]).toEqual([20, 21]);
	expect(new Date(spanOf('week', new Date(2026, 10, 21)).from).getDate()).toBe(15);
});
test('S2-25 an own range counts its last day', () => {
	const span = ownSpan('2026-11-01', '2026-11-01')!;
	expect(new Date(span.to).getDate()).toBe(2);
	expect(ownSpan('2026-11-02', '2026-11-01')).toBeNull();
	expect(ownSpan('', '2026-11-01')).toBeNull();
});
