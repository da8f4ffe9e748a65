import { UserOrder } from '../../../nodes/MoEngageSubscription/execution/userOrder';

const record = (kind: string | undefined, ...keys: string[]) => ({ kind, keys });

describe('The order of records that are looked up first', () => {
	it('different users start together, and one user’s records one after the other', () => {
		const order = new UserOrder([record('uid', 'a'), record('uid', 'b'), record('uid', 'a')]);
		expect(order.first()).toEqual([0, 1]);
		expect(order.done(1)).toEqual([]);
		expect(order.done(0)).toEqual([2]);
		expect(order.done(2)).toEqual([]);
	});

	it('records that share a key through a third one are of one user', () => {
		const order = new UserOrder([
			record('id', 'a'),
			record('id', 'b'),
			record('id', 'a', 'b'),
			record('id', 'c'),
		]);
		expect(order.userOf(0)).toBe(order.userOf(1));
		expect(order.first()).toEqual([0, 3]);
		expect(order.done(0)).toEqual([1]);
		expect(order.done(1)).toEqual([2]);
	});

	it('users identified another way wait until all before them are done, and are counted', () => {
		const order = new UserOrder([
			record('uid', 'a'),
			record('uid', 'b'),
			record('email', 'c'),
			record('email', 'd'),
			record('uid', 'a'),
		]);
		expect(order.first()).toEqual([0, 1]);
		expect(order.done(0)).toEqual([]);
		expect(order.done(1)).toEqual([2, 3]);
		expect(order.done(3)).toEqual([]);
		expect(order.done(2)).toEqual([4]);
		expect(order.serialized).toBe(3);
	});

	it('only records before the last change of kind precede another kind', () => {
		const order = new UserOrder([record('uid', 'a'), record('email', 'b'), record('email', 'c')]);
		expect([0, 1, 2].map((index) => order.precedesOtherKind(index))).toEqual([true, false, false]);
	});

	it('records without a kind don’t wait for each other', () => {
		const order = new UserOrder([record(undefined, 'a'), record(undefined, 'b')]);
		expect(order.first()).toEqual([0, 1]);
		expect(order.serialized).toBe(0);
	});

	it('a list without records starts nothing', () => {
		expect(new UserOrder([]).first()).toEqual([]);
	});
});
