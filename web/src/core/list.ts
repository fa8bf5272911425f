// Geometry of a long list with rows of unknown heights: prefix sums in a Fenwick tree and an anchor row that does not move.

/** Sums of a changing array: both a change and a sum cost log n. */
export class Fenwick {
	private readonly tree: Float64Array;
	private readonly values: Float64Array;

	constructor(values: ArrayLike<number>) {
		const size = values.length;
		this.values = Float64Array.from(values);
		this.tree = new Float64Array(size + 1);
		for (let at = 1; at <= size; at += 1) {
			this.tree[at]! += this.values[at - 1]!;
			const parent = at + (at & -at);
			if (parent <= size) this.tree[parent]! += this.tree[at]!;
		}
	}
	get size(): number {
		return this.values.length;
	}
	value(index: number): number {
		return this.values[index] ?? 0;
	}
	set(index: number, value: number): void {
		const change = value - this.values[index]!;
		this.values[index] = value;
		for (let at = index + 1; at < this.tree.length; at += at & -at) this.tree[at]! += change;
	}
	/** The sum of the first `count` values. */
	sum(count: number): number {
		let total = 0;
		for (let at = Math.min(count, this.size); at > 0; at -= at & -at) total += this.tree[at]!;
		return total;
	}
	/** The index of the value that covers the position: the greatest i with sum(i) <= position, kept inside. */
	find(position: number): number {
		let at = 0;
		let left = position;
		for (let step = 1 << Math.floor(Math.log2(Math.max(1, this.size))); step > 0; step >>= 1) {
			const next = at + step;
			if (next <= this.size && this.tree[next]! <= left) {
				at = next;
				left -= this.tree[next]!;
			}
		}
		return Math.max(0, Math.min(at, this.size - 1));
	}
}

interface Anchor {
	key: string;
	offset: number; // from the top of the view down to the top of the row
}

/** Rows by key with measured or guessed heights, and the scroll position that keeps the anchor row where it is on screen. */
export class AnchoredList {
	private keys: readonly string[] = [];
	private index = new Map<string, number>();
	private tree = new Fenwick([]);
	private readonly heights = new Map<string, number>();
	private anchor: Anchor | null = null;
	private position = 0;

	constructor(private readonly guess: (key: string) => number) {}

	/** Where the view stands: what `scrollTop` should be. */
	get top(): number {
		return this.position;
	}
	get total(): number {
		return this.tree.sum(this.tree.size);
	}
	get size(): number {
		return this.keys.length;
	}
	key(index: number): string | undefined {
		return this.keys[index];
	}
	indexOf(key: string): number {
		return this.index.get(key) ?? -1;
	}
	offset(index: number): number {
		return this.tree.sum(index);
	}
	height(index: number): number {
		return this.tree.value(index);
	}
	indexAt(position: number): number {
		return this.tree.find(position);
	}

	/** The reader scrolled: the first row in view becomes the anchor. */
	scroll(top: number): void {
		this.position = top;
		if (!this.keys.length) {
			this.anchor = null;
			return;
		}
		const first = this.tree.find(top);
		this.anchor = { key: this.keys[first]!, offset: this.tree.sum(first) - top };
	}
	/** Makes a row the anchor at a distance from the top of the view; for jumps. */
	pin(key: string, offset: number): number {
		this.anchor = { key, offset };
		return this.settle();
	}
	measure(key: string, height: number): number {
		const at = this.index.get(key);
		this.heights.set(key, height);
		if (at !== undefined && this.tree.value(at) !== height) this.tree.set(at, height);
		return this.settle();
	}
	setKeys(keys: readonly string[]): number {
		const before = this.keys;
		const anchorAt = this.anchor ? (this.index.get(this.anchor.key) ?? -1) : -1;
		const next = new Map(keys.map((key, at) => [key, at]));
		if (this.anchor && !next.has(this.anchor.key)) {
			// the anchor went away: its nearest neighbour that stays, below first, takes over where it is now
			const heir = this.heir(before, anchorAt, next);
			this.anchor = heir === null ? null : { key: before[heir]!, offset: this.tree.sum(heir) - this.position };
		}
		this.keys = keys;
		this.index = next;
		this.tree = new Fenwick(keys.map((key) => this.heights.get(key) ?? this.guess(key)));
		if (this.heights.size > keys.length * 2 + 2000) for (const key of this.heights.keys()) if (!next.has(key)) this.heights.delete(key);
		return this.settle();
	}
	/** Rows that cover the view and `overscan` pixels around it: [from, to). */
	range(top: number, viewport: number, overscan: number): [number, number] {
		if (!this.keys.length) return [0, 0];
		let from = this.tree.find(Math.max(0, top - overscan));
		// a row that has no height yet lies on the edge: it must be drawn to get one
		while (from > 0 && this.tree.value(from - 1) === 0) from -= 1;
		return [from, Math.min(this.keys.length, this.tree.find(top + viewport + overscan) + 1)];
	}

	private heir(before: readonly string[], at: number, next: ReadonlyMap<string, number>): number | null {
		for (let down = at + 1; down < before.length; down += 1) if (next.has(before[down]!)) return down;
		for (let up = at - 1; up >= 0; up -= 1) if (next.has(before[up]!)) return up;
		return null;
	}
	private settle(): number {
		const at = this.anchor ? this.index.get(this.anchor.key) : undefined;
		if (at !== undefined) this.position = this.tree.sum(at) - this.anchor!.offset;
		return this.position;
	}
}
