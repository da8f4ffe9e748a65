// A client for the REST API that n8n's editor uses.
import { randomBytes, randomUUID } from 'node:crypto';
import pWaitFor from 'p-wait-for';
import { UserError, wait } from './log.mts';

export interface Owner {
	email: string;
	password: string;
}

/** JSON of any shape. A wrong property fails the test that reads it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = { [name: string]: any };

/** An execution, as the public API returns it. */
export interface Execution {
	id: string;
	status: string;
	/** ISO 8601. */
	stoppedAt?: string;
	data: Json;
}

export function newOwner(): Owner {
	// n8n requires 8 characters, a digit, and a capital letter.
	return { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}-1` };
}

/** What n8n knows a signed-in client by. */
export interface Session {
	cookie: string;
	apiKey: string;
	browserId: string;
}

export class N8nClient {
	/** Workflows that this client activated, by their IDs. */
	readonly #active = new Map<string, Json>();

	constructor(
		public url: string,
		readonly session: Session = { cookie: '', apiKey: '', browserId: randomUUID() },
	) {}

	/** @returns `data` of the response if it has any, otherwise the whole response */
	async call(method: string, path: string, body?: unknown): Promise<Json[string]> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: {
				'browser-id': this.session.browserId,
				cookie: this.session.cookie,
				...(this.session.apiKey === '' ? {} : { 'x-n8n-api-key': this.session.apiKey }),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
		if (cookie !== undefined) this.session.cookie = cookie.split(';', 1)[0] ?? '';
		const text = await response.text();
		if (!response.ok) {
			throw new UserError(
				`n8n rejected ${method} ${path}: ${response.status} ${text.slice(0, 500)}`,
			);
		}
		const parsed = text === '' ? null : JSON.parse(text);
		return path.startsWith('/rest/') && parsed !== null && 'data' in parsed ? parsed.data : parsed;
	}

	/** Creates the owner and an API key for the public API. */
	async setUp({ email, password }: Owner) {
		const profile = { email, firstName: 'Demo', lastName: 'Owner', password };
		await this.call('POST', '/rest/owner/setup', profile);
		const { rawApiKey } = await this.call('POST', '/rest/api-keys', {
			label: 'demo',
			expiresAt: null,
			scopes: ['execution:read', 'execution:list'],
		});
		this.session.apiKey = rawApiKey;
	}

	async createCredential(
		type: string,
		name: string,
		data: Json,
	): Promise<{ id: string; name: string }> {
		const { id } = await this.call('POST', '/rest/credentials', { name, type, data });
		return { id, name };
	}

	/**
	 * Runs the credential test, as the editor does after saving.
	 *
	 * @param credential as created
	 * @param data the form's values, not saved yet
	 * @returns the result that the editor shows
	 */
	testCredential(
		credential: { id: string; name: string },
		type: string,
		data: Json,
	): Promise<{ status: string; message: string }> {
		const credentials = { ...credential, type, data };
		return this.call('POST', '/rest/credentials/test', { credentials });
	}

	createWorkflow(workflow: Json): Promise<Json> {
		// n8n 1 requires `active`; later versions ignore it.
		return this.call('POST', '/rest/workflows', { active: false, settings: {}, ...workflow });
	}

	/** @param workflow as created */
	activate(workflow: Json): Promise<Json> {
		const { id, versionId } = workflow;
		this.#active.set(id, workflow);
		return this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
	}

	/** @param workflow as created */
	deactivate({ id }: Json): Promise<Json> {
		this.#active.delete(id);
		return this.call('POST', `/rest/workflows/${id}/deactivate`, {});
	}

	/** Deactivates all workflows that this client activated. */
	async deactivateAll() {
		for (const workflow of this.#active.values()) await this.deactivate(workflow);
	}

	/**
	 * Runs a workflow like **Execute workflow** in the editor.
	 *
	 * @param workflow as created
	 * @param trigger name of the node to start from
	 * @returns the execution's ID
	 */
	async run(workflow: Json, trigger: string): Promise<string> {
		const { executionId } = await this.call('POST', `/rest/workflows/${workflow.id}/run`, {
			triggerToStartFrom: { name: trigger },
			// n8n before 2.35 runs the workflow in the request, not the saved one.
			workflowData: workflow,
		});
		return executionId;
	}

	stop(id: string) {
		return this.call('POST', `/rest/executions/${id}/stop`, {});
	}

	execution(id: string): Promise<Execution> {
		return this.call('GET', `/api/v1/executions/${id}?includeData=true`);
	}

	/** @returns with data, once it has ended */
	async finished(id: string, timeoutMs: number = 120_000): Promise<Execution> {
		const hasEnded = async () => {
			const { status } = await this.call('GET', `/api/v1/executions/${id}`);
			return !['new', 'running', 'waiting'].includes(status);
		};
		const message = new UserError(`Execution ${id} hasn't ended.`);
		await pWaitFor(hasEnded, { interval: 100, timeout: { milliseconds: timeoutMs, message } });
		return this.execution(id);
	}

	/** @returns newest first, with data */
	async executions(workflowId: string): Promise<Execution[]> {
		const query = `workflowId=${workflowId}&includeData=true&limit=100`;
		return (await this.call('GET', `/api/v1/executions?${query}`)).data;
	}

	/** @param path of the webhook */
	async webhook(path: string, body: unknown): Promise<{ status: number; body: Json[string] }> {
		for (let attempts = 0; ; attempts++) {
			const response = await fetch(`${this.url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			// A webhook isn't registered until about 300 ms after its activation.
			if (response.status === 404 && attempts < 20) {
				await wait(150);
				continue;
			}
			const text = await response.text();
			try {
				return { status: response.status, body: JSON.parse(text) };
			} catch {
				return { status: response.status, body: text };
			}
		}
	}
}

/**
 * @param node its name
 * @param output index of the output; 1 is the error output
 */
export function itemsOf(
	execution: Execution,
	node: string,
	output: number = 0,
): { json: Json; pairedItem: Json[string] }[] {
	const runs = execution.data?.resultData?.runData?.[node] ?? [];
	return runs.flatMap((run: Json) => run.data?.main?.[output] ?? []);
}

/** @returns the error that the editor shows; empty if there is none */
export function problemOf(execution: Execution): string {
	const problem = execution.data?.resultData?.error;
	if (!problem) return '';
	return [problem.message, problem.description].filter(Boolean).join('\n');
}
