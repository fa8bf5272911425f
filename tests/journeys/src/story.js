// A journey is a chain of steps: after one that failed the next have nothing to stand on and say so at once.
import { test } from 'node:test';

export function story(world) {
	let broken = null;
	return (title, run) =>
		test(title, async () => {
			if (broken) throw new Error(`Not tried: it goes on from a step that failed (${broken}).`);
			try {
				await run();
			} catch (error) {
				broken = title;
				await world.pictures(title);
				error.message += `\nWhat stood there:\n${await world.words()}`;
				throw error;
			}
		});
}

/** Text without the marks that are for the eye and for bidi only: no-break spaces, isolates. */
export const plain = (text) => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
