import {
	indexesOf,
	KeyOrder,
	type Entry,
} from '../../../nodes/MoEngageSubscription/delivery/entry';
import { newEntry, newQueue, newRun } from './parts';

const queue = newQueue(newRun(9));
let index = 0;
const entry = (...keys: string[]) => newEntry(queue, index++, ...keys);

/** An order that these have entered. */
function orderOf(...entries: Entry[]) {
	const order = new KeyOrder();
	for (const one of entries) order.enter(one);
	return order;
}

describe('Entries that share a key', () => {
	test('go one after the other, in the order they came', () => {
		const [first, second, third, other] = [entry('a'), entry('a'), entry('a'), entry('b')];
		const order = orderOf(first, second, third, other);
		expect([first, second, third, other].map(({ waitsFor }) => waitsFor)).toEqual([0, 1, 1, 0]);
		expect(order.leave(other)).toEqual([]);
		expect(order.leave(first)).toEqual([second]);
		expect(order.leave(second)).toEqual([third]);
		expect(order.leave(third)).toEqual([]);
		expect(order.size).toBe(0);
	});

	test('with several keys wait until every way is free', () => {
		const [a, b, both] = [entry('a'), entry('b'), entry('a', 'b')];
		const order = orderOf(a, b, both);
		expect(both.waitsFor).toBe(2);
		expect(order.leave(b)).toEqual([]);
		expect(order.leave(a)).toEqual([both]);
	});

	test('in two keys wait for each other once', () => {
		const [first, second] = [entry('a', 'b'), entry('a', 'b')];
		const order = orderOf(first, second);
		expect(second.waitsFor).toBe(1);
		expect(order.leave(first)).toEqual([second]);
	});

	test('do not wait for themselves, where one names its user twice', () => {
		const twice = entry('a', 'a');
		const order = orderOf(twice);
		expect(twice.waitsFor).toBe(0);
		expect(order.leave(twice)).toEqual([]);
		expect(order.size).toBe(0);
	});

	test('that were settled while they waited are not set free', () => {
		const [first, second] = [entry('a'), entry('a')];
		const order = orderOf(first, second);
		second.settled = true;
		expect(order.leave(first)).toEqual([]);
	});

	test('leave the place to those behind them', () => {
		const [first, second, third] = [entry('a'), entry('a'), entry('a')];
		const order = orderOf(first, second);
		order.leave(first);
		order.enter(third);
		expect(third.waitsFor).toBe(1);
		expect(order.leave(second)).toEqual([third]);
	});
});

describe('A waiting entry that a newcomer may be combined with', () => {
	const { run } = queue;

	test('is the latest of that user, if it has not been sent', () => {
		const [first, second] = [entry('a'), entry('a')];
		const order = orderOf(first, second);
		expect(order.foldable(['a'], run)).toBe(second);
		expect(order.foldable(['b'], run)).toBeUndefined();
		second.sent = true;
		expect(order.foldable(['a'], run)).toBeUndefined();
	});

	test('is none of another execution', () => {
		const order = orderOf(entry('a'));
		expect(order.foldable(['a'], newRun(1))).toBeUndefined();
	});

	test('has all keys of the newcomer: nothing later would wait for it else', () => {
		const [a, both] = [entry('a'), entry('c', 'd')];
		const order = orderOf(a, both);
		expect(order.foldable(['a', 'b'], run)).toBeUndefined();
		expect(order.foldable(['a', 'c'], run)).toBeUndefined();
		expect(order.foldable(['c', 'd'], run)).toBe(both);
		expect(order.foldable(['d'], run)).toBe(both);
	});

	test('is none where another of the same user stands behind it', () => {
		const [both, behind] = [entry('a', 'b'), entry('a')];
		const order = orderOf(both, behind);
		expect(order.foldable(['a', 'b'], run)).toBeUndefined();
		expect(order.foldable(['b'], run)).toBe(both);
	});
});

describe('A combined entry taken apart', () => {
	test('goes one by one in its place, before those that waited for it', () => {
		const whole = entry('a');
		whole.combined = [7, 8];
		expect(indexesOf(whole)).toEqual([whole.index, 7, 8]);
		const later = entry('a');
		const order = orderOf(whole, later);
		const chain = [entry('a'), entry('a'), entry('a')];
		order.replace(whole, chain);
		expect(chain.map(({ waitsFor }) => waitsFor)).toEqual([0, 1, 1]);
		expect(order.leave(chain[0])).toEqual([chain[1]]);
		expect(order.leave(chain[1])).toEqual([chain[2]]);
		expect(order.leave(chain[2])).toEqual([later]);
		expect(order.leave(later)).toEqual([]);
		expect(order.size).toBe(0);
	});

	test('is what later ones of that user wait for', () => {
		const whole = entry('a');
		const order = orderOf(whole);
		const chain = [entry('a'), entry('a')];
		order.replace(whole, chain);
		const later = entry('a');
		order.enter(later);
		expect(later.waitsFor).toBe(1);
		order.leave(chain[0]);
		expect(order.leave(chain[1])).toEqual([later]);
	});

	test('does not get in before those that came meanwhile', () => {
		const [whole, later] = [entry('a'), entry('a')];
		const order = orderOf(whole, later);
		order.replace(whole, [entry('a'), entry('a')]);
		const last = entry('a');
		order.enter(last);
		expect(order.leave(later)).toEqual([last]);
	});
});
