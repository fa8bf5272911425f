// Properties of the list geometry: sums are sums, and the anchor row never moves on screen.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnchoredList, Fenwick } from './list';

const height = fc.integer({ min: 1, max: 500 });

describe('Fenwick', () => {
	it('sums like a plain array after any changes', () => {
		fc.assert(
			fc.property(fc.array(height, { minLength: 1, maxLength: 80 }), fc.array(fc.tuple(fc.nat(), height)), (values, changes) => {
				const tree = new Fenwick(values);
				for (const [at, value] of changes) {
					values[at % values.length] = value;
					tree.set(at % values.length, value);
				}
				for (let count = 0; count <= values.length; count += 1) expect(tree.sum(count)).toBe(values.slice(0, count).reduce((a, b) => a + b, 0));
			}),
		);
	});
	it('finds the row that covers a position', () => {
		fc.assert(
			fc.property(fc.array(height, { minLength: 1, maxLength: 80 }), fc.nat(40_000), (values, at) => {
				const tree = new Fenwick(values);
				const found = tree.find(at);
				if (at < tree.sum(values.length)) {
					expect(tree.sum(found)).toBeLessThanOrEqual(at);
					expect(tree.sum(found + 1)).toBeGreaterThan(at);
				} else expect(found).toBe(values.length - 1);
			}),
		);
	});
});

type Step = { do: 'measure'; at: number; height: number } | { do: 'append'; count: number } | { do: 'prepend'; count: number } | { do: 'delete'; at: number } | { do: 'trim'; count: number };
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ do: fc.constant('measure' as const), at: fc.nat(), height }),
	fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }),
	fc.record({ do: fc.constant('prepend' as const), count: fc.integer({ min: 1, max: 5 }) }),
	fc.record({ do: fc.constant('delete' as const), at: fc.nat() }),
	fc.record({ do: fc.constant('trim' as const), count: fc.integer({ min: 1, max: 3 }) }),
);

describe('AnchoredList', () => {
	it('keeps the anchor row where it is under any order of measure, append, prepend and delete', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(2000), fc.array(step, { maxLength: 40 }), (rows, where, steps) => {
				let made = 0;
				const fresh = () => `k${(made += 1)}`;
				let keys = Array.from({ length: rows }, fresh);
				const list = new AnchoredList(() => 50);
				list.setKeys(keys);
				list.scroll(Math.min(where, list.total - 1));
				let anchor = list.key(list.indexAt(list.top))!;
				let onScreen = list.offset(list.indexOf(anchor)) - list.top;
				for (const one of steps) {
					if (one.do === 'measure') {
						if (keys.length) list.measure(keys[one.at % keys.length]!, one.height);
					} else {
						if (one.do === 'append') keys = [...keys, ...Array.from({ length: one.count }, fresh)];
						if (one.do === 'prepend') keys = [...Array.from({ length: one.count }, fresh), ...keys];
						if (one.do === 'delete' && keys.length > 1) keys = keys.filter((_, at) => at !== one.at % keys.length);
						if (one.do === 'trim' && keys.length > one.count) keys = keys.slice(one.count);
						if (!keys.includes(anchor)) {
							// the heir starts from where it stood before the anchor was deleted
							const stood = new Map(keys.filter((key) => list.indexOf(key) >= 0).map((key) => [key, list.offset(list.indexOf(key)) - list.top]));
							list.setKeys(keys);
							const heir = [...stood].find(([key, at]) => list.offset(list.indexOf(key)) - list.top === at);
							if (!stood.size) return;
							expect(heir, 'some row stayed where it was').toBeDefined();
							const kept = keys.find((key) => stood.has(key) && stood.get(key)! > onScreen) ?? [...stood.keys()].at(-1)!;
							anchor = kept;
							onScreen = stood.get(kept)!;
							continue;
						}
						list.setKeys(keys);
					}
					expect(list.offset(list.indexOf(anchor)) - list.top).toBe(onScreen);
				}
			}),
			{ numRuns: 300 },
		);
	});
	it('covers the view with rows', () => {
		fc.assert(
			fc.property(fc.array(height, { minLength: 1, maxLength: 60 }), fc.nat(4000), fc.integer({ min: 50, max: 900 }), (heights, top, viewport) => {
				const list = new AnchoredList((key) => heights[Number(key)]!);
				list.setKeys(heights.map((_, at) => String(at)));
				const shown = Math.min(top, Math.max(0, list.total - viewport));
				const [from, to] = list.range(shown, viewport, 0);
				expect(list.offset(from)).toBeLessThanOrEqual(shown);
				expect(list.offset(to)).toBeGreaterThanOrEqual(Math.min(shown + viewport, list.total));
			}),
		);
	});
});
