import { deepCopy, NodeConnectionTypes, type IDataObject, type INodeType } from 'n8n-workflow';

import { directAgent, engineAgent, type Call } from '../support/engineAgents';
import { sourceNode } from '../support/engineNodes';
import { outputOf, runFlow, runsOf, type Flow } from '../support/engineFlow';
import { suite, UNCHECKED } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

/** The node as a tool, as n8n's server creates it; execution-modes.test.mts tests it on the real server. */
function tool(): INodeType {
	const node = t.engine.nodeType;
	const description = deepCopy(node.description);
	description.name += 'Tool';
	description.inputs = [];
	description.outputs = [NodeConnectionTypes.AiTool];
	return Object.assign(Object.create(node) as INodeType, { description });
}

const fromAi = (key: string, about: string, type = 'string') =>
	`={{ $fromAI('${key}', '${about}', '${type}') }}`;

const PARAMETERS = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: fromAi('customer', 'ID of the customer'),
	categoryInput: 'fields',
	categories: {
		category: [{ name: 'Newsletter', subscribed: fromAi('newsletter', 'Wants it', 'boolean') }],
	},
	unsubscribeAll: false,
	options: {},
};

async function callTool(
	agent: INodeType,
	{ settings, credential = t.credential() }: { settings?: object; credential?: IDataObject } = {},
) {
	const flow: Flow = {
		steps: {
			Chat: { type: sourceNode([{ text: 'Take Ada off the newsletter' }]), to: [['Agent']] },
			Agent: { type: agent },
			'MoEngage Subscription': {
				type: tool(),
				parameters: PARAMETERS,
				settings,
				toolOf: 'Agent',
			},
		},
		credential,
	};
	const ran = await runFlow(t.engine, flow);
	const [item] = outputOf(ran, 'Agent');
	return { ran, received: item?.json.received as string[] };
}

const ADA: Call = { customer: 'ada', newsletter: false };

/** The two ways in which n8n's agents call a tool: up to version 2, and from 3 on. */
describe.each([
	['called directly', directAgent],
	['called through the engine', engineAgent],
])('as a tool of an agent, %s', (_name, agentOf) => {
	it('a tool sends the values of $fromAI and returns the outcome to the agent', async () => {
		const { received } = await callTool(agentOf([ADA]));
		expect((await t.sandbox.user('ada'))?.categories.Newsletter).toBe(false);
		expect(await t.sandbox.userRequests()).toHaveLength(1);
		expect(JSON.parse(received[0])).toEqual([
			{
				customer_id: 'ada',
				categories: { Newsletter: false },
				unsubscribe_all: false,
				channel: 'email',
				message: 'Your request has been processed',
				status: 'accepted',
				accepted_at: expect.any(String),
				batch: 1,
				attempts: 1,
			},
		]);
	});

	it('two calls of a tool make two changes in order', async () => {
		const calls = [ADA, { ...ADA, newsletter: true }];
		const { ran, received } = await callTool(agentOf(calls));
		expect(received.map((text) => JSON.parse(text)[0].categories.Newsletter)).toEqual([
			false,
			true,
		]);
		expect((await t.sandbox.user('ada'))?.categories.Newsletter).toBe(true);
		const runs = runsOf(ran, 'MoEngage Subscription');
		expect(runs).toHaveLength(2);
		for (const { hints = [] } of runs)
			expect(hints.map(({ message }) => message).join(' ')).toBe(
				`MoEngage accepted 1 user in 1 request.${UNCHECKED}`,
			);
	});

	it('a tool call without a customer ID is rejected with the missing field', async () => {
		const { received } = await callTool(agentOf([{ ...ADA, customer: '' }]));
		expect(received[0]).toContain("Rejected: 'Customer ID' is empty");
		expect(await t.sandbox.userRequests()).toEqual([]);
	});

	it.each([[undefined], [''], [null], ['if she likes'], ['please']])(
		'a tool call with newsletter %j doesn’t subscribe the user',
		async (newsletter) => {
			await t.sandbox.seedUsers([{ customer_id: 'ada', categories: { Newsletter: false } }]);
			await callTool(agentOf([{ customer: 'ada', newsletter }]));
			expect((await t.sandbox.user('ada'))?.categories.Newsletter).toBe(false);
		},
	);

	describe('if MoEngage rejects the change', () => {
		const message = 'Category Nwsletter does not exist';
		beforeEach(async () => await t.sandbox.addFaults([{ do: 'reject', user: 'ada', message }]));

		it.each([[undefined], ['continueRegularOutput']])(
			'with On Error %s, the model receives MoEngage’s message and the fix',
			async (onError) => {
				const { ran, received } = await callTool(agentOf([ADA]), { settings: { onError } });
				expect(JSON.parse(received[0])).toEqual([
					{
						error: `Rejected: MoEngage rejected this change: Bad Request: ${message}`,
						message:
							'Fix the value MoEngage reported for this item, then rerun the workflow for it. Categories must be active in MoEngage, and their names must match exactly.',
					},
				]);
				expect(ran.status).toBe('success');
				expect(await t.sandbox.userRequests()).toHaveLength(1);
			},
		);
	});

	it('a tool reports a wrong API key without revealing it', async () => {
		const credential = t.credential({ apiKey: 'wrong-key-0815' });
		const { received, ran } = await callTool(agentOf([ADA]), { credential });
		expect(received[0]).toContain('Not sent: MoEngage rejected this workspace ID and API key');
		expect(JSON.stringify(ran)).not.toContain('wrong-key-0815');
	});
});

it('a tool with On Error set to Stop Workflow stops the workflow', async () => {
	const { ran } = await callTool(engineAgent([{ customer: '' }]), {
		settings: { onError: 'stopWorkflow' },
	});
	expect(ran.status).toBe('error');
	expect(ran.data.resultData.error?.message).toBe("Rejected: 'Customer ID' is empty");
});
