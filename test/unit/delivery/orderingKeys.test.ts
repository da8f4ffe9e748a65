import { OrderingKeys } from '../../../nodes/MoEngageSubscription/delivery/orderingKeys';
import type { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import { newRecord, newRun } from './builders';

const run = newRun(99);
let index = 0;
const record = (...keys: string[]) => newRecord(run, index++, keys);
const ofKind = (kind: string, ...keys: string[]) => newRecord(run, index++, keys, kind);

/** Ordering keys that these records have entered, and which of them are free to be sent. */
function ordered(...records: QueuedRecord[]) {
	const ordering = new OrderingKeys();
	const free = records.map((one) => ordering.enter(one).isFree);
	return { ordering, free };
}

function settle(ordering: OrderingKeys, one: QueuedRecord): QueuedRecord[] {
	one.state = 'settled';
	return ordering.leave(one);
}

describe('Records that share a key', () => {
	test('records that share a key leave one after the other in the order they arrived', () => {
		const [first, second, third, other] = [record('a'), record('a'), record('a'), record('b')];
		const { ordering, free } = ordered(first, second, third, other);
		expect(free).toEqual([true, false, false, true]);
		expect(settle(ordering, other)).toEqual([]);
		expect(settle(ordering, first)).toEqual([second]);
		expect(settle(ordering, second)).toEqual([third]);
		expect(settle(ordering, third)).toEqual([]);
		expect(ordering.size).toBe(0);
	});

	test('a record waits until all users it names are free', () => {
		const [a, b, both] = [record('a'), record('b'), record('a', 'b')];
		const { ordering, free } = ordered(a, b, both);
		expect(free).toEqual([true, true, false]);
		expect(settle(ordering, b)).toEqual([]);
		expect(settle(ordering, a)).toEqual([both]);
	});

	test('records that share two keys wait for each other once', () => {
		const [first, second] = [record('a', 'b'), record('a', 'b')];
		const { ordering } = ordered(first, second);
		expect(settle(ordering, first)).toEqual([second]);
	});

	test('a record that names a key twice doesn’t wait for itself', () => {
		const twice = record('a', 'a');
		const { ordering, free } = ordered(twice);
		expect(free).toEqual([true]);
		expect(settle(ordering, twice)).toEqual([]);
		expect(ordering.size).toBe(0);
	});

	test('a record that was settled while it waited isn’t freed', () => {
		const [first, second] = [record('a'), record('a')];
		const { ordering } = ordered(first, second);
		second.state = 'settled';
		expect(settle(ordering, first)).toEqual([]);
	});

	test('a new record waits for the ones that follow the first', () => {
		const [first, second, third] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, second);
		settle(ordering, first);
		expect(ordering.enter(third).isFree).toBe(false);
		expect(settle(ordering, second)).toEqual([third]);
	});

	test('records without keys never wait', () => {
		const [first, second] = [record(), record()];
		const { ordering, free } = ordered(first, second);
		expect(free).toEqual([true, true]);
		expect(settle(ordering, second)).toEqual([]);
		expect(settle(ordering, first)).toEqual([]);
		expect(ordering.size).toBe(0);
	});
});

describe('Keys that a record joins', () => {
	test('keys joined by a record are one user, also for records that name only one of them', () => {
		const [both, a, b] = [record('a', 'b'), record('a'), record('b')];
		const { ordering, free } = ordered(both, a, b);
		expect(free).toEqual([true, false, false]);
		expect(settle(ordering, both)).toEqual([a]);
		expect(settle(ordering, a)).toEqual([b]);
	});

	test('keys are joined across several records', () => {
		const chain = [record('a', 'b'), record('b', 'c'), record('c', 'd'), record('a')];
		const { ordering, free } = ordered(...chain);
		expect(free).toEqual([true, false, false, false]);
		expect(ordering.size).toBe(4);
		for (let i = 0; i < 3; i += 1) expect(settle(ordering, chain[i])).toEqual([chain[i + 1]]);
		settle(ordering, chain[3]);
		expect(ordering.size).toBe(0);
	});

	test('keys that no record joins belong to separate users', () => {
		const { free } = ordered(record('a', 'b'), record('c', 'd'), record('c'));
		expect(free).toEqual([true, true, false]);
	});

	test('joined keys stay taken until their last record has left', () => {
		const [a, b, both] = [record('a'), record('b'), record('a', 'b')];
		const { ordering } = ordered(a, b, both);
		settle(ordering, a);
		settle(ordering, b);
		expect(ordering.size).toBe(2);
		expect(ordering.enter(record('b')).isFree).toBe(false);
	});
});

describe('A blocked record that leaves', () => {
	test('a blocked record that leaves keeps those behind it waiting for the ones ahead', () => {
		const [first, blocked, last] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, blocked, last);
		expect(settle(ordering, blocked)).toEqual([]);
		expect(settle(ordering, first)).toEqual([last]);
		settle(ordering, last);
		expect(ordering.size).toBe(0);
	});

	test('a record frees nothing before it leaves, even if it is settled', () => {
		const [first, held, last] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, held, last);
		settle(ordering, first);
		// Settled, but its keys are held until it leaves.
		held.state = 'settled';
		expect(ordering.size).toBe(1);
		expect(ordering.leave(held)).toEqual([last]);
	});

	test('a chain of records is freed when all of them have left', () => {
		const chain = Array.from({ length: 5 }, () => record('a'));
		const { ordering } = ordered(...chain);
		for (const one of chain.slice(1)) expect(settle(ordering, one)).toEqual([]);
		expect(settle(ordering, chain[0])).toEqual([]);
		expect(ordering.size).toBe(0);
	});
});

describe('Records of different kinds of identifier', () => {
	test('records of different identifier kinds are never free together and go in phases', () => {
		const [id, id2, email, email2, id3] = [
			ofKind('id', 'a'),
			ofKind('id', 'b'),
			ofKind('email', 'x'),
			ofKind('email', 'y'),
			ofKind('id', 'c'),
		];
		const { ordering, free } = ordered(id, id2, email, email2, id3);
		expect(free).toEqual([true, true, false, false, false]);
		expect(settle(ordering, id)).toEqual([]);
		expect(settle(ordering, id2)).toEqual([email, email2]);
		expect(settle(ordering, email2)).toEqual([]);
		expect(settle(ordering, email)).toEqual([id3]);
		expect(settle(ordering, id3)).toEqual([]);
		expect(ordering.enter(ofKind('email', 'z')).isFree).toBe(true);
	});

	test('only records that wait for another kind count as such', () => {
		const ordering = new OrderingKeys();
		const waits = [ofKind('id', 'a'), ofKind('id', 'a'), ofKind('email', 'x')].map(
			(one) => ordering.enter(one).waitsForKind,
		);
		expect(waits).toEqual([false, false, true]);
	});

	test('a record waits for its phase and for its own user', () => {
		const [id, first, second] = [ofKind('id', 'a'), ofKind('email', 'x'), ofKind('email', 'x')];
		const { ordering } = ordered(id, first, second);
		expect(settle(ordering, id)).toEqual([first]);
		expect(settle(ordering, first)).toEqual([second]);
	});

	test('a phase that emptied before its turn is skipped', () => {
		const [id, email, later] = [ofKind('id', 'a'), ofKind('email', 'x'), ofKind('id', 'b')];
		const { ordering } = ordered(id, email, later);
		expect(settle(ordering, email)).toEqual([]);
		expect(settle(ordering, id)).toEqual([later]);
	});
});

describe('OrderingKeys.mergeTarget', () => {
	const waiting = (one: QueuedRecord) => Object.assign(one, { state: 'ready' });

	test('the merge target is the user’s latest record if it hasn’t been sent', () => {
		const [first, second] = [waiting(record('a')), record('a')];
		const { ordering } = ordered(first, second);
		expect(ordering.mergeTarget(['a'], '', run)).toBe(second);
		expect(ordering.mergeTarget(['b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget([], '', run)).toBeUndefined();
		second.batch = 1;
		expect(ordering.mergeTarget(['a'], '', run)).toBeUndefined();
	});

	test.each(['inFlight', 'retrying', 'bisecting', 'settled'] as const)(
		'a record that is %s is never a merge target',
		(state) => {
			const one = record('a');
			const { ordering } = ordered(one);
			one.state = state;
			expect(ordering.mergeTarget(['a'], '', run)).toBeUndefined();
		},
	);

	test('records from different runs are never merged', () => {
		const { ordering } = ordered(record('a'));
		expect(ordering.mergeTarget(['a'], '', newRun(1))).toBeUndefined();
	});

	test('the merge target has all keys of the new record, so that later ones wait for it', () => {
		const [a, both] = [record('a'), record('c', 'd')];
		const { ordering } = ordered(a, both);
		expect(ordering.mergeTarget(['a', 'b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['a', 'c'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['c', 'd'], '', run)).toBe(both);
		expect(ordering.mergeTarget(['d'], '', run)).toBe(both);
	});

	test('a merge target is never overtaken by another record of the same user', () => {
		const { ordering } = ordered(record('a', 'b'), record('a'));
		expect(ordering.mergeTarget(['a', 'b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['b'], '', run)).toBeUndefined();
	});

	test('the merge target has the same identifier kind, with no other kind in between', () => {
		const id = ofKind('id', 'a');
		const { ordering } = ordered(id);
		expect(ordering.mergeTarget(['a'], 'id', run)).toBe(id);
		expect(ordering.mergeTarget(['a'], 'email', run)).toBeUndefined();
		ordering.enter(ofKind('email', 'x'));
		expect(ordering.mergeTarget(['a'], 'id', run)).toBeUndefined();
	});
});

describe('A merged record that is split', () => {
	test('a split record is sent one by one in its place, before those that waited for it', () => {
		const [whole, later] = [record('a'), record('a')];
		const { ordering } = ordered(whole, later);
		const chain = [record('a'), record('a'), record('a')];
		ordering.replace(whole, chain);
		expect(settle(ordering, chain[0])).toEqual([chain[1]]);
		expect(settle(ordering, chain[1])).toEqual([chain[2]]);
		expect(settle(ordering, chain[2])).toEqual([later]);
		expect(settle(ordering, later)).toEqual([]);
		expect(ordering.size).toBe(0);
	});

	test('later records of the user wait for all parts of a split record', () => {
		const whole = record('a');
		const { ordering } = ordered(whole);
		const chain = [record('a'), record('a')];
		ordering.replace(whole, chain);
		const later = record('a');
		expect(ordering.enter(later).isFree).toBe(false);
		settle(ordering, chain[0]);
		expect(settle(ordering, chain[1])).toEqual([later]);
	});

	test('a record that arrives after the split keeps its place behind earlier ones', () => {
		const [whole, later] = [record('a'), record('a')];
		const { ordering } = ordered(whole, later);
		const chain = [record('a'), record('a')];
		ordering.replace(whole, chain);
		const last = record('a');
		ordering.enter(last);
		for (const one of chain) settle(ordering, one);
		expect(settle(ordering, later)).toEqual([last]);
	});

	test('a split record keeps its phase open until its last part is settled', () => {
		const [whole, email] = [ofKind('id', 'a'), ofKind('email', 'x')];
		const { ordering } = ordered(whole, email);
		const chain = [ofKind('id', 'a'), ofKind('id', 'a')];
		ordering.replace(whole, chain);
		expect(settle(ordering, chain[0])).toEqual([chain[1]]);
		expect(settle(ordering, chain[1])).toEqual([email]);
	});
});
