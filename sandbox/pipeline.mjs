/**
 * The way of one request: who is it, may it, misbehave or carry out, answer.
 *
 * @typedef {import('./http.mjs').Answer} Answer
 * @typedef {{ answer: Answer, rule: import('./misbehave.mjs').Rule | null }} Decision
 */
import { identify } from './auth.mjs';
import { now } from './http.mjs';
import { rateHeaders } from './rate-headers.mjs';
import { applies, disguise } from './tricks.mjs';

/**
 * @typedef {object} Arrival
 * @property {import('./sandbox.mjs').Sandbox} sandbox
 * @property {import('./endpoints/index.mjs').Endpoint} endpoint
 * @property {import('./http.mjs').Call} call
 * @property {string[]} users
 * @property {import('./log.mjs').Entry} entry is filled in
 */

/**
 * @param {Arrival} arrival
 * @returns {Decision}
 */
export function decide(arrival) {
	const { sandbox, endpoint, call, users, entry } = arrival;
	const { config } = sandbox;
	const { family } = endpoint;
	const at = now();
	const barred = checkAccess(arrival);
	if (barred !== null) {
		sandbox.log.counted(entry, at, false);
		return { answer: barred, rule: null };
	}
	const grant = sandbox.limits.take(entry.workspace ?? '', endpoint, config, at);
	sandbox.log.counted(entry, at, grant?.allowed ?? true);
	const limits = grant === null ? {} : rateHeaders(grant, config, at, sandbox.random);
	if (grant?.allowed === false) {
		return { answer: withHeaders(family.throttled(), limits), rule: null };
	}
	if (call.tooLarge) return { answer: withHeaders(family.refuse(413), limits), rule: null };

	const occasion = { endpoint: endpoint.name, workspace: entry.workspace, users };
	const rule = sandbox.rules.trick(occasion);
	entry.rule = rule?.id ?? null;
	const honest = rule === null || applies(rule) ? carryOut(arrival) : null;
	entry.applied = honest !== null && honest.status < 300;
	const answer = rule === null ? honest : disguise(rule, honest, family);
	return {
		answer: withHeaders(answer ?? family.refuse(500), rule?.rateHeaders === false ? {} : limits),
		rule,
	};
}

/**
 * @param {Arrival} arrival
 * @returns {Answer | null} the refusal
 */
function checkAccess({ sandbox, endpoint, call, entry }) {
	const { config } = sandbox;
	const { family } = endpoint;
	if (endpoint.basicAuth) {
		const { workspace, problem } = identify(call.headers, config.workspaces, endpoint.projectCode);
		entry.auth = problem ?? 'right';
		entry.workspace = workspace?.id ?? null;
		if (problem !== undefined) return family.auth[problem]();
	}
	if (config.switchedOff.includes(endpoint.name)) return family.switchedOff();
	if (endpoint.needsSecret && !config.apiSecretConfigured) return family.refuse(409);
	return null;
}

/**
 * @param {Arrival} arrival
 * @returns {Answer}
 */
function carryOut({ sandbox, endpoint, call, entry }) {
	const { config } = sandbox;
	/** @param {() => void} change */
	const later = (change) => {
		if (config.asyncMs > 0) setTimeout(change, config.asyncMs).unref();
		else change();
	};
	const state = sandbox.state(entry.workspace ?? '');
	return endpoint.handle({ call, config, state, later });
}

/**
 * @param {Answer} answer
 * @param {Record<string, string>} headers the answer's own ones win
 * @returns {Answer}
 */
function withHeaders(answer, headers) {
	return { ...answer, headers: { ...headers, ...answer.headers } };
}
