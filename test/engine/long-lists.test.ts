/* eslint-disable @n8n/community-nodes/no-restricted-globals -- watches how long the process is busy */
import { sleep, type IExecuteFunctions, type INodeType } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 1000 });
const OUTPUT = { onError: 'continueErrorOutput' as const };

/** Items that each take some microseconds to read. */
function slow(count: number, us: number) {
	return rows(count).map((row) => ({
		...row,
		get id() {
			const until = performance.now() + us / 1000;
			while (performance.now() < until);
			return row.id;
		},
	}));
}

describe('A long list', () => {
	it('P15: the first request leaves before 5,000 items are read', async () => {
		const readAt: number[] = [];
		let isReading = false;
		const items = rows(6000).map((row) => ({
			...row,
			get id() {
				if (isReading) readAt.push(performance.timeOrigin + performance.now());
				return row.id;
			},
		}));
		// n8n reads the items as well, but before the node starts.
		const node = Object.assign(Object.create(t.engine.nodeType) as INodeType, {
			async execute(this: IExecuteFunctions) {
				isReading = true;
				return (await t.engine.nodeType.execute?.call(this)) ?? null;
			},
		});
		const instead = { type: 'n8n-nodes-moengage.moEngageSubscription', version: 1, node };
		const { main } = await t.run(BULK, items, { ...OUTPUT, instead });
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		const log = await t.sandbox.userRequests();
		expect(log.map(({ body }) => body.user_preferences.length)).toEqual(Array(120).fill(50));
		expect(readAt.length).toBeGreaterThanOrEqual(6000);
		const before = readAt.filter((at) => at < Number(log[0]?.countedAt)).length;
		expect(before).toBeGreaterThan(0);
		expect(before).toBeLessThan(5000);
	});

	it('a fatal response ends the reading, and items that were not read are not sent', async () => {
		const items = [...slow(20_000, 100), { id: '', Newsletter: 'yes', all: 'no' }];
		const credential = t.credential({ apiKey: 'wrong' });
		const { errors } = await t.run(BULK, items, { ...OUTPUT, credential });
		expect(errors).toHaveLength(items.length);
		// If it had been read, the last item would be rejected, because its ID is empty.
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(
			new Set(['Not sent: MoEngage rejected this workspace ID and API key in this data center']),
		);
		expect(await t.sandbox.userRequests()).toHaveLength(1);
	});

	it('Stop ends the reading, and nothing is sent after it', async () => {
		const cancelWhen = t.sandbox.firstRequest();
		await t.run(BULK, rows(100_000), { ...OUTPUT, cancelWhen });
		const { length } = await t.sandbox.userRequests();
		expect(length).toBeGreaterThan(0);
		expect(length).toBeLessThan(2000);
		await sleep(1500);
		expect(await t.sandbox.userRequests()).toHaveLength(length);
	});

	it('a later row of a user wins over one that was sent before it was read', async () => {
		const items = [...rows(3000), ...rows(3000).map((row) => ({ ...row, Newsletter: 'no' }))];
		const { main } = await t.run(BULK, items, OUTPUT);
		expect(main).toHaveLength(6000);
		const { users } = await t.sandbox.state();
		expect(users.filter(({ categories }) => categories.Newsletter !== false)).toEqual([]);
	});

	it('n8n gets its turns while a list is read', async () => {
		const items = slow(4000, 500);
		let longest = 0;
		// On a busy machine, a turn that takes little of its time may take long by the clock.
		let last = process.cpuUsage();
		const timer = setInterval(() => {
			const { user, system } = process.cpuUsage(last);
			longest = Math.max(longest, (user + system) / 1000);
			last = process.cpuUsage();
		}, 1);
		await t.run(BULK, items, OUTPUT);
		clearInterval(timer);
		// In one turn it would be 2,000.
		expect(longest).toBeLessThan(700);
	});
});
