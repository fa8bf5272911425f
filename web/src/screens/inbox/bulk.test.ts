// Portions are added up, a stop keeps what was not tried, and what can be taken back is known.
import { describe, expect, it } from 'vitest';
import type { BulkAnswer } from '../../api/types';
import { opposite, runBulk } from './bulk';

const ids = Array.from({ length: 250 }, (_, n) => `${n}`);
const answer = (body: unknown): BulkAnswer => {
	const portion = (body as { ids: string[] }).ids;
	return { done: portion.slice(1), same: [], refused: [{ code: 'not-found', title: 'Нет такого', ids: portion.slice(0, 1) }] };
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
	it('knows what takes an act back', () => {
		expect(opposite({ act: 'close' })).toEqual({ act: 'reopen' });
		expect(opposite({ act: 'label', add: ['a'], remove: [] })).toEqual({ act: 'label', add: [], remove: ['a'] });
		expect(opposite({ act: 'read' })).toBeNull();
	});
});
