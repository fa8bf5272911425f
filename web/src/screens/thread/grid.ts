// How pictures of one message stand: rows of two or three, none with a hole.

/** How many stand in each row; `[2, 3]` for five. */
export function gridRows(count: number): number[] {
	if (count <= 3) return count ? [count] : [];
	const twos = (3 - (count % 3)) % 3;
	return [...Array<number>(twos).fill(2), ...Array<number>((count - twos * 2) / 3).fill(3)];
}
/** For each picture, how many of the six columns it takes. */
export const gridSpans = (count: number): number[] => gridRows(count).flatMap((row) => Array<number>(row).fill(6 / row));
