/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   runs n8n's own engine on this machine; it is no part of the package */
import 'reflect-metadata';

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n-core writes its settings where these say, and into the home folder if they say nothing.
process.env.N8N_USER_FOLDER ??= mkdtempSync(path.join(tmpdir(), 'moengage-engine-'));
process.env.N8N_ENCRYPTION_KEY ??= 'only-for-tests';
process.env.N8N_LOG_LEVEL ??= 'silent';

import { ExecutionLifecycleHooks, PackageDirectoryLoader, WorkflowExecute } from 'n8n-core';
import {
	ICredentialsHelper,
	Workflow,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

const ROOT = path.resolve(__dirname, '../..');
export const NODE_TYPE = 'n8n-nodes-moengage.moEngageSubscription';

export interface Credentials {
	workspaceId: string;
	apiKey: string;
	baseUrl: string;
	projectCode?: string;
}

export interface RunOptions {
	parameters: INodeParameters;
	items: IDataObject[];
	credentials: Credentials;
	/** Settings of the node: onError, retryOnFail, executeOnce, alwaysOutputData … */
	settings?: Partial<INode>;
	mode?: WorkflowExecuteMode;
	/** Called with the run's cancel function as soon as it is under way. */
	onStart?: (cancel: () => void) => void;
	/** What n8n would show in the open editor while the run goes on. */
	onMessage?: (type: string, data: unknown) => void;
}

export interface RunResult {
	run: IRun;
	/** Items on each output of the node. */
	outputs: INodeExecutionData[][];
	hints: string[];
	error?: Error & { description?: string | null; context?: IDataObject };
}

/** The built package, as n8n loads it. */
async function load(): Promise<PackageDirectoryLoader> {
	const loader = new PackageDirectoryLoader(ROOT);
	await loader.loadAll();
	return loader;
}

let loading: Promise<PackageDirectoryLoader> | undefined;

export async function loadPackage(): Promise<PackageDirectoryLoader> {
	return await (loading ??= load());
}

/** Hands out the items that a test wants to come in. */
const source: INodeType = {
	description: {
		displayName: 'Source',
		name: 'source',
		group: ['input'],
		version: 1,
		description: 'Items of a test',
		defaults: { name: 'Source' },
		inputs: [],
		outputs: ['main'],
		properties: [{ displayName: 'Items', name: 'items', type: 'json', default: [] }],
	},
	async execute() {
		const items = this.getNodeParameter('items', 0) as IDataObject[];
		return [items.map((json) => ({ json }))];
	},
};

function typesOf(loader: PackageDirectoryLoader): INodeTypes {
	const find = (type: string): INodeType =>
		type === 'test.source'
			? source
			: (loader.getNode(type.split('.').pop() as string).type as INodeType);
	return {
		getByName: find,
		getByNameAndVersion: find,
		getKnownTypes: () => ({}),
	};
}

/** n8n's credential handling, with one credential that a test gives in plain. */
class OneCredential extends ICredentialsHelper {
	constructor(
		private readonly loader: PackageDirectoryLoader,
		private readonly data: ICredentialDataDecryptedObject,
	) {
		super();
	}

	getParentTypes = () => [];
	isCredentialUsableByNode = () => true;
	getDecrypted = async () => this.data;
	preAuthentication = async () => undefined;
	runPreAuthentication = async () => undefined;
	getCredentialsProperties = (type: string) => this.loader.getCredential(type).type.properties;
	updateCredentials = async () => undefined;
	updateCredentialsOauthTokenData = async () => undefined;
	async getCredentials(): Promise<never> {
		throw new Error('The tests keep no stored credentials');
	}

	/** The credential's own rules, its expressions resolved by n8n's expression engine. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		request: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.loader.getCredential(type).type;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		const keys = { $credentials: credentials };
		const resolve = (value: unknown): unknown => {
			if (typeof value !== 'string' || !value.startsWith('=')) return value;
			return workflow!.expression.getSimpleParameterValue(
				node!,
				value,
				'internal',
				keys,
				undefined,
				'',
			);
		};
		const result = { ...request } as IHttpRequestOptions & Record<string, IDataObject>;
		for (const [part, values] of Object.entries(authenticate?.properties ?? {})) {
			const target: IDataObject = { ...(result[part] as IDataObject) };
			for (const [key, value] of Object.entries(values as IDataObject)) {
				const name = String(resolve(key));
				target[name] = resolve(value) as IDataObject[string];
			}
			result[part] = target;
		}
		return result;
	}
}

function additionalDataOf(
	helper: ICredentialsHelper,
	mode: WorkflowExecuteMode,
	workflow: Workflow,
	onMessage?: RunOptions['onMessage'],
): IWorkflowExecuteAdditionalData {
	const nowhere = 'http://127.0.0.1/';
	const id = String(Math.random());
	const workflowData = { id: workflow.id, name: 'test', nodes: [], connections: {}, active: false };
	return {
		credentialsHelper: helper,
		hooks: new ExecutionLifecycleHooks(mode, id, {
			...workflowData,
			isArchived: false,
			activeVersionId: null,
			createdAt: new Date(),
			updatedAt: new Date(),
		} as never),
		executionId: id,
		currentNodeExecutionIndex: 0,
		sendDataToUI: onMessage,
		variables: {},
		restApiUrl: nowhere,
		instanceBaseUrl: nowhere,
		formBaseUrl: nowhere,
		formWaitingBaseUrl: nowhere,
		formTestBaseUrl: nowhere,
		webhookBaseUrl: nowhere,
		webhookWaitingBaseUrl: nowhere,
		webhookTestBaseUrl: nowhere,
		mcpBaseUrl: nowhere,
		mcpTestBaseUrl: nowhere,
		logAiEvent: () => undefined,
		setExecutionStatus: () => undefined,
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Runs source → MoEngage Subscription on n8n's engine and returns what the node put out. */
export async function runNode(options: RunOptions): Promise<RunResult> {
	const loader = await loadPackage();
	const mode = options.mode ?? 'manual';
	const { baseUrl, projectCode = '', ...keys } = options.credentials;
	const helper = new OneCredential(loader, { ...keys, baseUrl, projectCode, dataCenter: 'custom' });
	const at: [number, number] = [0, 0];
	const nodes: INode[] = [
		{
			id: 'source',
			name: 'Source',
			type: 'test.source',
			typeVersion: 1,
			position: at,
			parameters: { items: options.items as never },
		},
		{
			id: 'node',
			name: 'MoEngage',
			type: NODE_TYPE,
			typeVersion: 1,
			position: at,
			parameters: options.parameters,
			credentials: { moEngageApi: { id: '1', name: 'Test' } },
			...options.settings,
		},
	];
	const connections: IConnections = {
		Source: { main: [[{ node: 'MoEngage', type: 'main', index: 0 }]] },
	};
	const workflow = new Workflow({
		id: 'test',
		nodes,
		connections,
		active: false,
		nodeTypes: typesOf(loader),
		settings: { executionOrder: 'v1' },
	});
	const additionalData = additionalDataOf(helper, mode, workflow, options.onMessage);
	const execution = new WorkflowExecute(additionalData, mode).run({
		workflow,
		startNode: workflow.getNode('Source') as INode,
	});
	options.onStart?.(() => execution.cancel());
	const run = await execution;
	const task = run.data.resultData.runData.MoEngage?.at(-1);
	return {
		run,
		outputs: (task?.data?.main ?? []).map((items) => items ?? []),
		hints: (task?.hints ?? []).map(({ message }) => message),
		error: (task?.error ?? run.data.resultData.error) as RunResult['error'],
	};
}
