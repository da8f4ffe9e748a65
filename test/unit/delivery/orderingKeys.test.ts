import { OrderingKeys } from '../../../nodes/MoEngageSubscription/delivery/orderingKeys';
import type { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import { newRecord, newRun } from './builders';

const run = newRun(99);
let index = 0;
const record = (...keys: string[]) => newRecord(run, index++, keys);
const ofKind = (kind: string, ...keys: string[]) => newRecord(run, index++, keys, kind);

/** Ordering keys that these records have entered, and which of them are free to go. */
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
	test('leave one after the other, in the order they came', () => {
		const [first, second, third, other] = [record('a'), record('a'), record('a'), record('b')];
		const { ordering, free } = ordered(first, second, third, other);
		expect(free).toEqual([true, false, false, true]);
		expect(settle(ordering, other)).toEqual([]);
		expect(settle(ordering, first)).toEqual([second]);
		expect(settle(ordering, second)).toEqual([third]);
		expect(settle(ordering, third)).toEqual([]);
		expect(ordering.size).toBe(0);
	});

	test('wait until all users they name are free', () => {
		const [a, b, both] = [record('a'), record('b'), record('a', 'b')];
		const { ordering, free } = ordered(a, b, both);
		expect(free).toEqual([true, true, false]);
		expect(settle(ordering, b)).toEqual([]);
		expect(settle(ordering, a)).toEqual([both]);
	});

	test('wait for each other once if they share two keys', () => {
		const [first, second] = [record('a', 'b'), record('a', 'b')];
		const { ordering } = ordered(first, second);
		expect(settle(ordering, first)).toEqual([second]);
	});

	test('do not wait for themselves if a key is named twice', () => {
		const twice = record('a', 'a');
		const { ordering, free } = ordered(twice);
		expect(free).toEqual([true]);
		expect(settle(ordering, twice)).toEqual([]);
		expect(ordering.size).toBe(0);
	});

	test('are not freed if they were settled while they waited', () => {
		const [first, second] = [record('a'), record('a')];
		const { ordering } = ordered(first, second);
		second.state = 'settled';
		expect(settle(ordering, first)).toEqual([]);
	});

	test('make later ones wait for those that follow the first', () => {
		const [first, second, third] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, second);
		settle(ordering, first);
		expect(ordering.enter(third).isFree).toBe(false);
		expect(settle(ordering, second)).toEqual([third]);
	});

	test('without keys never wait', () => {
		const [first, second] = [record(), record()];
		const { ordering, free } = ordered(first, second);
		expect(free).toEqual([true, true]);
		expect(settle(ordering, second)).toEqual([]);
		expect(settle(ordering, first)).toEqual([]);
		expect(ordering.size).toBe(0);
	});
});

describe('Keys that a record joins', () => {
	test('are one user from then on, also for records that name only one of them', () => {
		const [both, a, b] = [record('a', 'b'), record('a'), record('b')];
		const { ordering, free } = ordered(both, a, b);
		expect(free).toEqual([true, false, false]);
		expect(settle(ordering, both)).toEqual([a]);
		expect(settle(ordering, a)).toEqual([b]);
	});

	test('are joined across several records', () => {
		const chain = [record('a', 'b'), record('b', 'c'), record('c', 'd'), record('a')];
		const { ordering, free } = ordered(...chain);
		expect(free).toEqual([true, false, false, false]);
		expect(ordering.size).toBe(4);
		for (let i = 0; i < 3; i += 1) expect(settle(ordering, chain[i])).toEqual([chain[i + 1]]);
		settle(ordering, chain[3]);
		expect(ordering.size).toBe(0);
	});

	test('keep two users apart that no record joins', () => {
		const { free } = ordered(record('a', 'b'), record('c', 'd'), record('c'));
		expect(free).toEqual([true, true, false]);
	});

	test('stay taken until the last record of all of them is gone', () => {
		const [a, b, both] = [record('a'), record('b'), record('a', 'b')];
		const { ordering } = ordered(a, b, both);
		settle(ordering, a);
		settle(ordering, b);
		expect(ordering.size).toBe(2);
		expect(ordering.enter(record('b')).isFree).toBe(false);
	});
});

describe('A blocked record that leaves', () => {
	test('keeps those behind it waiting for the ones ahead of it', () => {
		const [first, blocked, last] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, blocked, last);
		expect(settle(ordering, blocked)).toEqual([]);
		expect(settle(ordering, first)).toEqual([last]);
		settle(ordering, last);
		expect(ordering.size).toBe(0);
	});

	test('frees nothing before it has left, settled or not', () => {
		const [first, held, last] = [record('a'), record('a'), record('a')];
		const { ordering } = ordered(first, held, last);
		settle(ordering, first);
		// Settled, but its keys are held until it leaves.
		held.state = 'settled';
		expect(ordering.size).toBe(1);
		expect(ordering.leave(held)).toEqual([last]);
	});

	test('frees all of a chain when every one has left', () => {
		const chain = Array.from({ length: 5 }, () => record('a'));
		const { ordering } = ordered(...chain);
		for (const one of chain.slice(1)) expect(settle(ordering, one)).toEqual([]);
		expect(settle(ordering, chain[0])).toEqual([]);
		expect(ordering.size).toBe(0);
	});
});

describe('Records of different kinds of identifier', () => {
	test('are never free together, and come in phases', () => {
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

	test('are counted as waiting for the kind, others are not', () => {
		const ordering = new OrderingKeys();
		const waits = [ofKind('id', 'a'), ofKind('id', 'a'), ofKind('email', 'x')].map(
			(one) => ordering.enter(one).waitsForKind,
		);
		expect(waits).toEqual([false, false, true]);
	});

	test('wait for the phase and for their own user', () => {
		const [id, first, second] = [ofKind('id', 'a'), ofKind('email', 'x'), ofKind('email', 'x')];
		const { ordering } = ordered(id, first, second);
		expect(settle(ordering, id)).toEqual([first]);
		expect(settle(ordering, first)).toEqual([second]);
	});

	test('end the wait when a phase between them was left before its turn', () => {
		const [id, email, later] = [ofKind('id', 'a'), ofKind('email', 'x'), ofKind('id', 'b')];
		const { ordering } = ordered(id, email, later);
		expect(settle(ordering, email)).toEqual([]);
		expect(settle(ordering, id)).toEqual([later]);
	});
});

describe('The record that a new one may be merged with', () => {
	const waiting = (one: QueuedRecord) => Object.assign(one, { state: 'ready' });

	test('is the latest of that user if it has not been sent', () => {
		const [first, second] = [waiting(record('a')), record('a')];
		const { ordering } = ordered(first, second);
		expect(ordering.mergeTarget(['a'], '', run)).toBe(second);
		expect(ordering.mergeTarget(['b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget([], '', run)).toBeUndefined();
		second.batch = 1;
		expect(ordering.mergeTarget(['a'], '', run)).toBeUndefined();
	});

	test.each(['inFlight', 'retrying', 'bisecting', 'settled'] as const)(
		'is never one that is %s',
		(state) => {
			const one = record('a');
			const { ordering } = ordered(one);
			one.state = state;
			expect(ordering.mergeTarget(['a'], '', run)).toBeUndefined();
		},
	);

	test('is never one of another execution', () => {
		const { ordering } = ordered(record('a'));
		expect(ordering.mergeTarget(['a'], '', newRun(1))).toBeUndefined();
	});

	test('has all keys of the new one, or nothing later would wait for it', () => {
		const [a, both] = [record('a'), record('c', 'd')];
		const { ordering } = ordered(a, both);
		expect(ordering.mergeTarget(['a', 'b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['a', 'c'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['c', 'd'], '', run)).toBe(both);
		expect(ordering.mergeTarget(['d'], '', run)).toBe(both);
	});

	test('is never overtaken by another record of the same user', () => {
		const { ordering } = ordered(record('a', 'b'), record('a'));
		expect(ordering.mergeTarget(['a', 'b'], '', run)).toBeUndefined();
		expect(ordering.mergeTarget(['b'], '', run)).toBeUndefined();
	});

	test('is of the same kind, with no other kind in between', () => {
		const id = ofKind('id', 'a');
		const { ordering } = ordered(id);
		expect(ordering.mergeTarget(['a'], 'id', run)).toBe(id);
		expect(ordering.mergeTarget(['a'], 'email', run)).toBeUndefined();
		ordering.enter(ofKind('email', 'x'));
		expect(ordering.mergeTarget(['a'], 'id', run)).toBeUndefined();
	});
});

describe('A merged record that is split', () => {
	test('is sent one by one in its place, before those that waited for it', () => {
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

	test('is what later ones of that user wait for', () => {
		const whole = record('a');
		const { ordering } = ordered(whole);
		const chain = [record('a'), record('a')];
		ordering.replace(whole, chain);
		const later = record('a');
		expect(ordering.enter(later).isFree).toBe(false);
		settle(ordering, chain[0]);
		expect(settle(ordering, chain[1])).toEqual([later]);
	});

	test('does not come before those that came meanwhile', () => {
		const [whole, later] = [record('a'), record('a')];
		const { ordering } = ordered(whole, later);
		const chain = [record('a'), record('a')];
		ordering.replace(whole, chain);
		const last = record('a');
		ordering.enter(last);
		for (const one of chain) settle(ordering, one);
		expect(settle(ordering, later)).toEqual([last]);
	});

	test('keeps its phase open until the last of the chain is settled', () => {
		const [whole, email] = [ofKind('id', 'a'), ofKind('email', 'x')];
		const { ordering } = ordered(whole, email);
		const chain = [ofKind('id', 'a'), ofKind('id', 'a')];
		ordering.replace(whole, chain);
		expect(settle(ordering, chain[0])).toEqual([chain[1]]);
		expect(settle(ordering, chain[1])).toEqual([email]);
	});
});
