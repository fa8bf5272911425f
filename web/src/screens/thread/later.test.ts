import { expect, test } from 'vitest';
import { fieldValue, moments } from './later';

const keys = (now: Date) => moments(now).map((one) => one.key);

test('U-40 what is offered lies ahead', () => {
	expect(keys(new Date(2026, 10, 18, 12))).toEqual(['hour', 'evening', 'tomorrow', 'monday']); // Wednesday noon
	expect(keys(new Date(2026, 10, 18, 17, 30))).toEqual(['hour', 'tomorrow', 'monday']); // the evening is nearer than an hour
	expect(keys(new Date(2026, 10, 22, 12))).toEqual(['hour', 'evening', 'tomorrow']); // Sunday: tomorrow is Monday
	for (let hour = 0; hour < 24 * 14; hour += 1) {
		const now = new Date(2026, 2, 20, hour, 7);
		for (const one of moments(now)) expect(one.at).toBeGreaterThan(now.getTime());
	}
	const monday = moments(new Date(2026, 10, 16, 12)).find((one) => one.key === 'monday')!;
	expect(new Date(monday.at).getDate()).toBe(23);
});
test('U-40 a field holds what it was given', () => {
	const at = new Date(2026, 0, 5, 9, 3).getTime();
	expect(fieldValue(at)).toBe('2026-01-05T09:03');
	expect(new Date(fieldValue(at)).getTime()).toBe(at);
});
