/* eslint-disable @n8n/community-nodes/no-restricted-globals --
   a test helper; it isn't part of the package */
import { DataDeduplicationService, WebhookContext, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataDeduplicator,
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeType,
	type IWebhookData,
	type IWebhookResponseData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import type { Engine } from './engine';
import { sinkNode } from './engineNodes';

/** One call of the webhook. */
export interface Call {
	body: unknown;
	headers?: Record<string, string>;
	parameters?: INodeParameters;
	/** Its node and workflow, so that tests don't share a memory. */
	nodeId: string;
	credential?: IDataObject;
	mode?: WorkflowExecuteMode;
}

export interface CallResult {
	/** undefined: n8n's own response, with the status 200. */
	status?: number;
	message?: string;
	/** Items that reach the next node; undefined: no execution. */
	items?: IDataObject[];
}

/** Keeps what n8n's database would keep, in the same two steps. */
class Stored implements IDataDeduplicator {
	private readonly entries = new Map<string, string[]>();
	calls = 0;

	async checkProcessedAndRecord(
		items: unknown[],
		_scope: unknown,
		{ node }: { node?: INode },
		{ maxEntries }: { maxEntries?: number },
	) {
		this.calls += 1;
		const id = node?.id ?? '';
		const before = [...(this.entries.get(id) ?? [])];
		await new Promise((done) => setImmediate(done));
		const texts = items.map(String);
		const fresh = texts.filter((text) => !before.includes(text));
		this.entries.set(id, [...before, ...fresh].slice(-(maxEntries ?? Infinity)));
		return { new: fresh, processed: texts.filter((text) => before.includes(text)) };
	}
	async removeProcessed() {}
	async clearAllProcessedItems() {}
	async getProcessedDataCount() {
		return 0;
	}
}

export const stored = new Stored();
let executions = 0;

/** Calls the built trigger's webhook as n8n's server does, then runs the execution that it starts. */
export async function callTrigger(engine: Engine, call: Call): Promise<CallResult> {
	await init();
	executions += 1;
	const nodeType = engine.node('moEngageSubscriptionTrigger');
	const mode = call.mode ?? 'webhook';
	const node = {
		...{ id: call.nodeId, name: 'Trigger', type: 'test.trigger', typeVersion: 1 },
		position: [0, 0] as [number, number],
		parameters: call.parameters ?? { events: ['any'] },
		credentials: { moEngageApi: { id: '1', name: 'MoEngage' } },
	};
	const sink: INode = {
		...{ id: 's', name: 'Sink', type: 'test.sink', typeVersion: 1 },
		position: [0, 0],
		parameters: {},
	};
	const types: Record<string, INodeType> = { 'test.trigger': nodeType, 'test.sink': sinkNode };
	const workflow = new Workflow({
		id: 'w',
		name: 'Test',
		nodes: [node, sink],
		connections: { Trigger: { main: [[{ node: 'Sink', type: 'main', index: 0 }]] } },
		active: true,
		nodeTypes: {
			getByName: (name) => types[name],
			getByNameAndVersion: (name) => types[name],
			getKnownTypes: () => ({}),
		},
	});
	const credential = call.credential ?? { webhookSecret: SECRET };
	const data = engine.additionalData(`t${executions}`, mode, credential, []);
	const result: CallResult = {};
	const response = {
		setHeader: () => response,
		status: (status: number) => ((result.status = status), response),
		json: ({ message }: { message: string }) => ((result.message = message), response),
	};
	const text = JSON.stringify(call.body) ?? '';
	data.httpRequest = {
		body: call.body,
		headers: call.headers ?? { 'x-webhook-secret': SECRET },
		rawBody: Buffer.from(text),
	} as never;
	data.httpResponse = response as never;
	const context = new WebhookContext(workflow, node, data, mode, {} as IWebhookData, [], null);
	const received = (await nodeType.webhook?.call(context)) as IWebhookResponseData;
	if (received.workflowData === undefined) return result;
	const stack = [{ node, data: { main: received.workflowData }, source: null }];
	const run = createRunExecutionData({ executionData: { nodeExecutionStack: stack } });
	const done = await new WorkflowExecute(data, mode, run).processRunExecutionData(workflow);
	const { runData, error } = done.data.resultData;
	if (error !== undefined) throw error;
	const items = runData.Sink?.[0]?.data?.main?.[0] ?? [];
	return { ...result, items: items.map(({ json }) => json) };
}

export const SECRET = 'a secret of at least 32 characters';

let ready: Promise<void> | undefined;
function init(): Promise<void> {
	ready ??= DataDeduplicationService.init(stored);
	return ready;
}
