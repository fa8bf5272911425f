// What is owed is done once the line lets it, the latest of a name last, and a refusal ends it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Owed } from './owed';

const turns = async (many = 200) => {
	for (let n = 0; n < many; n += 1) await Promise.resolve();
};
const make = () => new Owed({ final: (error) => error === 'refused', wait: () => ({ done: Promise.resolve(), wake: () => {} }) });

it('does every name in the end, its last task last, whatever is lost', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 4 })), { maxLength: 20 }), async (list) => {
			const owed = make();
			const done = new Map<string, number>();
			for (const [n, [name, losses]] of list.entries()) {
				let left = losses;
				owed.add(name, async () => {
					await Promise.resolve();
					if (left > 0) {
						left -= 1;
						throw new Error('lost');
					}
					done.set(name, n);
				});
				if (n % 3 === 0) await turns(2);
			}
			await turns(2000);
			expect(owed.size).toBe(0);
			for (const [name, last] of new Map(list.map(([name], n) => [name, n]))) expect(done.get(name)).toBe(last);
		}),
	);
});
it('does not ask again what was refused', async () => {
	const owed = make();
	let asked = 0;
	owed.add('a', async () => {
		asked += 1;
		throw 'refused';
	});
	await turns();
	expect([asked, owed.size]).toEqual([1, 0]);
});
