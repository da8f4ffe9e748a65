import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { Engine, type RunInput, type RunResult } from './engine';
import { startSandbox, type SandboxHandle } from './sandbox';

/** The node on the real engine, with the sandbox on loopback. */
export interface Suite {
	engine: Engine;
	sandbox: SandboxHandle;
	/** Returns the credential that the sandbox accepts. */
	credential(change?: IDataObject): IDataObject;
	/** Runs an operation for items; `more` has settings such as On Error. */
	run(
		parameters: INodeParameters,
		items: RunInput['items'],
		more?: Partial<RunInput>,
	): Promise<RunResult>;
}

/**
 * Starts both before the tests of a file, resets the sandbox before each, and stops it after the last.
 * `windowMs` shortens the window of all rate limits in the node and the sandbox.
 */
export function suite({
	windowMs,
	flags = [],
}: { windowMs?: number; flags?: string[] } = {}): Suite {
	const self = {} as Suite;
	beforeAll(async () => {
		const scaled = windowMs === undefined ? [] : ['--window-ms', String(windowMs)];
		const starting = startSandbox([...scaled, ...flags]);
		[self.engine, self.sandbox] = await Promise.all([Engine.load(), starting]);
		if (windowMs !== undefined) self.engine.scaleWindows(windowMs);
	});
	afterAll(async () => await self.sandbox?.stop());
	beforeEach(async () => await self.sandbox.reset());

	self.credential = (change) => ({
		workspaceId: self.sandbox.workspaceId,
		apiKey: self.sandbox.apiKey,
		dataCenter: 'custom',
		baseUrl: self.sandbox.url,
		projectCode: '',
		...change,
	});
	self.run = async (parameters, items, more) =>
		await self.engine.run({ credential: self.credential(), parameters, items, ...more });
	return self;
}

/** What the hint of a Bulk Update says when it looked up no user. */
export const UNCHECKED =
	" MoEngage may have lifted global unsubscribes. 'Respect Global Unsubscribe' prevents that (100 users per minute).";

/** Parameters of a Bulk Update of `id` with the columns Newsletter and Promotional. */
export const BULK: INodeParameters = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: '={{ $json.id }}',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
	unsubscribeAll: '={{ $json.all }}',
	options: {},
};

/** Opt-In Update of `id`, `email` and `status`, without categories. */
export const OPT_IN: INodeParameters = {
	resource: 'optIn',
	operation: 'update',
	customerId: '={{ $json.id }}',
	email: '={{ $json.email }}',
	optInStatus: '={{ $json.status }}',
	categoryInput: 'fields',
	categories: {},
	options: {},
};

/** Rows for `BULK`. */
export const rows = (count: number, prefix = 'user') =>
	Array.from({ length: count }, (_, i) => ({
		id: `${prefix}-${i}`,
		Newsletter: i % 2 === 0 ? 'yes' : 'FALSE',
		Promotional: 1,
		all: 'no',
	}));

/** Users for the operations by user; two of them share an email address. */
export const PROFILES = [
	{ customer_id: 'ada', email_id: 'ada@x.com', categories: { Newsletter: true } },
	{ customer_id: 'bob', email_id: 'two@x.com' },
	{ customer_id: 'bea', email_id: 'two@x.com' },
	{ customer_id: 'eve', categories: { Newsletter: true } },
];
