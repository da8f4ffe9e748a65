/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test helper loads the built package from disk into n8n's engine; it isn't part of the package */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n writes its settings into the user's folder, so it gets a temporary one before it loads.
process.env.N8N_USER_FOLDER ??= mkdtempSync(path.join(tmpdir(), 'moengage-engine-'));
process.env.N8N_ENCRYPTION_KEY ??= 'a key for tests only';
process.env.N8N_LOG_LEVEL ??= 'silent';

import {
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	PackageDirectoryLoader,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type IWorkflowExecuteAdditionalData,
	type NodeExecutionHint,
	type ResourceMapperFields,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { TestCredentials } from './engineCredentials';
import { sinkNode, sourceNode } from './engineNodes';

export const ROOT = path.resolve(__dirname, '../..');
const NODE = 'MoEngage';

export interface RunInput {
	/** Parameters of the node, as in a saved workflow. */
	parameters: INodeParameters;
	items: INodeExecutionData[] | IDataObject[];
	credential: IDataObject;
	onError?: INode['onError'];
	retryOnFail?: boolean;
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
	mode?: WorkflowExecuteMode;
	/** Another node to run in place of ours, for comparison. */
	instead?: { type: string; version: number; node: INodeType };
	/** Stops the execution, as the Stop button does. */
	cancelAfterMs?: number;
	/** Stops it when this resolves. */
	cancelWhen?: Promise<unknown>;
}

/** The node in the editor. */
type PanelInput = Pick<RunInput, 'parameters' | 'credential'>;

export interface RunResult {
	/** Items of the first or only output. */
	main: INodeExecutionData[];
	/** Items of the error output; empty if there is none. */
	errors: INodeExecutionData[];
	/** The error that stopped the workflow. */
	error?: { message: string; description?: string | null; httpCode?: string; itemIndex?: number };
	hints: NodeExecutionHint[];
	/** The texts of the hints. */
	hint: string;
	/** What the node sent to the browser's console in a manual run. */
	messages: unknown[];
	status: string;
	/** Everything that n8n would store about the execution. */
	stored: IRunExecutionData;
}

let executions = 0;

/** The real n8n engine with a built package in it. */
export class Engine {
	private constructor(
		private readonly loader: PackageDirectoryLoader,
		readonly nodeType: INodeType,
		readonly credentials: TestCredentials,
	) {}

	/** `directory` contains a package.json and its dist folder. */
	static async load(directory = ROOT): Promise<Engine> {
		const loader = new PackageDirectoryLoader(directory);
		await loader.loadAll();
		const nodeType = loader.getNode('moEngageSubscription').type as INodeType;
		const credentialType = loader.getCredential('moEngageApi').type;
		return new Engine(loader, nodeType, new TestCredentials(credentialType));
	}

	/** Returns another node of the package, such as its trigger. */
	node(name: string): INodeType {
		return this.loader.getNode(name).type as INodeType;
	}

	/**
	 * Shortens the window of every rate limit. Call it before the first run, because queues keep their
	 * window.
	 */
	scaleWindows(windowMs: number): void {
		const file = path.join(ROOT, 'dist/nodes/MoEngageSubscription/api/endpoints.js');
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- the same table that the node uses
		const { endpoints } = require(file) as { endpoints: Record<string, { windowMs: number }> };
		for (const endpoint of Object.values(endpoints)) endpoint.windowMs = windowMs;
	}

	/** Runs source → node → a sink for each output. */
	async run(input: RunInput): Promise<RunResult> {
		executions += 1;
		const executionId = String(executions);
		const workflow = this.workflow(executionId, input);
		const messages: unknown[] = [];
		const mode = input.mode ?? 'trigger';
		const data = this.additionalData(executionId, mode, input.credential, messages);
		const running = new WorkflowExecute(data, mode, createRunExecutionData()).run({
			workflow,
			startNode: workflow.getNode('Source') ?? undefined,
		});
		if (input.cancelAfterMs !== undefined) setTimeout(() => running.cancel(), input.cancelAfterMs);
		void input.cancelWhen?.then(() => running.cancel());
		return resultOf(await running, messages);
	}

	/** Returns the list of categories in the panel, as the editor requests it. */
	async searchCategories(input: PanelInput, filter?: string): Promise<INodeListSearchResult> {
		const search = this.nodeType.methods?.listSearch?.searchCategories;
		if (search === undefined) throw new Error('The node has no category list');
		return await search.call(this.panelContext(input), filter);
	}

	/** Returns the categories that columns can be mapped to, as the editor requests them. */
	async categoryColumns(input: PanelInput): Promise<ResourceMapperFields> {
		const load = this.nodeType.methods?.resourceMapping?.getCategoryColumns;
		if (load === undefined) throw new Error('The node has no resource mapper');
		return await load.call(this.panelContext(input));
	}

	private panelContext(input: PanelInput): LoadOptionsContext {
		const workflow = this.workflow('list', { ...input, items: [] });
		const data = this.additionalData('list', 'internal', input.credential, []);
		data.currentNodeParameters = input.parameters;
		return new LoadOptionsContext(workflow, workflow.getNode(NODE) as INode, data, '');
	}

	/** Returns the workflow source → node → a sink for each output. */
	private workflow(id: string, input: RunInput): Workflow {
		const type = input.instead?.type ?? `${this.loader.packageName}.moEngageSubscription`;
		const source = sourceNode(input.items);
		return new Workflow({
			id: `w${id}`,
			name: 'Test',
			nodes: [
				node('Source', 'test.source', {}),
				{
					...node(NODE, type, input.parameters),
					typeVersion: input.instead?.version ?? 1,
					credentials: { moEngageApi: { id: '1', name: 'MoEngage' } },
					...(input.onError && { onError: input.onError }),
					retryOnFail: input.retryOnFail,
					alwaysOutputData: input.alwaysOutputData,
					executeOnce: input.executeOnce,
					...(input.retryOnFail && { maxTries: 2, waitBetweenTries: 1 }),
				},
				node('Sink', 'test.sink', {}),
				node('Error Sink', 'test.sink', {}),
			],
			connections: CONNECTIONS,
			active: false,
			nodeTypes: this.nodeTypes(type, source, input.instead?.node),
		});
	}

	private nodeTypes(type: string, source: INodeType, instead?: INodeType): INodeTypes {
		const known: Record<string, INodeType> = {
			'test.source': source,
			'test.sink': sinkNode,
			[type]: instead ?? this.nodeType,
		};
		return {
			getByName: (name) => known[name],
			getByNameAndVersion: (name) => known[name],
			getKnownTypes: () => ({}),
		};
	}

	/** Returns what n8n's server passes to an execution. */
	additionalData(
		executionId: string,
		mode: WorkflowExecuteMode,
		credential: IDataObject,
		messages: unknown[],
	): IWorkflowExecuteAdditionalData {
		const base = 'http://127.0.0.1:5678/';
		const workflowData = { id: 'w', name: 'Test', nodes: [], connections: {}, active: false };
		return {
			credentialsHelper: this.credentials.holding(credential),
			hooks: new ExecutionLifecycleHooks(mode, executionId, workflowData as never),
			executionId,
			currentNodeExecutionIndex: 0,
			restApiUrl: base,
			instanceBaseUrl: base,
			formBaseUrl: base,
			formWaitingBaseUrl: base,
			formTestBaseUrl: base,
			webhookBaseUrl: base,
			webhookWaitingBaseUrl: base,
			webhookTestBaseUrl: base,
			mcpBaseUrl: base,
			mcpTestBaseUrl: base,
			variables: {},
			sendDataToUI: (_type: string, sent: unknown) => messages.push(sent),
		} as unknown as IWorkflowExecuteAdditionalData;
	}
}

function node(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}

const to = (target: string) => [{ node: target, type: 'main' as const, index: 0 }];

const CONNECTIONS: IConnections = {
	Source: { main: [to(NODE)] },
	[NODE]: { main: [to('Sink'), to('Error Sink')] },
};

function resultOf({ data, status }: IRun, messages: unknown[]): RunResult {
	const { runData, error } = data.resultData;
	const tasks = runData[NODE] ?? [];
	const task = tasks[tasks.length - 1];
	const failure = task?.error ?? error;
	return {
		main: task?.data?.main?.[0] ?? [],
		errors: task?.data?.main?.[1] ?? [],
		error: failure && {
			message: failure.message,
			description: failure.description,
			httpCode: (failure as { httpCode?: string }).httpCode,
			itemIndex: failure.context?.itemIndex as number | undefined,
		},
		hints: task?.hints ?? [],
		hint: (task?.hints ?? []).map(({ message }) => message).join(' '),
		messages,
		status,
		stored: data,
	};
}
