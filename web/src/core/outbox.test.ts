// Whatever the network does, each message arrives exactly once and in the order of its chat.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError } from '../api/client';
import type { Message } from '../api/types';
import { Outbox, type Outgoing } from './outbox';

const entry = (thread: string, n: number): Outgoing => ({
	client_id: `${String(n).padStart(4, '0')}`, thread_id: thread, thread_kind: 'team', at: n, text: `${n}`, files: [], reply: null, hidden: false, take: false, attempts: 0, state: 'waiting', problem: null,
});
type Luck = 'ok' | 'lost' | 'answer lost' | 'busy';

/** A server that is idempotent by client id, a storage that survives, and a network with the luck given. */
function world(luck: Luck[]) {
	const stored = new Map<string, Outgoing>();
	const server: Outgoing[] = [];
	const pauses: number[] = [];
	let turn = 0;
	const make = () =>
		new Outbox({
			storage: { all: async () => [...stored.values()], put: async (one) => void stored.set(one.client_id, one), update: async (one) => void (stored.has(one.client_id) && stored.set(one.client_id, one)), remove: async (id) => void stored.delete(id) },
			async send(one) {
				const fate = luck[turn++] ?? 'ok';
				if (fate === 'lost') throw new ApiError({ code: 'network', title: '', status: 0 });
				if (fate === 'busy') throw new ApiError({ code: 'http-503', title: '', status: 503 });
				if (!server.some((have) => have.client_id === one.client_id)) server.push(one);
				if (fate === 'answer lost') throw new ApiError({ code: 'network', title: '', status: 0 });
				return { client_id: one.client_id } as Message;
			},
			wait: (ms) => (pauses.push(ms), { done: Promise.resolve(), wake: () => {} }),
			changed: () => {},
			sent: () => {},
			refused: () => {},
		});
	return { make, server, stored, pauses };
}
const settled = async (stored: Map<string, Outgoing>) => {
	for (let turns = 0; turns < 5000 && [...stored.values()].some((one) => one.state === 'waiting'); turns += 1) await Promise.resolve();
};

it('delivers once and in order through losses, busy answers and a reload', async () => {
	const fate = fc.constantFrom<Luck>('ok', 'lost', 'answer lost', 'ok', 'lost');
	await fc.assert(
		fc.asyncProperty(fc.array(fate, { maxLength: 30 }), fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 8 }), async (luck, lanes) => {
			const { make, server, stored } = world(luck);
			const first = make();
			const half = Math.ceil(lanes.length / 2);
			for (const [n, lane] of lanes.slice(0, half).entries()) await first.add(entry(lane, n));
			const second = make(); // the page was reloaded with the lanes still running in the other tab
			await second.load();
			for (const [n, lane] of lanes.slice(half).entries()) await second.add(entry(lane, half + n));
			await settled(stored);
			expect(server.map((one) => one.client_id).sort()).toEqual(lanes.map((_, n) => entry('', n).client_id));
			for (const lane of ['a', 'b']) {
				const order = server.filter((one) => one.thread_id === lane).map((one) => one.client_id);
				expect(order).toEqual([...order].sort());
			}
			expect(stored.size).toBe(0);
		}),
	);
});
it('pauses 1-2-4-8-15 seconds and then shows the failure', async () => {
	const { make, stored, pauses } = world(Array.from({ length: 6 }, () => 'busy' as const));
	await make().add(entry('a', 1));
	await settled(stored);
	expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000]);
	expect([...stored.values()][0]!.state).toBe('failed');
});
it('does not give up while there is no network', async () => {
	const { make, stored, server } = world(Array.from({ length: 40 }, () => 'lost' as const));
	await make().add(entry('a', 1));
	await settled(stored);
	expect(server).toHaveLength(1);
});
it('lets later messages pass one the server refused', async () => {
	const refused: string[] = [];
	const sent: string[] = [];
	const outbox = new Outbox({
		storage: { all: async () => [], put: async () => {}, update: async () => {}, remove: async () => {} },
		send: async (one) => {
			if (one.text === '1') throw new ApiError({ code: 'messages.too_long', title: '', status: 422 });
			return {} as Message;
		},
		wait: () => ({ done: Promise.resolve(), wake: () => {} }),
		changed: () => {},
		sent: (one) => void sent.push(one.text),
		refused: (one) => refused.push(one.text),
	});
	await outbox.add(entry('a', 1));
	await outbox.add(entry('a', 2));
	for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
	expect([refused, sent]).toEqual([['1'], ['2']]);
});
