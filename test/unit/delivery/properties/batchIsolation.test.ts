/* eslint-disable @n8n/community-nodes/no-restricted-globals -- test code: mutation tests set the number of rounds */
import fc from 'fast-check';

import { BatchIsolation } from '../../../../nodes/MoEngageSubscription/delivery/response/batchIsolation';
import { check } from '../../../support/properties';
import { seeded } from '../../../virtual/random';
import { users, World } from '../../../virtual/world';
import { seed } from './arbitraries';

/** Random placements of the records at fault; mutation tests run fewer. */
const ROUNDS = Number(process.env.ROUNDS ?? 3000);

const batch = fc
	.integer({ min: 2, max: 100 })
	.chain((size) =>
		fc.tuple(
			fc.constant(size),
			fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: size }),
		),
	);

/** Requests that bisecting may take: about two per halving for each record at fault. */
function requestBound(size: number, bad: number): number {
	return Math.ceil(6 + bad * (2.5 + 1.9 * Math.log2(size / bad)));
}

function bisect(size: number, bad: ReadonlySet<number>) {
	const isolation = new BatchIsolation(Array.from({ length: size }, (_, i) => i));
	const found: number[] = [];
	const delivered: number[] = [];
	let requests = 1;
	for (let part = isolation.next(); part; part = isolation.next()) {
		requests += 1;
		if (part.some((one) => bad.has(one))) {
			const alone = isolation.onRejected();
			if (alone !== undefined) found.push(alone);
		} else {
			delivered.push(...part);
			isolation.onAccepted();
		}
	}
	return { found, delivered, requests };
}

describe('BatchIsolation', () => {
	test('BatchIsolation finds exactly the records at fault and delivers the others once, within its request bound', async () => {
		await check(batch, async ([size, bad]) => {
			const { found, delivered, requests } = bisect(size, new Set(bad));
			expect(found.sort(byNumber)).toEqual([...bad].sort(byNumber));
			expect(delivered).toHaveLength(size - bad.length);
			expect(new Set(delivered).size).toBe(delivered.length);
			expect(requests).toBeLessThanOrEqual(requestBound(size, bad.length));
		});
	});

	test.each([
		[1, 12],
		[3, 24],
		[10, 50],
	])('bisecting 50 users with %i at fault takes at most %i requests', (count, most) => {
		const random = seeded(20261123);
		for (let round = 0; round < ROUNDS; round += 1) {
			const bad = new Set<number>();
			while (bad.size < count) bad.add(Math.floor(random() * 50));
			expect(bisect(50, bad).requests).toBeLessThanOrEqual(most);
		}
	});

	test('records that are only suspected are sent together first', () => {
		const isolation = new BatchIsolation([0, 1, 2, 3, 4, 5], false);
		expect(isolation.next()).toEqual([0, 1, 2, 3, 4, 5]);
		expect(isolation.onRejected()).toBeUndefined();
		expect(isolation.next()).toEqual([0, 1]);
		isolation.onAccepted();
		expect(isolation.next()).toEqual([2, 3]);
	});

	test('the rest of a rejected part is known to contain the fault once a third of it is accepted', () => {
		const isolation = new BatchIsolation([0, 1, 2]);
		expect(isolation.next()).toEqual([0]);
		isolation.onAccepted();
		// Not [1, 2], which is certain to be rejected.
		expect(isolation.next()).toEqual([1]);
	});

	describe('the groups that follow', () => {
		const isolationOf = (size: number) =>
			new BatchIsolation(Array.from({ length: size }, (_, i) => i));
		/** Rejects every part until one record is found at fault. */
		const findOne = (isolation: BatchIsolation<number>) => {
			while (isolation.next() !== undefined && isolation.onRejected() === undefined);
		};

		test('a group is smaller after each record found, and one record after more than ten', () => {
			const isolation = isolationOf(400);
			const sizes = Array.from({ length: 11 }, () => {
				findOne(isolation);
				return isolation.next()?.length;
			});
			expect(sizes).toEqual([64, 50, 33, 28, 28, 28, 28, 28, 28, 28, 1]);
		});

		test('a group is a quarter larger after each accepted one', () => {
			const isolation = isolationOf(400);
			findOne(isolation);
			const sizes = [0, 1, 2].map(() => {
				const size = isolation.next()?.length;
				isolation.onAccepted();
				return size;
			});
			expect(sizes).toEqual([64, 80, 100]);
		});
	});

	const poison = fc.record({
		seed,
		bad: fc.uniqueArray(fc.integer({ min: 0, max: 249 }), { minLength: 1, maxLength: 20 }),
	});

	test('P4: bad rows in a list are rejected and all others accepted, through the whole engine', async () => {
		await check(poison, async (given) => {
			const bad = new Set(given.bad.map((n) => `u${n}`));
			const world = new World(given.seed, {
				respond: (values) =>
					values.some((value) => bad.has(value as string))
						? { kind: 'rejected', reason: 'bad', fingerprint: 'bad' }
						: undefined,
			});
			const { outcomes } = await world.deliver(users(250));
			const rejected = outcomes.flatMap(({ status }, i) =>
				status === 'rejected' ? [`u${i}`] : [],
			);
			expect(new Set(rejected)).toEqual(bad);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(250 - bad.size);
		});
	});
});

function byNumber(a: number, b: number): number {
	return a - b;
}
