/** The control API under /_sandbox: for tests to read and change. No authentication, JSON only. */
import { OPERATION_NAMES, OPERATIONS } from './contract.mts';
import { crmCalls } from './crm/control.mts';
import { withoutSecret } from './events/destination.mts';
import { isRecord, type HttpRequest, type HttpResponse } from './http.mts';
import { PARTS, type Sandbox } from './sandbox.mts';
import { describeUser } from './state.mts';
import type { Config } from './config.mts';

const PREFIX = '/_sandbox';

export function isControlPath(target: string) {
	const path = target.split('?', 1)[0] ?? '';
	return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

function number(query: URLSearchParams, name: string): number | undefined {
	const text = query.get(name);
	if (text === null) return undefined;
	if (!Number.isFinite(Number(text))) throw new TypeError(`"${name}" has to be a number`);
	return Number(text);
}

function listIn(body: unknown, key: string): unknown[] {
	const list = isRecord(body) ? body[key] : body;
	if (!Array.isArray(list)) throw new TypeError(`The body has to be {"${key}": […]}`);
	return list;
}

function workspaceOf({ config }: Sandbox, { query, body }: HttpRequest) {
	const given = query.get('workspace') ?? (isRecord(body) ? body.workspace : undefined);
	return typeof given === 'string' ? given : (config.workspaces[0]?.id ?? '');
}

const CALLS: Record<string, (sandbox: Sandbox, request: HttpRequest) => unknown> = {
	'GET ': () => ({ calls: Object.keys(CALLS), endpoints: OPERATION_NAMES }),

	'GET /state': (sandbox, request) => {
		const workspace = workspaceOf(sandbox, request);
		const state = sandbox.state(workspace);
		const customerId = request.query.get('customer_id');
		const email = request.query.get('email');
		const one = customerId === null ? undefined : state.users.get(customerId);
		let users = [...state.users.values()];
		if (customerId !== null) users = one === undefined ? [] : [one];
		if (email !== null) users = state.withEmail(email);
		const offset = number(request.query, 'offset') ?? 0;
		const limit = number(request.query, 'limit') ?? users.length;
		return {
			workspace,
			userCount: state.users.size,
			users: users.slice(offset, offset + limit).map(describeUser),
			resubscriptions: Object.fromEntries(state.resubscriptions),
		};
	},

	'GET /log': ({ log }, { query }) => ({
		requests: log.select({
			endpoint: query.get('endpoint'),
			status: number(query, 'status') ?? null,
			since: number(query, 'since') ?? 0,
			limit: number(query, 'limit') ?? Infinity,
		}),
	}),

	'GET /counters': ({ log, config }, { query }) => ({
		windowMs: number(query, 'windowMs') ?? config.windowMs,
		endpoints: log.counters(number(query, 'windowMs') ?? config.windowMs),
	}),

	'GET /validation': ({ validation }, { query }) =>
		validation.describe(number(query, 'since') ?? 0),

	'GET /events': ({ outbox }) => ({
		pending: outbox.pending,
		events: outbox.raised,
		deliveries: outbox.deliveries,
	}),

	'GET /examples': () => ({
		endpoints: Object.fromEntries(
			OPERATIONS.map(({ name, examples }) => [name, Object.fromEntries(examples)]),
		),
	}),

	'POST /reset': (sandbox, { body }) => {
		const parts = isRecord(body) && body.parts !== undefined ? listIn(body, 'parts') : [...PARTS];
		const unknown = parts.find((part) => !PARTS.some((known) => known === part));
		if (unknown !== undefined) throw new TypeError(`"parts" are some of ${PARTS.join(', ')}`);
		sandbox.reset(parts.map(String));
		return { reset: parts };
	},

	'GET /configure': ({ config }) => shown(config),

	'POST /configure': (sandbox, { body }) => {
		sandbox.configure(body);
		return shown(sandbox.config);
	},

	'POST /users': (sandbox, request) => {
		const state = sandbox.state(workspaceOf(sandbox, request));
		for (const user of listIn(request.body, 'users')) state.seed(user);
		return { userCount: state.users.size };
	},

	'POST /landing-links': (sandbox, request) => {
		const state = sandbox.state(workspaceOf(sandbox, request));
		const links = listIn(request.body, 'links');
		for (const link of links) {
			const { user_id: userId, cid, customer_id: customerId } = isRecord(link) ? link : {};
			if (![userId, cid, customerId].every((id) => typeof id === 'string' && id !== '')) {
				throw new TypeError('A link needs user_id, cid and customer_id');
			}
			state.link(String(userId), String(cid), String(customerId));
		}
		return { added: links.length };
	},

	...crmCalls,

	'GET /rules': ({ faults }) => ({ rules: faults.list() }),

	'POST /rules': ({ faults }, { body }) => ({
		rules: faults.add(listIn(body, 'rules'), OPERATIONS, false),
	}),

	'PUT /rules': ({ faults }, { body }) => ({
		rules: faults.add(listIn(body, 'rules'), OPERATIONS, true),
	}),

	'DELETE /rules': ({ faults }) => {
		faults.clear();
		return { rules: [] };
	},
};

function shown(config: Config) {
	const workspaces = config.workspaces.map((workspace) => ({
		...workspace,
		apiKey: '(not shown)',
	}));
	return { ...config, workspaces, destinations: config.destinations.map(withoutSecret) };
}

export function control(sandbox: Sandbox, request: HttpRequest): HttpResponse {
	const run = CALLS[`${request.method} ${request.path.slice(PREFIX.length).replace(/\/$/, '')}`];
	if (run === undefined) {
		return { status: 404, body: { message: 'No such call. GET /_sandbox lists them.' } };
	}
	if (request.text !== '' && request.body === undefined) {
		return { status: 400, body: { message: 'The body has to be JSON' } };
	}
	try {
		return { status: 200, body: run(sandbox, request) };
	} catch (problem) {
		if (!(problem instanceof TypeError)) throw problem;
		return { status: 400, body: { message: problem.message } };
	}
}
