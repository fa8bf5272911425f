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

/** A tab of a browser that can die at any moment: what it has not finished then never happens. */
class Tab {
	dead = false;
	/** Everything a page does to the world outside goes through here. */
	async act<T>(run: () => T | Promise<T>): Promise<T> {
		if (this.dead) return new Promise<never>(() => {});
		const done = await run();
		return this.dead ? new Promise<never>(() => {}) : done;
	}
}
/** Locks as browsers have them: in order of asking; those of a dead tab go to the next. */
class Locks {
	private readonly queues = new Map<string, { tab: Tab; begin: () => void }[]>();
	private readonly held = new Map<string, Tab>();
	request<T>(tab: Tab, name: string, run: () => Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const begin = () => {
				this.held.set(name, tab);
				void run().then(resolve, reject).finally(() => this.held.get(name) === tab && this.free(name));
			};
			if (this.held.has(name)) this.queues.set(name, [...(this.queues.get(name) ?? []), { tab, begin }]);
			else begin();
		});
	}
	died(tab: Tab): void {
		for (const [name, holder] of [...this.held]) if (holder === tab) this.free(name);
	}
	private free(name: string): void {
		this.held.delete(name);
		const [next, ...rest] = (this.queues.get(name) ?? []).filter((one) => !one.tab.dead);
		this.queues.set(name, rest);
		next?.begin();
	}
}

/** A server that is idempotent by client id, a storage that survives, tabs, and a network with the luck given. */
function world(luck: Luck[]) {
	const stored = new Map<string, Outgoing>();
	const server: Outgoing[] = [];
	const pauses: number[] = [];
	const locks = new Locks();
	const tabs = new Map<Tab, Outbox>();
	let turn = 0;
	let drawn: readonly Outgoing[] = [];
	const make = (tab = new Tab()) => {
		const outbox = new Outbox({
			storage: {
				all: () => tab.act(() => [...stored.values()].sort((a, b) => (a.client_id < b.client_id ? -1 : 1))),
				put: (one) => tab.act(() => void stored.set(one.client_id, one)),
				update: (one) => tab.act(() => void (stored.has(one.client_id) && stored.set(one.client_id, one))),
				remove: (id) => tab.act(() => void stored.delete(id)),
			},
			send: (one) =>
				tab.act(() => {
					const fate = luck[turn++] ?? 'ok';
					if (fate === 'lost') throw new ApiError({ code: 'network', title: '', status: 0 });
					if (fate === 'busy') throw new ApiError({ code: 'http-503', title: '', status: 503 });
					if (!server.some((have) => have.client_id === one.client_id)) server.push(one);
					if (fate === 'answer lost') throw new ApiError({ code: 'network', title: '', status: 0 });
					return { client_id: one.client_id } as Message;
				}),
			wait: (ms) => (pauses.push(ms), { done: tab.act(() => {}), wake: () => {} }),
			alone: (lane, run) => tab.act(() => locks.request(tab, lane, run)),
			changed: (entries) => (drawn = entries),
			tell: () => [...tabs].forEach(([other, box]) => other !== tab && !other.dead && void box.refresh()),
			sent: () => {},
			refused: () => {},
		});
		tabs.set(tab, outbox);
		return outbox;
	};
	const kill = (tab: Tab) => {
		tab.dead = true;
		locks.died(tab);
	};
	return { make, kill, server, stored, pauses, drawn: () => drawn };
}
const settled = async (stored: Map<string, Outgoing>) => {
	for (let turns = 0; turns < 20_000 && [...stored.values()].some((one) => one.state === 'waiting'); turns += 1) await Promise.resolve();
};
const inOrder = (server: readonly Outgoing[]) => {
	for (const lane of ['a', 'b']) {
		const order = server.filter((one) => one.thread_id === lane).map((one) => one.client_id);
		expect(order).toEqual([...order].sort());
	}
};
const fates = fc.array(fc.constantFrom<Luck>('ok', 'lost', 'answer lost', 'ok', 'lost'), { maxLength: 30 });
const lanesOf = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 8 });

it('delivers once and in order through losses, busy answers and a reload', async () => {
	await fc.assert(
		fc.asyncProperty(fates, lanesOf, async (luck, lanes) => {
			const { make, server, stored } = world(luck);
			const first = make();
			const half = Math.ceil(lanes.length / 2);
			for (const [n, lane] of lanes.slice(0, half).entries()) await first.add(entry(lane, n));
			const second = make(); // the page was reloaded with the lanes still running in the other tab
			await second.load();
			for (const [n, lane] of lanes.slice(half).entries()) await second.add(entry(lane, half + n));
			await settled(stored);
			expect(server.map((one) => one.client_id).sort()).toEqual(lanes.map((_, n) => entry('', n).client_id));
			inOrder(server);
			expect(stored.size).toBe(0);
		}),
	);
});
it('U-04 two tabs write, either dies at any moment: the other sends what was written there, each once and in order', async () => {
	await fc.assert(
		fc.asyncProperty(fates, fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.boolean()), { minLength: 1, maxLength: 8 }), fc.nat({ max: 60 }), fc.boolean(), async (luck, writes, when, which) => {
			const { make, kill, server, stored, drawn } = world(luck);
			const tabs = [new Tab(), new Tab()] as const;
			const boxes = tabs.map((tab) => make(tab));
			const doomed = tabs[which ? 0 : 1];
			const accepted: string[] = [];
			const death = (async () => {
				for (let turns = 0; turns < when; turns += 1) await Promise.resolve();
				kill(doomed);
			})();
			for (const [n, [lane, there]] of writes.entries()) {
				const at = there ? 0 : 1;
				if (tabs[at]!.dead) continue;
				void boxes[at]!.add(entry(lane, n));
				for (let turns = 0; turns < 3; turns += 1) await Promise.resolve();
				// what its storage took is promised; a tab that dies before that has promised nothing
				if (stored.has(entry(lane, n).client_id) || server.some((one) => one.client_id === entry(lane, n).client_id)) accepted.push(entry(lane, n).client_id);
			}
			await death;
			await boxes[which ? 1 : 0]!.load(); // it is looked at now
			await settled(stored);
			for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
			const arrived = server.map((one) => one.client_id);
			expect(arrived).toEqual(expect.arrayContaining(accepted));
			expect(new Set(arrived).size).toBe(arrived.length);
			inOrder(server);
			expect(stored.size).toBe(0);
			expect(drawn()).toEqual([]);
		}),
		{ numRuns: 300 },
	);
});
it('U-04 what one tab took back the other does not send', async () => {
	const { make, server, stored } = world(Array.from({ length: 6 }, () => 'lost' as const));
	const first = make();
	const second = make();
	await first.add(entry('a', 1));
	for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
	await first.remove(entry('a', 1).client_id);
	await second.add(entry('a', 2));
	await settled(stored);
	expect(server.map((one) => one.text)).toEqual(['2']);
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
	const kept = new Map<string, Outgoing>();
	const keep = async (one: Outgoing) => void kept.set(one.client_id, one);
	const outbox = new Outbox({
		storage: { all: async () => [...kept.values()], put: keep, update: keep, remove: async (id) => void kept.delete(id) },
		send: async (one) => {
			if (one.text === '1') throw new ApiError({ code: 'messages.too_long', title: '', status: 422 });
			return {} as Message;
		},
		wait: () => ({ done: Promise.resolve(), wake: () => {} }),
		alone: (_, run) => run(),
		changed: () => {},
		tell: () => {},
		sent: (one) => void sent.push(one.text),
		refused: (one) => refused.push(one.text),
	});
	await outbox.add(entry('a', 1));
	await outbox.add(entry('a', 2));
	for (let turns = 0; turns < 500; turns += 1) await Promise.resolve();
	expect([refused, sent]).toEqual([['1'], ['2']]);
});
it('what is written after a short file waits for it, what is written after a long one does not', async () => {
	for (const [state, order] of [['soon', ['1', '2']], ['long', ['2', '1']]] as const) {
		const sent: string[] = [];
		const kept = new Map<string, Outgoing>();
		const keep = async (one: Outgoing) => void kept.set(one.client_id, one);
		let there = false;
		const outbox = new Outbox({
			storage: { all: async () => [...kept.values()], put: keep, update: keep, remove: async (id) => void kept.delete(id) },
			ready: (one) => (one.text === '1' && !there ? state : 'now'),
			send: async () => ({}) as Message,
			wait: () => ({ done: Promise.resolve(), wake: () => {} }),
			alone: (_, run) => run(),
			changed: () => {},
			tell: () => {},
			sent: (one) => void sent.push(one.text),
			refused: () => {},
		});
		await outbox.add(entry('a', 1));
		await outbox.add(entry('a', 2));
		for (let turns = 0; turns < 100; turns += 1) await Promise.resolve();
		there = true;
		outbox.poke('a');
		for (let turns = 0; turns < 100; turns += 1) await Promise.resolve();
		expect(sent).toEqual(order);
	}
});
