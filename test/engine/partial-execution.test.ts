import type { IRun } from 'n8n-workflow';

import { sinkNode, sourceNode } from '../support/engineNodes';
import { outputOf, runFlow, runsOf, type Flow } from '../support/engineFlow';
import { BULK, rows, suite, UNCHECKED } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

const flow = (more: Partial<Flow> = {}): Flow => ({
	steps: {
		Source: { type: sourceNode(rows(3)), to: [['MoEngage']] },
		MoEngage: {
			type: t.engine.nodeType,
			parameters: BULK,
			settings: { onError: 'continueErrorOutput' },
			to: [['Good'], ['Bad']],
		},
		Good: { type: sinkNode },
		Bad: { type: sinkNode },
	},
	credential: t.credential(),
	...more,
});
const run = async (more?: Partial<Flow>) => await runFlow(t.engine, flow(more));
const requests = async () => (await t.sandbox.log()).length;
const paired = (ran: IRun, name: string) =>
	outputOf(ran, name).map(({ json, pairedItem }) => [json.customer_id, json.status, pairedItem]);
const ALL = [0, 1, 2].map((item) => [`user-${item}`, 'accepted', { item }]);

describe('pinned data', () => {
	it('pinned data of the node is passed on, and nothing is sent', async () => {
		const pinned = [{ json: { customer_id: 'pinned', status: 'accepted' } }];
		const ran = await run({ pinData: { MoEngage: pinned } });
		expect([ran.status, await requests()]).toEqual(['success', 0]);
		expect(outputOf(ran, 'Good').map(({ json }) => json)).toEqual([pinned[0].json]);
	});

	it('pinned data of the previous node is sent, and each item is paired', async () => {
		const pinned = rows(2).map((json) => ({ json: { ...json, id: `pinned-${json.id}` } }));
		const ran = await run({ pinData: { Source: [...pinned, { json: { id: '' } }] } });
		expect(paired(ran, 'MoEngage')).toEqual(
			[0, 1].map((item) => [`pinned-user-${item}`, 'accepted', { item }]),
		);
		expect(outputOf(ran, 'Bad').map(({ json }) => json.error)).toEqual([
			expect.stringContaining("Rejected: 'Customer ID' is empty"),
		]);
		expect((await t.sandbox.state()).users.map((user) => user.customer_id).sort()).toEqual([
			'pinned-user-0',
			'pinned-user-1',
		]);
	});
});

describe('"Execute step" with data of an earlier run', () => {
	const earlier = async () => {
		const ran = await run();
		await t.sandbox.reset('log', 'state');
		return ran;
	};

	it('executing the node alone reuses its input from the earlier run', async () => {
		const { runData } = (await earlier()).data.resultData;
		const ran = await run({ partial: { runData, destination: 'MoEngage', dirty: ['MoEngage'] } });
		expect(runsOf(ran, 'Source')).toEqual(runData.Source);
		expect(runsOf(ran, 'MoEngage')).toHaveLength(1);
		expect(paired(ran, 'MoEngage')).toEqual(ALL);
		expect([await requests(), (await t.sandbox.state()).userCount]).toEqual([1, 3]);
		expect(runsOf(ran, 'MoEngage')[0].hints?.map(({ message }) => message)).toEqual([
			'MoEngage accepted 3 users in 1 request.',
			UNCHECKED.trim(),
		]);
	});

	it('executing the node sends the changed rows of the earlier run', async () => {
		const { runData } = (await earlier()).data.resultData;
		const [task] = runData.Source;
		task.data!.main[0] = [task.data!.main[0]![2], { json: { id: '' }, pairedItem: { item: 1 } }];
		const ran = await run({ partial: { runData, destination: 'Bad', dirty: ['MoEngage'] } });
		expect(paired(ran, 'MoEngage')).toEqual([['user-2', 'accepted', { item: 0 }]]);
		expect(
			outputOf(ran, 'Bad').map(({ json, pairedItem }) => [json.error, json.id, pairedItem]),
		).toEqual([["Rejected: 'Customer ID' is empty", '', { item: 0 }]]);
	});

	it('executing a later node runs a changed node again', async () => {
		const { runData } = (await earlier()).data.resultData;
		const ran = await run({ partial: { runData, destination: 'Good', dirty: ['MoEngage'] } });
		expect(paired(ran, 'Good').map(([id]) => id)).toEqual(ALL.map(([id]) => id));
		expect(await requests()).toBe(1);
	});

	it('executing a later node doesn’t resend an unchanged node’s items', async () => {
		const { runData } = (await earlier()).data.resultData;
		const ran = await run({ partial: { runData, destination: 'Good', dirty: ['Good'] } });
		expect(paired(ran, 'Good').map(([id]) => id)).toEqual(ALL.map(([id]) => id));
		expect(await requests()).toBe(0);
	});
});
