// Helpers of the trigger's end-to-end test: workflows that start with it, and calls as MoEngage makes them.
import pWaitFor from 'p-wait-for';
import { log, wait } from '../harness/log.mts';
import { itemsOf, type Execution, type Json, type N8nClient } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE, NODE_TYPE, TRIGGER_TYPE } from '../harness/package.mts';
import { node, STEP } from './support.mts';

/** When Streams repeats a call. */
const REPEAT_AFTER_MS = [30_000, 60_000, 120_000];

/** Only what the trigger passes on arrives here. */
export const ARRIVED = 'Arrived';

export interface Response {
	status: number;
	text: string;
	ms: number;
}

/** Trigger → another node. */
export function triggerWorkflow(
	credential: { id: string; name: string },
	webhookId: string,
	parameters: Json,
): Json {
	return {
		name: `Trigger ${webhookId}`,
		nodes: [
			node('Trigger', TRIGGER_TYPE, parameters, {
				webhookId,
				credentials: { [CREDENTIAL_TYPE]: credential },
			}),
			node(ARRIVED, 'noOp', {}),
		],
		connections: { Trigger: { main: [[{ node: ARRIVED, type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** A workflow that unsubscribes bob globally by the node, marked as sent by n8n. */
export function markedChange(credential: { id: string; name: string }): Json {
	const update = {
		resource: 'preference',
		operation: 'updateByUser',
		identifierType: 'uid',
		identifierValue: 'bob',
		globallyUnsubscribed: true,
		options: { markAsSent: true },
	};
	return {
		name: 'Update by User',
		nodes: [
			node('Start', 'manualTrigger', {}),
			node(STEP, NODE_TYPE, update, { credentials: { [CREDENTIAL_TYPE]: credential } }),
		],
		connections: { Start: { main: [[{ node: STEP, type: 'main', index: 0 }]] } },
	};
}

/** A Streams body with one unsubscribe per ID. */
export function streamsBody(uuids: string[]): Json {
	const events = uuids.map((event_uuid) => ({
		event_name: 'Email Unsubscribed',
		event_code: 'MOE_EMAIL_UNSUBSCRIBE',
		event_uuid,
		event_time: 1_764_000_000,
		uid: `user-${event_uuid}`,
		email_id: `${event_uuid}@example.com`,
		event_attributes: { campaign_id: 'c1' },
		user_attributes: { moengage_user_id: '65f0' },
	}));
	return { app_name: 'E2E', source: 'MOENGAGE', moe_request_id: 'r1', events };
}

/** @param body an object is sent as JSON, a text as it is */
export async function send(
	url: string,
	webhookId: string,
	body: unknown,
	headers: Record<string, string> = {},
): Promise<Response> {
	for (let attempts = 0; ; attempts++) {
		const started = performance.now();
		const response = await fetch(`${url}/webhook/${webhookId}/webhook`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
		const text = await response.text();
		// A webhook isn't registered until about 300 ms after activation or a start.
		if (response.status !== 404 || attempts === 40)
			return { status: response.status, text, ms: performance.now() - started };
		await wait(150);
	}
}

/**
 * Repeats a call, as Streams does. n8n responds 503 for some seconds if its own check of the database waits
 * for longer than 5 s behind the queries of many calls, and 500 if it then reconnects.
 */
export async function deliver(call: () => Promise<Response>): Promise<Response> {
	let response = await call();
	for (const ms of REPEAT_AFTER_MS) {
		if (response.status < 500) break;
		log(`n8n responded ${response.status} (${response.text}), repeated after ${ms / 1000} s`);
		await wait(ms);
		response = await call();
	}
	return response;
}

/**
 * Sends one event with a missing, a wrong, and a misplaced secret.
 *
 * @returns the calls that weren't rejected
 */
export async function rejectedCalls(url: string, webhookId: string, secret: string) {
	const cases: Record<string, string>[] = [
		{},
		{ 'x-webhook-secret': '' },
		{ 'x-webhook-secret': `${secret}x` },
		{ 'x-webhook-secret': secret.slice(0, -1) },
		{ authorization: secret },
		{ authorization: `Basic ${btoa(`moengage:${secret}`)}` },
	];
	const accepted: string[] = [];
	for (const headers of cases) {
		const { status } = await send(url, webhookId, streamsBody(['rejected']), headers);
		if (status !== 401) accepted.push(`${Object.keys(headers).join() || 'no header'}: ${status}`);
	}
	return accepted;
}

/** @returns all executions of a workflow once none is running, oldest first */
export async function settled(client: N8nClient, workflow: Json): Promise<Execution[]> {
	const timeout = { milliseconds: 300_000, message: 'An execution didn’t end' };
	const allEnded = async () => (await openExecutions(client, workflow)) === 0;
	await pWaitFor(allEnded, { interval: 200, timeout });
	const total = await countExecutions(client, workflow);
	// In queue mode, the main process learns only later that a worker has ended an execution, and its public
	// API leaves the execution out until then.
	const all = async () => {
		const list = await listExecutions(client, workflow);
		return list.length >= total && pWaitFor.resolveWith(list.reverse());
	};
	return await pWaitFor(all, { interval: 200, timeout });
}

/** @returns how many executions of a workflow haven't ended; the public API leaves them out */
export function openExecutions(client: N8nClient, workflow: Json): Promise<number> {
	return countExecutions(client, workflow, ['new', 'running', 'waiting']);
}

async function countExecutions(client: N8nClient, workflow: Json, status?: string[]) {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow.id, status }));
	const { count } = await client.call('GET', `/rest/executions?filter=${filter}&limit=1`);
	return Number(count);
}

/** Lists only what has ended, newest first. */
async function listExecutions(client: N8nClient, workflow: Json): Promise<Execution[]> {
	const list: Execution[] = [];
	let cursor = '';
	do {
		const query = `workflowId=${workflow.id}&includeData=true&limit=50${cursor}`;
		const page: Json = await client.call('GET', `/api/v1/executions?${query}`);
		list.push(...page.data);
		cursor = page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : '';
	} while (cursor !== '');
	return list;
}

/** @returns event ID → how often it arrived */
export function arrivals(executions: Execution[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { json } of executions.flatMap((execution) => itemsOf(execution, ARRIVED)))
		counts.set(json.event_uuid, (counts.get(json.event_uuid) ?? 0) + 1);
	return counts;
}
