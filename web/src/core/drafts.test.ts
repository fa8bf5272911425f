// Two devices, three tabs, any order of the wire: every word that was typed stands in the end, and all have the same.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Draft, heard, join, over, owes, refused, settled, told } from './drafts';

const empty = (): Draft => ({ thread_id: 't', text: '', hidden: false, reply: null, at: 0, base: '', sent: [] });

/** A device: what it has, its requests on their way, the frames on their way to it. */
interface Device {
	draft: Draft;
	up: { text: string; base: string }[];
	down: string[];
	away: boolean;
}
type Act = { what: 'type' | 'tell' | 'arrive' | 'hear' | 'cut' | 'back'; who: 0 | 1; word: number };

function run(acts: readonly Act[]): { devices: Device[]; server: string; typed: string[] } {
	const devices: Device[] = [0, 1].map(() => ({ draft: empty(), up: [], down: [], away: false }));
	let server = '';
	const typed: string[] = [];
	const tell = (one: Device) => {
		if (one.away || !owes(one.draft)) return;
		const base = over(one.draft);
		one.draft = told(one.draft);
		one.up.push({ text: one.draft.text, base });
	};
	const arrive = (one: Device) => {
		const came = one.up.shift();
		if (!came) return;
		const { text, base } = came;
		if (server !== base && server !== text) {
			// of a line that is cut the answer is lost, too
			if (!one.away) one.draft = refused(one.draft, text);
			return;
		}
		server = text;
		for (const each of devices) if (!each.away) each.down.push(text);
	};
	const hear = (one: Device) => {
		const text = one.down.shift();
		if (text !== undefined) one.draft = heard(one.draft, { text, hidden: false });
	};
	/** The line is back: the server is asked before anything is told, and what may be lost is told again. */
	const back = (one: Device) => {
		if (!one.away) return;
		one.away = false;
		one.draft = heard(one.draft, { text: server, hidden: false });
		if (!settled(one.draft)) {
			const base = over(one.draft, true);
			one.draft = told(one.draft);
			one.up.push({ text: one.draft.text, base });
		}
	};
	for (const { what, who, word } of acts) {
		const one = devices[who]!;
		if (what === 'type') {
			const letters = ` ${who}.${typed.length}.${word}`;
			typed.push(letters);
			one.draft = { ...one.draft, text: one.draft.text + letters };
		} else if (what === 'tell') tell(one);
		else if (what === 'arrive') arrive(one);
		else if (what === 'hear') hear(one);
		else if (what === 'cut') {
			one.away = true;
			// of what was on its way some arrives, some does not
			if (word % 2) arrive(one);
			one.up = [];
			one.down = [];
		} else back(one);
	}
	for (let turn = 0; turn < 100 && (turn < 2 || devices.some((one) => one.up.length || one.down.length || owes(one.draft))); turn += 1) {
		for (const one of devices) {
			back(one);
			tell(one);
			while (one.up.length) arrive(one);
			while (one.down.length) hear(one);
		}
	}
	return { devices, server, typed };
}
const acts = fc.array(fc.record<Act>({ what: fc.constantFrom('type', 'type', 'tell', 'arrive', 'hear', 'hear', 'cut', 'back'), who: fc.constantFrom<0 | 1>(0, 1), word: fc.nat({ max: 9 }) }), { maxLength: 40 });

it('U-04 two devices type at once, over lines that break: nothing typed is lost and both end with the same', () => {
	fc.assert(
		fc.property(acts, (list) => {
			const { devices, server, typed } = run(list);
			for (const { draft } of devices) {
				expect(draft.text).toBe(server);
				expect(settled(draft)).toBe(true);
			}
			for (const letters of typed) expect(server).toContain(letters);
		}),
		{ numRuns: 2000 },
	);
});
it('one device alone: what comes back late never changes the field', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom('type', 'tell', 'arrive', 'hear', 'clear'), { maxLength: 40 }), (list) => {
			let draft = empty();
			let typed = '';
			const up: string[] = [];
			const down: string[] = [];
			for (const [n, what] of list.entries()) {
				if (what === 'type' || what === 'clear') {
					typed = what === 'clear' ? '' : `${typed}${n}`;
					draft = { ...draft, text: typed };
				} else if (what === 'tell' && owes(draft)) {
					draft = told(draft);
					up.push(draft.text);
				} else if (what === 'arrive' && up.length) down.push(up.shift()!);
				else if (what === 'hear' && down.length) draft = heard(draft, { text: down.shift()!, hidden: false });
				expect(draft.text).toBe(typed);
			}
		}),
	);
});
it('a sent message empties the field of the other device, and words typed there since stay', () => {
	const had = { ...empty(), text: 'Hello', base: 'Hello' };
	expect(heard(had, { text: '', hidden: false }).text).toBe('');
	expect(heard({ ...had, text: 'Hello, and' }, { text: '', hidden: false }).text).toBe('Hello, and');
});
it('of two texts the one that has the other in it stands alone', () => {
	expect(join('abc', 'ab')).toBe('abc');
	expect(join('', 'ab')).toBe('ab');
	expect(join('one', 'two')).toBe('one\ntwo');
	expect(join('two', 'one')).toBe('one\ntwo');
	expect(join('one\ntwo', 'one\nthree\ntwo, too')).toBe('one\nthree\ntwo, too');
});
