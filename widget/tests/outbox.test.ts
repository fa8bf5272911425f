// The outbox: survives reload, keeps order, repeats under the same id, and says aloud when it gives up.
import { expect, test } from 'vitest';
import { Keeper } from '../src/keeper';
import { Outbox, type Outcome, type Outgoing } from '../src/outbox';
import { uuid7 } from '../src/uuid';

class FakeDisk implements Storage {
	[name: string]: unknown;
	get length(): number {
		return Object.keys(this).length;
	}
	clear(): void {
		for (const key of Object.keys(this)) this.removeItem(key);
	}
	getItem(key: string): string | null {
		return (this[key] as string | undefined) ?? null;
	}
	key(index: number): string | null {
		return Object.keys(this)[index] ?? null;
	}
	removeItem(key: string): void {
		// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a Storage keeps its items as own properties
		delete this[key];
	}
	setItem(key: string, value: string): void {
		this[key] = value;
	}
}

const instantly = (): Promise<void> => Promise.resolve();
const item = (client_id: string): Pick<Outgoing, 'client_id' | 'text' | 'files' | 'at'> => ({ client_id, text: client_id, files: [], at: 0 });

function durable(disk: Storage): Keeper {
	const keeper = new Keeper('b:', disk);
	keeper.persist();
	return keeper;
}

test('sends in order and forgets what has left', async () => {
	const disk = new FakeDisk();
	const sent: string[] = [];
	const outbox = new Outbox(durable(disk), (one) => (sent.push(one.client_id), Promise.resolve<Outcome>({ done: 'sent' })), () => undefined, instantly);
	for (const id of ['1', '2', '3']) outbox.add(item(id));
	await outbox.run();
	await expect.poll(() => sent).toEqual(['1', '2', '3']);
	expect(outbox.list()).toEqual([]);
	expect(Object.keys(disk)).toEqual([]);
});

test('a busy server gets the same id again, then the message is marked failed and kept', async () => {
	const disk = new FakeDisk();
	const tries: string[] = [];
	const outbox = new Outbox(durable(disk), (one) => (tries.push(one.client_id), Promise.resolve<Outcome>({ done: 'later' })), () => undefined, instantly);
	outbox.add(item('1'));
	await expect.poll(() => outbox.list()[0]?.state).toBe('failed');
	expect(tries).toEqual(Array.from({ length: 6 }, () => '1'));
	expect(disk.getItem('b:out:1')).not.toBeNull();
});

test('a reload sends what was left, in the order it was written', async () => {
	const disk = new FakeDisk();
	const never = new Promise<Outcome>(() => undefined);
	const first = new Outbox(durable(disk), () => never, () => undefined, instantly);
	const ids = [uuid7(1), uuid7(2), uuid7(3)];
	for (const id of ids) first.add(item(id));

	const sent: string[] = [];
	const second = new Outbox(new Keeper('b:', disk), (one) => (sent.push(one.client_id), Promise.resolve<Outcome>({ done: 'sent' })), () => undefined, instantly);
	await second.run();
	expect(sent).toEqual(ids);
});

test('a refusal does not hold back the next message; retry sends it again', async () => {
	let refuse = true;
	const sent: string[] = [];
	const outbox = new Outbox(
		durable(new FakeDisk()),
		(one) => {
			if (one.client_id === '1' && refuse) return Promise.resolve<Outcome>({ done: 'refused', reason: 'too long' });
			sent.push(one.client_id);
			return Promise.resolve<Outcome>({ done: 'sent' });
		},
		() => undefined,
		instantly,
	);
	outbox.add(item('1'));
	outbox.add(item('2'));
	await expect.poll(() => sent).toEqual(['2']);
	expect(outbox.list()[0]?.reason).toBe('too long');
	refuse = false;
	outbox.retry('1');
	await expect.poll(() => sent).toEqual(['2', '1']);
});

test('two tabs do not overwrite each other', () => {
	const disk = new FakeDisk();
	const never = new Promise<Outcome>(() => undefined);
	new Outbox(durable(disk), () => never, () => undefined, instantly).add(item('a'));
	new Outbox(durable(disk), () => never, () => undefined, instantly).add(item('b'));
	expect(Object.keys(disk).sort()).toEqual(['b:out:a', 'b:out:b']);
});

test('nothing touches the disk before the visitor has written', () => {
	const disk = new FakeDisk();
	const keeper = new Keeper('b:', disk);
	keeper.set('token', 't');
	expect(Object.keys(disk)).toEqual([]);
	keeper.persist();
	expect(disk.getItem('b:token')).toBe('t');
});

test('a spoiled record is skipped, not fatal', () => {
	const disk = new FakeDisk();
	disk.setItem('b:out:1', '{');
	expect(new Outbox(new Keeper('b:', disk), () => Promise.resolve<Outcome>({ done: 'sent' }), () => undefined).list()).toEqual([]);
});
