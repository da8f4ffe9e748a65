import fc from 'fast-check';

import type { Policy } from '../../../../nodes/MoEngageSubscription/delivery/types';
import type { Change } from '../../../virtual/preferences';
import type { WindowKind } from '../../../virtual/window';

/** Small enough that a few dozen records fill several windows. */
export const SMALL: Policy = { limit: 10, windowMs: 60_000, dayLimit: 100_000, batchSize: 5 };

export const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

export const windowKind: fc.Arbitrary<WindowKind> = fc.oneof(
	fc.constant<WindowKind>({ kind: 'sliding' }),
	fc.integer({ min: 0, max: 59_999 }).map((phase): WindowKind => ({ kind: 'fixed', phase })),
	fc.constant<WindowKind>({ kind: 'bucket', capacity: 10 }),
	fc.constant<WindowKind>({ kind: 'bucket', capacity: 2 }),
	fc.constant<WindowKind>({ kind: 'countsThrottled' }),
);

/** Least and greatest round trip in milliseconds. */
export const latency = fc.tuple(
	fc.integer({ min: 1, max: 1000 }),
	fc.integer({ min: 0, max: 3000 }),
);

/** Changes of a few users, so that duplicates are common. */
export const changes = (max = 60, users = 12): fc.Arbitrary<Change[]> =>
	fc
		.array(
			fc.record({
				user: fc.integer({ min: 0, max: users - 1 }).map((n) => `user${n}`),
				categories: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.boolean(), { maxKeys: 3 }),
				all: fc.boolean(),
			}),
			{ minLength: 1, maxLength: max },
		)
		.map((list) => list.map((change, mark) => ({ ...change, marks: [mark] })));
