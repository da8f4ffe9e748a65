// A client for the REST API that n8n's editor uses.
import { randomBytes, randomUUID } from 'node:crypto';
import { UserError, wait } from './log.mts';

/**
 * @typedef {object} Owner
 * @property {string} email
 * @property {string} password
 *
 * @typedef {{ [name: string]: any }} Json
 *
 * @typedef {object} Execution an execution, as the public API returns it
 * @property {string} id
 * @property {string} status
 * @property {string} [stoppedAt] ISO 8601
 * @property {any} data
 */

/** @returns {Owner} */
export function newOwner() {
	// n8n requires 8 characters, a digit, and a capital letter.
	return { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}-1` };
}

export class N8nClient {
	#cookie = '';
	#apiKey = '';
	#browserId = randomUUID();

	/** @param {string} url */
	constructor(url) {
		this.url = url;
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {unknown} [body]
	 * @returns {Promise<any>} `data` of the response if it has any, otherwise the whole response
	 */
	async call(method, path, body) {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: {
				'browser-id': this.#browserId,
				cookie: this.#cookie,
				...(this.#apiKey === '' ? {} : { 'x-n8n-api-key': this.#apiKey }),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
		if (cookie !== undefined) this.#cookie = cookie.split(';', 1)[0] ?? '';
		const text = await response.text();
		if (!response.ok) {
			throw new UserError(
				`n8n rejected ${method} ${path}: ${response.status} ${text.slice(0, 500)}`,
			);
		}
		const parsed = text === '' ? null : JSON.parse(text);
		return path.startsWith('/rest/') && parsed !== null && 'data' in parsed ? parsed.data : parsed;
	}

	/**
	 * Creates the owner and an API key for the public API.
	 *
	 * @param {Owner} owner
	 */
	async setUp({ email, password }) {
		const profile = { email, firstName: 'Demo', lastName: 'Owner', password };
		await this.call('POST', '/rest/owner/setup', profile);
		const { rawApiKey } = await this.call('POST', '/rest/api-keys', {
			label: 'demo',
			expiresAt: null,
			scopes: ['execution:read', 'execution:list'],
		});
		this.#apiKey = rawApiKey;
	}

	/**
	 * @param {string} type
	 * @param {string} name
	 * @param {Json} data
	 * @returns {Promise<{ id: string, name: string }>}
	 */
	async createCredential(type, name, data) {
		const { id } = await this.call('POST', '/rest/credentials', { name, type, data });
		return { id, name };
	}

	/**
	 * Runs the credential test, as the editor does after saving.
	 *
	 * @param {{ id: string, name: string }} credential as created
	 * @param {string} type
	 * @param {Json} data the form's values, not saved yet
	 * @returns {Promise<{ status: string, message: string }>} the result that the editor shows
	 */
	testCredential(credential, type, data) {
		const credentials = { ...credential, type, data };
		return this.call('POST', '/rest/credentials/test', { credentials });
	}

	/**
	 * @param {Json} workflow
	 * @returns {Promise<Json>}
	 */
	createWorkflow(workflow) {
		// n8n 1 requires `active`; later versions ignore it.
		return this.call('POST', '/rest/workflows', { active: false, settings: {}, ...workflow });
	}

	/**
	 * @param {Json} workflow as created
	 * @returns {Promise<Json>}
	 */
	activate({ id, versionId }) {
		return this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
	}

	/**
	 * @param {Json} workflow as created
	 * @returns {Promise<Json>}
	 */
	deactivate({ id }) {
		return this.call('POST', `/rest/workflows/${id}/deactivate`, {});
	}

	/**
	 * Runs a workflow like **Execute workflow** in the editor.
	 *
	 * @param {Json} workflow as created
	 * @param {string} trigger name of the node to start from
	 * @returns {Promise<string>} the execution's ID
	 */
	async run(workflow, trigger) {
		const { executionId } = await this.call('POST', `/rest/workflows/${workflow.id}/run`, {
			triggerToStartFrom: { name: trigger },
			// n8n before 2.35 runs the workflow in the request, not the saved one.
			workflowData: workflow,
		});
		return executionId;
	}

	/** @param {string} id */
	stop(id) {
		return this.call('POST', `/rest/executions/${id}/stop`, {});
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Execution>}
	 */
	execution(id) {
		return this.call('GET', `/api/v1/executions/${id}?includeData=true`);
	}

	/**
	 * @param {string} id
	 * @param {number} [timeoutMs]
	 * @returns {Promise<Execution>} with data, once it has ended
	 */
	async finished(id, timeoutMs = 120_000) {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const { status } = await this.call('GET', `/api/v1/executions/${id}`);
			if (!['new', 'running', 'waiting'].includes(status)) return this.execution(id);
			if (Date.now() > deadline) throw new UserError(`Execution ${id} is still ${status}.`);
			await wait(100);
		}
	}

	/**
	 * @param {string} workflowId
	 * @returns {Promise<Execution[]>} newest first, with data
	 */
	async executions(workflowId) {
		const query = `workflowId=${workflowId}&includeData=true&limit=100`;
		return (await this.call('GET', `/api/v1/executions?${query}`)).data;
	}

	/**
	 * @param {string} path of the webhook
	 * @param {unknown} body
	 * @returns {Promise<{ status: number, body: any }>}
	 */
	async webhook(path, body) {
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
 * @param {Execution} execution
 * @param {string} node its name
 * @param {number} [output] index of the output; 1 is the error output
 * @returns {{ json: Json, pairedItem: any }[]}
 */
export function itemsOf(execution, node, output = 0) {
	const runs = execution.data?.resultData?.runData?.[node] ?? [];
	return runs.flatMap((/** @type {Json} */ run) => run.data?.main?.[output] ?? []);
}

/**
 * @param {Execution} execution
 * @returns {string} the error that the editor shows; empty if there is none
 */
export function problemOf(execution) {
	const problem = execution.data?.resultData?.error;
	if (!problem) return '';
	return [problem.message, problem.description].filter(Boolean).join('\n');
}
