import { describe, expect, it } from 'vitest';
import { moments } from './snooze';

describe('the moments a chat may be put away until', () => {
	it('P-45 are later than now, and Monday is the next one', () => {
		for (const now of ['2027-01-15T08:00', '2027-01-18T08:00', '2027-01-17T23:59'].map((one) => new Date(one).getTime())) {
			const all = moments(now);
			expect(all.every((one) => one.at > now)).toBe(true);
			const monday = new Date(all.find((one) => one.key === 'monday')!.at);
			expect([monday.getDay(), monday.getHours()]).toEqual([1, 9]);
			expect(monday.getTime() - now).toBeLessThanOrEqual(7.1 * 86_400_000);
		}
	});
});
