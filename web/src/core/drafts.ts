// What becomes of words being typed when the server, another tab or another device has other words: nothing typed is lost.
import type { Id, ReplyRef } from '../api/types';

export interface Draft {
	thread_id: Id;
	text: string;
	hidden: boolean;
	reply: ReplyRef | null;
	at: number;
	/** The server's words these were typed over. */
	base: string;
	/** Told to the server and not heard back from it yet, in order. */
	sent: readonly string[];
}
/** As many as may be on their way at once; one typed before them is old enough to be forgotten. */
const ON_WAY = 20;

/** Nothing of it is unknown to the server, and nothing is on its way there. */
export const settled = (one: Draft): boolean => one.text === one.base && one.sent.length === 0;
/** Whether the server has to be told. */
export const owes = (one: Draft): boolean => one.text !== (one.sent.at(-1) ?? one.base);
export const told = (one: Draft): Draft => (one.sent.at(-1) === one.text ? one : { ...one, sent: [...one.sent, one.text].slice(-ON_WAY) });

/** What the server must have for this to be written over it. `again`: what is on its way may be lost. */
export const over = (one: Draft, again = false): string => (again ? one.base : (one.sent.at(-1) ?? one.base));
/** The server has other words and did not take these: they are told again when its own have come. */
export const refused = (one: Draft, text: string): Draft => ({ ...one, sent: one.sent.filter((each) => each !== text) });

/** Lines that two devices compare: beyond this a text is put under the other as it is. */
const COMPARED = 400;
/**
 * Both were typed over the same words: one that has the other in it wins, else the lines of both stay, in their order. Which of the two is
 * whose makes no difference, so that both devices come to the same; and what was joined before is not joined again.
 */
export function join(one: string, other: string): string {
	if (one.includes(other)) return one;
	if (other.includes(one)) return other;
	const [a, b] = [one, other].sort().map((text) => text.split('\n')) as [string[], string[]];
	if (a.length > COMPARED || b.length > COMPARED) return [...a, ...b].join('\n');
	const same = (x: string, y: string) => x === y || (x !== '' && y !== '' && (x.includes(y) || y.includes(x)));
	// how many lines from here on both have
	const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
	for (let x = a.length - 1; x >= 0; x -= 1) for (let y = b.length - 1; y >= 0; y -= 1) common[x]![y] = same(a[x]!, b[y]!) ? common[x + 1]![y + 1]! + 1 : Math.max(common[x + 1]![y]!, common[x]![y + 1]!);
	const lines: string[] = [];
	let [x, y] = [0, 0];
	while (x < a.length || y < b.length) {
		if (x < a.length && y < b.length && same(a[x]!, b[y]!)) {
			lines.push(a[x]!.length > b[y]!.length ? a[x]! : b[y]!);
			x += 1;
			y += 1;
		} else if (y >= b.length || (x < a.length && common[x + 1]![y]! >= common[x]![y + 1]!)) lines.push(a[x++]!);
		else lines.push(b[y++]!);
	}
	return lines.join('\n');
}
/** The server says what it has. Its states come in their order, so what it had before is never taken for news. */
export function heard(mine: Draft, theirs: { text: string; hidden: boolean }): Draft {
	const echo = mine.sent.indexOf(theirs.text);
	if (echo >= 0) return { ...mine, base: theirs.text, sent: mine.sent.slice(echo + 1) };
	if (theirs.text === mine.base) return mine;
	// another device wrote
	if (theirs.text === mine.text) return { ...mine, base: theirs.text, sent: [] };
	if (settled(mine)) return { ...mine, ...theirs, base: theirs.text };
	// what is still on its way was typed over older words: the server will not take it
	return { ...mine, text: join(theirs.text, mine.text), hidden: mine.hidden || theirs.hidden, base: theirs.text, sent: [] };
}
