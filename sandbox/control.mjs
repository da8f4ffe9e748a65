/**
 * The control API under /_sandbox: what a test sees and sets. No authentication, JSON only.
 *
 * @typedef {import('./http.mjs').Answer} Answer
 * @typedef {import('./http.mjs').Call} Call
 * @typedef {import('./sandbox.mjs').Sandbox} Sandbox
 */
import { ENDPOINT_NAMES } from './endpoints/index.mjs';
import { isRecord } from './http.mjs';
import { PARTS } from './sandbox.mjs';
import { describeUser } from './state.mjs';

const PREFIX = '/_sandbox';

/** @param {string} target */
export function isControlPath(target) {
	const path = target.split('?', 1)[0] ?? '';
	return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 * @returns {number | undefined}
 */
function number(query, name) {
	const text = query.get(name);
	if (text === null) return undefined;
	if (!Number.isFinite(Number(text))) throw new TypeError(`"${name}" has to be a number`);
	return Number(text);
}

/**
 * @param {unknown} body
 * @param {string} key
 * @returns {unknown[]}
 */
function listIn(body, key) {
	const list = isRecord(body) ? body[key] : body;
	if (!Array.isArray(list)) throw new TypeError(`The body has to be {"${key}": […]}`);
	return list;
}

/**
 * @param {Sandbox} sandbox
 * @param {Call} call
 */
function workspaceOf({ config }, { query, body }) {
	const given = query.get('workspace') ?? (isRecord(body) ? body.workspace : undefined);
	return typeof given === 'string' ? given : (config.workspaces[0]?.id ?? '');
}

/** @type {Record<string, (sandbox: Sandbox, call: Call) => unknown>} */
const CALLS = {
	'GET ': () => ({ calls: Object.keys(CALLS), endpoints: ENDPOINT_NAMES }),

	'GET /state': (sandbox, call) => {
		const workspace = workspaceOf(sandbox, call);
		const state = sandbox.state(workspace);
		const customerId = call.query.get('customer_id');
		const email = call.query.get('email');
		const one = customerId === null ? undefined : state.users.get(customerId);
		let users = [...state.users.values()];
		if (customerId !== null) users = one === undefined ? [] : [one];
		if (email !== null) users = state.withEmail(email);
		const offset = number(call.query, 'offset') ?? 0;
		const limit = number(call.query, 'limit') ?? users.length;
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

	'POST /users': (sandbox, call) => {
		const state = sandbox.state(workspaceOf(sandbox, call));
		for (const user of listIn(call.body, 'users')) state.seed(user);
		return { userCount: state.users.size };
	},

	'POST /landing-links': (sandbox, call) => {
		const state = sandbox.state(workspaceOf(sandbox, call));
		const links = listIn(call.body, 'links');
		for (const link of links) {
			const { user_id: userId, cid, customer_id: customerId } = isRecord(link) ? link : {};
			if (!userId || !cid || !customerId) {
				throw new TypeError('A link needs user_id, cid and customer_id');
			}
			state.link(String(userId), String(cid), String(customerId));
		}
		return { added: links.length };
	},

	'GET /rules': ({ rules }) => ({ rules: rules.list() }),

	'POST /rules': ({ rules }, { body }) => ({
		rules: rules.add(listIn(body, 'rules'), ENDPOINT_NAMES, false),
	}),

	'PUT /rules': ({ rules }, { body }) => ({
		rules: rules.add(listIn(body, 'rules'), ENDPOINT_NAMES, true),
	}),

	'DELETE /rules': ({ rules }) => {
		rules.clear();
		return { rules: [] };
	},
};

/** @param {import('./config.mjs').Config} config */
function shown(config) {
	const workspaces = config.workspaces.map((workspace) => ({
		...workspace,
		apiKey: '(not shown)',
	}));
	return { ...config, workspaces };
}

/**
 * @param {Sandbox} sandbox
 * @param {Call} call
 * @returns {Answer}
 */
export function control(sandbox, call) {
	const run = CALLS[`${call.method} ${call.path.slice(PREFIX.length).replace(/\/$/, '')}`];
	if (run === undefined) {
		return { status: 404, body: { message: 'No such call. GET /_sandbox lists them.' } };
	}
	if (call.text !== '' && call.body === undefined) {
		return { status: 400, body: { message: 'The body has to be JSON' } };
	}
	try {
		return { status: 200, body: run(sandbox, call) };
	} catch (problem) {
		if (!(problem instanceof TypeError)) throw problem;
		return { status: 400, body: { message: problem.message } };
	}
}
