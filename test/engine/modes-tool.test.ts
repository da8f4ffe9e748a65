import { deepCopy, NodeConnectionTypes, type IDataObject, type INodeType } from 'n8n-workflow';

import { actingAgent, askingAgent, type Call } from '../support/engineAgents';
import { sourceNode } from '../support/engineNodes';
import { outputOf, runFlow, runsOf, type Flow } from '../support/engineFlow';
import { suite } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

/** Our node as n8n's server turns it into a tool; the real server does so in modes.e2e.mjs. */
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

async function ask(
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
	return { ran, heard: item?.json.heard as string[] };
}

const ADA: Call = { customer: 'ada', newsletter: false };

/** The two ways in which n8n's agents call a tool: up to version 2, and from 3 on. */
describe.each([
	['asking the tool itself', askingAgent],
	['by way of the engine', actingAgent],
])('as a tool of an agent, %s', (_name, agentOf) => {
	it('the values of $fromAI are what is sent, and the agent hears what became of it', async () => {
		const { heard } = await ask(agentOf([ADA]));
		expect((await t.sandbox.user('ada'))?.categories.Newsletter).toBe(false);
		expect(await t.sandbox.log()).toHaveLength(1);
		expect(JSON.parse(heard[0])).toEqual([
			{
				customer_id: 'ada',
				categories: { Newsletter: false },
				unsubscribe_all: false,
				message: 'Your request has been processed',
				status: 'accepted',
				batch: 1,
				attempts: 1,
			},
		]);
	});

	it('two calls are two changes, in their order', async () => {
		const calls = [ADA, { ...ADA, newsletter: true }];
		const { ran, heard } = await ask(agentOf(calls));
		expect(heard.map((said) => JSON.parse(said)[0].categories.Newsletter)).toEqual([false, true]);
		expect((await t.sandbox.user('ada'))?.categories.Newsletter).toBe(true);
		const runs = runsOf(ran, 'MoEngage Subscription');
		expect(runs).toHaveLength(2);
		for (const { hints = [] } of runs)
			for (const { message } of hints) expect(message).toBe('1 user in 1 request');
	});

	it('a call without the customer is refused in words that name what is missing', async () => {
		const { heard } = await ask(agentOf([{ ...ADA, customer: '' }]));
		expect(heard[0]).toContain("Rejected: 'Customer ID' is empty");
		expect(await t.sandbox.log()).toEqual([]);
	});

	describe('that MoEngage refuses', () => {
		const message = 'Category Nwsletter does not exist';
		beforeEach(async () => await t.sandbox.misbehave([{ do: 'refuse', user: 'ada', message }]));

		it.each([[undefined], ['continueRegularOutput']])(
			'On Error %s: the model hears MoEngage’s own words and how to mend it',
			async (onError) => {
				const { ran, heard } = await ask(agentOf([ADA]), { settings: { onError } });
				expect(JSON.parse(heard[0])).toEqual([
					{
						error: `Rejected: MoEngage rejected this change: Bad Request: ${message}`,
						message:
							'Fix the value MoEngage reported for this item, then rerun the workflow for it. Categories must be active in MoEngage, and their names must match exactly.',
					},
				]);
				expect(ran.status).toBe('success');
				expect(await t.sandbox.log()).toHaveLength(1);
			},
		);
	});

	it('a wrong key is told, and what it is stays untold', async () => {
		const credential = t.credential({ apiKey: 'wrong-key-0815' });
		const { heard, ran } = await ask(agentOf([ADA]), { credential });
		expect(heard[0]).toContain('Not sent: MoEngage rejected this workspace ID and API key');
		expect(JSON.stringify(ran)).not.toContain('wrong-key-0815');
	});
});

it('On Error = Stop, chosen by a person, stops the workflow where n8n lets a tool do that', async () => {
	const { ran } = await ask(actingAgent([{ customer: '' }]), {
		settings: { onError: 'stopWorkflow' },
	});
	expect(ran.status).toBe('error');
	expect(ran.data.resultData.error?.message).toBe("Rejected: 'Customer ID' is empty");
});
