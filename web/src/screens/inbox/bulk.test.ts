// Portions are added up, a stop keeps what was not tried, and what can be taken back is known.
import { describe, expect, it } from 'vitest';
import type { BulkAnswer } from '../../api/types';
import { opposite, runBulk, takeBack } from './bulk';

const ids = Array.from({ length: 250 }, (_, n) => `${n}`);
const answer = (body: unknown): BulkAnswer => {
	const portion = (body as { ids: string[] }).ids;
	return { done: portion.slice(1), same: [], refused: [{ code: 'not-found', title: 'Нет такого', ids: portion.slice(0, 1) }], undo: [{ ids: portion.slice(1), act: 'queue' as const, queue_id: 'q', to: null, read_to: {} }] };
};

describe('one act on many', () => {
	it('adds up what became of each portion', async () => {
		const seen: number[] = [];
		const out = await runBulk(ids, { act: 'close' }, (n) => seen.push(n), () => false, async (body) => answer(body));
		expect(seen).toEqual([100, 200, 250]);
		expect(out.done).toHaveLength(247);
		expect(out.refused).toEqual([{ title: 'Нет такого', ids: ['0', '100', '200'] }]);
		expect(out.left).toEqual([]);
	});
	it('keeps what was not tried when it is stopped or the line breaks', async () => {
		let sent = 0;
		const stopped = await runBulk(ids, { act: 'read' }, () => {}, () => sent > 0, async (body) => ((sent += 1), answer(body)));
		expect(stopped.left).toHaveLength(150);
		const broken = await runBulk(ids, { act: 'read' }, () => {}, () => false, async (body) => {
			if ((body as { ids: string[] }).ids[0] === '100') throw new Error('broken');
			return answer(body);
		});
		expect(broken.left).toHaveLength(150);
		expect(broken.error).toBeInstanceOf(Error);
	});
	it('takes an assigning back portion by portion, each chat to where it was', async () => {
		const out = await runBulk(ids, { act: 'assign', to: 'p' }, () => {}, () => false, async (body) => answer(body));
		expect(out.undo.map((one) => one.ids.length)).toEqual([99, 99, 49]);
		const seen: unknown[] = [];
		const back = await takeBack(out.undo, async (body) => (seen.push({ ...(body as object), ids: 0 }), { ...answer(body), refused: [], done: (body as { ids: string[] }).ids }));
		expect(seen).toEqual(Array.from({ length: 3 }, () => ({ ids: 0, act: 'queue', queue_id: 'q', to: null, read_to: {} })));
		expect(back.done).toHaveLength(247);
		const broken = await takeBack(out.undo, async (body) => {
			if ((body as { ids: string[] }).ids[0] !== '1') throw new Error('broken');
			return { ...answer(body), refused: [] };
		});
		expect(broken.left).toHaveLength(148);
	});
	it('knows what takes an act back', () => {
		expect(opposite({ act: 'close' })).toEqual({ act: 'reopen' });
		expect(opposite({ act: 'label', add: ['a'], remove: [] })).toEqual({ act: 'label', add: [], remove: ['a'] });
		expect(opposite({ act: 'read' })).toBeNull();
	});
});
