/**
 * Runs an operation in virtual time against a server that always returns the same documented example.
 * Everything but n8n and HTTP is the node's own code.
 */
import type { Endpoint } from '../../nodes/MoEngageSubscription/api/endpoints';
import type { AcceptedResponse } from '../../nodes/MoEngageSubscription/api/transport';
import type { Reason } from '../../nodes/MoEngageSubscription/api/errors';
import { verdict } from '../../nodes/MoEngageSubscription/api/verdict';
import type { Outcome, Send } from '../../nodes/MoEngageSubscription/delivery';
import { Engine } from '../../nodes/MoEngageSubscription/delivery/engine';
import { errorOf, failureOf } from '../../nodes/MoEngageSubscription/execution/itemResult';
import { operations } from '../../nodes/MoEngageSubscription/operations';
import type { AnyOperation } from '../../nodes/MoEngageSubscription/operations/operation';
import { ItemReader } from '../../nodes/MoEngageSubscription/operations/shared/itemReader';
import { runInput } from '../../test/support/itemReader';
import { VirtualClock } from '../../test/virtual/clock';
import { seeded } from '../../test/virtual/random';
import { WindowCount } from '../../test/virtual/window';
import type { DocumentedOperation, Example } from './contract';

/** What happens to the items of a run. */
export interface Simulated {
	/** Number of items by outcome, in the order in which they first occur. */
	outcomes: Map<OutcomeName, number>;
	requests: number;
	/** The different messages in the order of the items. */
	messages: string[];
	/** Virtual milliseconds. */
	ms: number;
}

export type OutcomeName = 'accepted' | 'rejected' | 'not sent' | 'unconfirmed';

/** Time between the request and its response in milliseconds. */
const LATENCY_MS = 300;
/** The virtual start of each run in milliseconds since 1970. */
const START_MS = Date.UTC(2026, 0, 1);

const CATEGORIES = {
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: false }] },
};

/**
 * Returns parameters of each operation, by the ID of its endpoint. `user` and `email` read the user
 * from an item: expressions on n8n's engine, functions without it.
 */
export function parametersBy(user: unknown, email: unknown): Record<string, object> {
	const link = { identifyBy: 'ids', userId: user, campaignId: 'campaign' };
	const identifier = { identifierType: 'uid', identifierValue: user, channel: 'email' };
	return {
		'preference.bulkUpdate': { customerId: user, ...CATEGORIES, unsubscribeAll: false },
		'preference.get': link,
		'preference.update': { ...link, ...CATEGORIES, unsubscribeAll: false },
		'preference.getByUser': identifier,
		'preference.updateByUser': { ...identifier, ...CATEGORIES, globallyUnsubscribed: false },
		'optIn.update': { customerId: user, email: '', optInStatus: 'OPTED_OUT', ...CATEGORIES },
		'resubscription.resubscribe': { email, esp: 'SENDGRID', updateEsp: true },
		'category.getAll': { channel: 'email', returnAll: true },
	};
}

const PARAMETERS = parametersBy(
	({ user }: { user: string }) => user,
	({ user }: { user: string }) => `${user}@example.com`,
);

const itemsOf = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ user: `user-${index}` }));

/** Returns the node's operation; `undefined` for the credential test. */
export function operationOf({ method, path }: DocumentedOperation): AnyOperation | undefined {
	return operations.find(({ endpoint }) => endpoint.method === method && endpoint.path === path);
}

/** Sends `count` items to a server that always returns `example`. */
export async function simulate(
	operation: AnyOperation,
	example: Example,
	count: number,
): Promise<Simulated> {
	const { endpoint, schema, merge } = operation;
	const parameters = PARAMETERS[endpoint.id] ?? {};
	const items = itemsOf(count);
	const input = runInput({ ...parameters, options: {} }, items);
	const records = items.map((_, index) => {
		const { value, keys, kind, settings } = operation.read(new ItemReader(input, index));
		return { value, keys, kind, partitionKey: JSON.stringify(settings ?? []) };
	});
	const clock = new VirtualClock();
	const respond = responder(clock, endpoint, example);
	let requests = 0;
	const send: Send<unknown, AcceptedResponse<unknown>, Reason> = async (values, { batchId }) => {
		requests += 1;
		const { people } = operation.request(values as [unknown, ...unknown[]], batchId);
		await clock.sleep(LATENCY_MS);
		const now = START_MS + clock.now();
		const isSingle = values.length === 1;
		const result = verdict(respond(), { endpoint, schema, people, isSingle, secrets: [], now });
		return result.kind === 'delivered'
			? { ...result, result: { response: result.result, acceptedAt: new Date(now).toISOString() } }
			: result;
	};
	const report = await clock.until(
		new Engine(clock, seeded(1)).deliver({
			limitKey: endpoint.id,
			policy: endpoint,
			records,
			send,
			merge,
			settings: { maxTries: 4 },
		}),
	);
	return { ...summaryOf(report.outcomes, endpoint.reads), requests, ms: clock.now() };
}

/** Returns the response, with the rate headers that MoEngage documents. */
function responder(clock: VirtualClock, { limit, windowMs }: Endpoint, example: Example) {
	const window = new WindowCount({ kind: 'fixed', phase: 0 }, limit, windowMs);
	const body = example.body === undefined ? '' : JSON.stringify(example.body);
	return () => {
		const { isAllowed, remaining, resetMs } = window.receive(clock.now());
		if (!isAllowed && example.scope !== 'rate')
			throw new Error('The node exceeds the rate limit that the headers state');
		const resetAt = Math.ceil((START_MS + clock.now() + resetMs) / 1000);
		const headers = {
			'x-ratelimit-limit': String(limit),
			'x-ratelimit-remaining': example.scope === 'rate' ? '0' : String(remaining),
			'x-ratelimit-reset': String(resetAt),
		};
		return { status: example.status, headers, body };
	};
}

function summaryOf(results: ReadonlyArray<Outcome<unknown, Reason>>, reads: boolean) {
	const outcomes = new Map<OutcomeName, number>();
	const messages = new Set<string>();
	for (const outcome of results) {
		let name: OutcomeName = 'accepted';
		if (outcome.status !== 'accepted') {
			const failure = failureOf(outcome, reads);
			name = failure.status === 'notSent' ? 'not sent' : failure.status;
			messages.add(errorOf(failure).message);
		}
		outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
	}
	return { outcomes, messages: [...messages] };
}
