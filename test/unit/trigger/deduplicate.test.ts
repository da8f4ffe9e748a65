/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test's store responds later, as a database does */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import {
	Deduplicator,
	deduplicatorOf,
	REMEMBERED,
	type Claim,
} from '../../../nodes/MoEngageSubscriptionTrigger/deduplicate';

const events = (...uuids: string[]): IDataObject[] =>
	uuids.map((event_uuid) => ({ event_uuid, uid: 'user' }));

/** Reads and writes in two steps, as n8n's store does, so that calls at once lose entries. */
function slowStore() {
	let stored: string[] = [];
	return async (keys: string[]) => {
		const read = [...stored];
		await new Promise((done) => setImmediate(done));
		const fresh = keys.filter((key) => !read.includes(key));
		stored = [...read, ...fresh];
		return fresh;
	};
}

const claim = (given: Partial<Claim>): Claim => ({
	executionId: '1',
	items: [],
	store: async (keys) => keys,
	repeatSeconds: 0,
	now: 1_000_000,
	...given,
});

describe('events with an ID', () => {
	it('an event is passed on once by executions in a row', async () => {
		const [once, store] = [new Deduplicator(), slowStore()];
		const first = await once.claim(claim({ items: events('a', 'b'), store }));
		const items = events('b', 'c', 'a');
		const second = await once.claim(claim({ executionId: '2', items, store }));
		expect([first, second]).toEqual([[0, 1], [1]]);
		expect([once.has('a'), once.has('c'), once.has('d')]).toEqual([true, true, false]);
	});

	it('an event that an earlier process passed on is not passed on again', async () => {
		const store = slowStore();
		await new Deduplicator().claim(claim({ items: events('a'), store }));
		const after = new Deduplicator();
		const kept = await after.claim(claim({ executionId: '2', items: events('a', 'b'), store }));
		expect(kept).toEqual([1]);
	});

	it('different events in executions at once are all recorded', async () => {
		const [once, store] = [new Deduplicator(), slowStore()];
		await Promise.all(
			['a', 'b', 'c'].map((id) => once.claim(claim({ executionId: id, items: events(id), store }))),
		);
		expect(await store(['a', 'b', 'c', 'd'])).toEqual(['d']);
	});

	it('executions at once share calls of the store', async () => {
		const [once, slow] = [new Deduplicator(), slowStore()];
		const calls: number[] = [];
		const store = async (keys: string[]) => {
			calls.push(keys.length);
			return await slow(keys);
		};
		const batches = Array.from({ length: 20 }, (_, i) => events(`a${i}`, `b${i}`));
		const kept = await Promise.all(
			batches.map((items, i) => once.claim(claim({ executionId: String(i), items, store }))),
		);
		expect(kept).toEqual(batches.map(() => [0, 1]));
		expect(calls.length).toBeLessThanOrEqual(2);
		expect(calls.reduce((sum, keys) => sum + keys)).toBe(60);
	});

	it('an execution that runs again after a crash passes on its events again', async () => {
		const store = slowStore();
		const given = claim({ items: events('a', 'b'), store });
		const once = new Deduplicator();
		expect(await once.claim(given)).toEqual([0, 1]);
		expect(await once.claim(given)).toEqual([0, 1]);
		expect(await new Deduplicator().claim(given)).toEqual([0, 1]);
	});

	it('a store that fails loses no event, and the next call uses it again', async () => {
		const [once, store] = [new Deduplicator(), slowStore()];
		const broken = async () => {
			throw new Error('The database is locked');
		};
		const items = events('a', 'b');
		expect(await once.claim(claim({ items, store: broken }))).toEqual([0, 1]);
		expect(await once.claim(claim({ executionId: '2', items, store }))).toEqual([]);
		expect(await once.claim(claim({ executionId: '3', items: events('c'), store }))).toEqual([0]);
	});

	it('calls at once with any events pass on each once, in order', async () => {
		const batch = fc.uniqueArray(fc.integer({ min: 0, max: 9 }).map(String), { minLength: 1 });
		await fc.assert(
			fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (batches) => {
				const [once, store] = [new Deduplicator(), slowStore()];
				const kept = await Promise.all(
					batches.map((batch, i) =>
						once.claim(claim({ executionId: String(i), items: events(...batch), store })),
					),
				);
				const passed = kept.flatMap((indexes, i) => indexes.map((index) => batches[i][index]));
				expect(passed).toEqual([...new Set(batches.flat())]);
			}),
		);
	});

	it('only the newest IDs are kept in memory', async () => {
		const once = new Deduplicator();
		const ids = Array.from({ length: REMEMBERED + 1 }, (_, i) => `e${i}`);
		await once.claim(claim({ items: events(...ids) }));
		expect([once.has('e0'), once.has('e1'), once.has(`e${REMEMBERED}`)]).toEqual([
			false,
			true,
			true,
		]);
	});
});

describe('events without an ID', () => {
	const out = { uid: 'u', event_attributes: { all: true } };
	const back = { uid: 'u', event_attributes: { all: false } };
	const run = async (once: Deduplicator, executionId: string, item: IDataObject, at = 0) =>
		await once.claim(claim({ executionId, items: [item], repeatSeconds: 60, now: at * 1000 }));

	it('an event is ignored if it equals the latest one of the user within the time', async () => {
		const once = new Deduplicator();
		expect(await run(once, '1', out)).toEqual([0]);
		expect(await run(once, '2', out, 60)).toEqual([]);
		expect(await run(once, '3', { ...out, uid: 'v' }, 60)).toEqual([0]);
		expect(await run(once, '4', out, 61)).toEqual([0]);
	});

	it('an opt-out after an opt-in is passed on, although it equals an earlier opt-out', async () => {
		const once = new Deduplicator();
		expect(await run(once, '1', out)).toEqual([0]);
		expect(await run(once, '2', back, 1)).toEqual([0]);
		expect(await run(once, '3', out, 2)).toEqual([0]);
	});

	it('without the option, every event is passed on', async () => {
		const once = new Deduplicator();
		for (const executionId of ['1', '2'])
			expect(await once.claim(claim({ executionId, items: [out, out] }))).toEqual([0, 1]);
	});
});

it('each trigger node of a workflow has its own memory', () => {
	const [a, b] = [deduplicatorOf('w', '1'), deduplicatorOf('w', '2')];
	expect(a).not.toBe(b);
	expect(deduplicatorOf('w', '1')).toBe(a);
});
