// Identifiers sort by the order they were made in and are valid UUIDs of version 7.
import { expect, it } from 'vitest';
import { uuid7 } from './ids';

it('grows, also within one millisecond and when the clock goes back', () => {
	const made = [5, 5, 5, 4, 6].map((ms) => uuid7(1_700_000_000_000 + ms));
	expect([...made].sort()).toEqual(made);
	for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
