/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test helper starts a child process; it isn't part of the package */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { Agent } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';

const MAIN = path.resolve(__dirname, '../../sandbox/main.mts');

/** One request as the sandbox received it; `sandbox/README.md` lists all fields. */
export interface LoggedRequest {
	seq: number;
	receivedAt: number;
	countedAt: number | null;
	respondedAt: number | null;
	endpoint: string | null;
	method: string;
	path: string;
	query: Record<string, string>;
	workspace: string | null;
	headerNames: string[];
	headers: Record<string, string>;
	auth: string | null;
	users: number;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read any field of it
	body: any;
	status: number | null;
	outcome: 'pending' | 'responded' | 'cut' | 'half' | 'hanging';
	applied: boolean;
	rule: string | null;
}

export interface SandboxUser {
	customer_id: string;
	moe_user_id: string;
	email_id: string | null;
	categories: Record<string, boolean>;
	unsubscribed: boolean;
	opt_in_status: string | null;
	resubscribed: boolean;
	moe_event_id: string | null;
	changes: number;
}

export interface SandboxState {
	workspace: string;
	userCount: number;
	users: SandboxUser[];
	resubscriptions: Record<
		string,
		{ esp: string; updateEsp: boolean | null; suppressionCleared: boolean; times: number }
	>;
}

/** Events that the sandbox raised, and the requests that it sent them with. */
export interface SentEvents {
	pending: number;
	events: Array<{
		event_name: string;
		event_code: string;
		event_uuid: string;
		uid: string;
		event_attributes: Json;
		user_attributes: Json;
	}>;
	deliveries: Array<{
		attempt: number;
		duplicate: boolean;
		events: string[];
		status: number | null;
		outcome: 'delivered' | 'failed' | 'given up';
	}>;
}

export interface EndpointCounters {
	requests: number;
	users: number;
	ok: number;
	throttled: number;
	withoutResponse: number;
	applied: number;
	byStatus: Record<string, number>;
	inFlight: number;
	maxInFlight: number;
	maxInWindow: number;
	maxGrantedInWindow: number;
	firstAt: number | null;
	lastAt: number | null;
}

/** The results of validating against `sandbox/openapi.yaml` since the sandbox started. */
export interface Validation {
	requests: { validated: number; invalid: number; invalidOnPurpose: number };
	responses: { validated: number; invalid: number; faults: number };
	findings: Array<{
		seq: number;
		of: 'request' | 'response';
		endpoint: string | null;
		message: string;
	}>;
}

type Json = Record<string, unknown>;

/** A running sandbox and its control API. */
export class SandboxHandle {
	private lastFinding = 0;
	/** False if a test sends invalid requests to see them reported. */
	countsTowardTotals = true;

	constructor(
		readonly url: string,
		readonly workspaceId: string,
		readonly apiKey: string,
		readonly pid: number,
		readonly stop: () => Promise<void>,
	) {}

	/** A request as MoEngage expects it, with the right credentials; never throws on a status. */
	async call(method: string, url: string, config: AxiosRequestConfig = {}): Promise<AxiosResponse> {
		const { headers, ...rest } = config;
		return await this.client().request({
			method,
			url,
			auth: { username: this.workspaceId, password: this.apiKey },
			...rest,
			headers: { 'MOE-APPKEY': this.workspaceId, ...headers },
		});
	}

	/** Like `call`, but for a request that the document doesn't allow; a valid request fails the test. */
	async callInvalid(method: string, url: string, config: AxiosRequestConfig = {}) {
		const headers = { ...config.headers, 'X-Sandbox-Invalid-Request': 'on purpose' };
		return await this.call(method, url, { ...config, headers } as AxiosRequestConfig);
	}

	client(): AxiosInstance {
		// While a test keeps its process busy, the sandbox ends idle connections.
		const httpAgent = new Agent({ keepAlive: false });
		return axios.create({ baseURL: this.url, validateStatus: () => true, proxy: false, httpAgent });
	}

	private async control<T>(method: string, call: string, data?: unknown, params?: Json) {
		const url = `/_sandbox/${call}`;
		const all = { method, url, data, params, maxBodyLength: Infinity };
		const response = await this.client().request<T>(all);
		if (response.status !== 200)
			throw new Error(`${method} ${call}: ${JSON.stringify(response.data)}`);
		return response.data;
	}

	/** Parts: state, log, limits, rules, and config; all of them if none is given. */
	async reset(...parts: string[]): Promise<void> {
		await this.control('POST', 'reset', parts.length > 0 ? { parts } : {});
	}

	async configure(patch: Json): Promise<Json> {
		return await this.control<Json>('POST', 'configure', patch);
	}

	/** `replace` drops the existing rules. */
	async addFaults(rules: Json[], replace = false): Promise<Array<Json & { id: string }>> {
		const method = replace ? 'PUT' : 'POST';
		return (await this.control<{ rules: Array<Json & { id: string }> }>(method, 'rules', { rules }))
			.rules;
	}

	/** The documented responses, by operation and name. */
	async examples(): Promise<Record<string, Record<string, unknown>>> {
		type Examples = { endpoints: Record<string, Record<string, unknown>> };
		return (await this.control<Examples>('GET', 'examples')).endpoints;
	}

	/** Findings up to `since` are left out. */
	async validation(since = 0): Promise<Validation> {
		return await this.control<Validation>('GET', 'validation', undefined, { since });
	}

	/** Throws if the document didn't allow a request or a response since the last call. */
	async assertValid(): Promise<void> {
		const { findings } = await this.validation(this.lastFinding);
		if (findings.length === 0) return;
		this.lastFinding = Math.max(...findings.map(({ seq }) => seq));
		const lines = findings.map(({ of, endpoint, message }) => `${of} ${endpoint}: ${message}`);
		throw new Error(`Not allowed by sandbox/openapi.yaml:\n${[...new Set(lines)].join('\n')}`);
	}

	async seedUsers(users: Json[], workspace?: string): Promise<void> {
		await this.control('POST', 'users', { users, workspace });
	}

	async seedLinks(links: Array<{ user_id: string; cid: string; customer_id: string }>) {
		await this.control('POST', 'landing-links', { links });
	}

	/** Query: customer_id, email, workspace, offset, limit. */
	async state(query: Json = {}): Promise<SandboxState> {
		return await this.control<SandboxState>('GET', 'state', undefined, query);
	}

	async user(customerId: string, workspace?: string): Promise<SandboxUser | undefined> {
		return (await this.state({ customer_id: customerId, workspace })).users[0];
	}

	/** Query: endpoint, status, since (seq), limit. */
	async log(query: Json = {}): Promise<LoggedRequest[]> {
		return (await this.control<{ requests: LoggedRequest[] }>('GET', 'log', undefined, query))
			.requests;
	}

	/** The log without the list of categories, which the node reads now and then to check names. */
	async userRequests(): Promise<LoggedRequest[]> {
		return (await this.log()).filter(({ endpoint }) => endpoint !== 'v5Categories');
	}

	/** Waits until a request has arrived, at `endpoint` if one is given. */
	async firstRequest(endpoint?: string): Promise<void> {
		const fits = (one: LoggedRequest) => endpoint === undefined || one.endpoint === endpoint;
		while (!(await this.log()).some(fits)) await sleep(20);
	}

	async events(): Promise<SentEvents> {
		return await this.control<SentEvents>('GET', 'events');
	}

	/** Waits until every event has been delivered or given up. */
	async allSent(): Promise<SentEvents> {
		let sent = await this.events();
		for (; sent.pending > 0; sent = await this.events()) await sleep(20);
		return sent;
	}

	async counters(windowMs?: number): Promise<Record<string, EndpointCounters>> {
		const query = windowMs === undefined ? {} : { windowMs };
		return (
			await this.control<{ endpoints: Record<string, EndpointCounters> }>(
				'GET',
				'counters',
				undefined,
				query,
			)
		).endpoints;
	}
}

const running = new Set<SandboxHandle>();

// In Jest, an invalid request or response fails the test that caused it; elsewhere, `stop` throws.
if (typeof afterEach === 'function') {
	afterEach(async () => {
		for (const sandbox of running) await sandbox.assertValid();
	});
}

/** For the totals that the reporter prints, see counts-reporter.js. */
async function recordTotals(sandbox: SandboxHandle) {
	const file = process.env.SANDBOX_VALIDATION_LOG;
	if (file === undefined || !sandbox.countsTowardTotals) return;
	const { requests, responses } = await sandbox.validation();
	appendFileSync(file, `${JSON.stringify({ requests, responses })}\n`);
}

/**
 * Starts `node sandbox/main.mts` on a free port and waits for its ready line. The child process
 * ends when this process ends, for any reason.
 */
export async function startSandbox(flags: string[] = []): Promise<SandboxHandle> {
	const own = ['--port', '0', '--quiet', '--json', '--stop-with-stdin'];
	const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...own, ...flags], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const exited = once(child, 'exit');
	const ready = await Promise.race([
		once(createInterface({ input: child.stdout }), 'line'),
		exited.then(() => null),
	]);
	if (ready === null) throw new Error(`The sandbox didn't start: ${stderr}`);
	const { url, workspaceId, apiKey } = JSON.parse(String(ready[0])) as Record<string, string>;
	const sandbox = new SandboxHandle(url, workspaceId, apiKey, child.pid ?? 0, async () => {
		running.delete(sandbox);
		try {
			await recordTotals(sandbox);
			await sandbox.assertValid();
		} finally {
			child.kill('SIGTERM');
			await exited;
		}
		if (stderr !== '') throw new Error(`The sandbox wrote to stderr: ${stderr}`);
	});
	running.add(sandbox);
	return sandbox;
}
