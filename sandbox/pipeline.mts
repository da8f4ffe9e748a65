/** How one request is processed: access, rate limit, faults, the operation itself. */
import { appliesChange, applyFault } from './apply-fault.mts';
import { authError, identify } from './auth.mts';
import { errorWithStatus, example, firstExample } from './errors.mts';
import { now, type HttpResponse, type HttpRequest } from './http.mts';
import { rateHeaders } from './rate-headers.mts';
import type { Endpoint } from './endpoints/index.mts';
import type { Entry } from './entry.mts';
import type { Rule } from './faults.mts';
import type { Sandbox } from './sandbox.mts';
import type { Violation } from './contract.mts';

type Decision = { response: HttpResponse; rule: Rule | null };

interface Arrival {
	sandbox: Sandbox;
	endpoint: Endpoint;
	request: HttpRequest;
	/** How the request violates the document. */
	violation: Violation | null;
	users: string[];
	/** The log entry, filled in along the way. */
	entry: Entry;
}

export function decide(arrival: Arrival): Decision {
	const { sandbox, endpoint, request, users, entry } = arrival;
	const { config, limits } = sandbox;
	const at = now();
	const barred = checkAccess(arrival);
	const workspace = entry.workspace ?? '';
	if (barred !== null) sandbox.log.counted(entry, at, false);
	const grant = limits[barred === null ? 'take' : 'look'](workspace, endpoint, config, at);
	const headers = grant === null ? {} : rateHeaders(grant, config, at, sandbox.random);
	if (barred !== null) return { response: withHeaders(barred, headers), rule: null };
	sandbox.log.counted(entry, at, grant?.allowed ?? true);
	const failure =
		grant?.allowed === false ? 'throttled' : request.tooLarge ? 'tooLarge' : undefined;
	if (failure !== undefined) {
		return { response: withHeaders(example(endpoint, failure), headers), rule: null };
	}

	const match = { endpoint, workspace: entry.workspace, users };
	const rule = sandbox.faults.faultFor(match);
	entry.rule = rule?.id ?? null;
	const realResponse = rule === null || appliesChange(rule, endpoint) ? carryOut(arrival) : null;
	entry.applied = realResponse !== null && realResponse.status < 300;
	const response = rule === null ? realResponse : applyFault(rule, realResponse, endpoint);
	return {
		response: withHeaders(
			response ?? errorWithStatus(endpoint, 500),
			rule?.rateHeaders === false ? {} : headers,
		),
		rule,
	};
}

/** @returns the error */
function checkAccess({ sandbox, endpoint, request, entry }: Arrival): HttpResponse | null {
	const { config } = sandbox;
	if (endpoint.basicAuth) {
		const { workspace, problem } = identify(
			request.headers,
			config.workspaces,
			endpoint.projectCode,
		);
		entry.auth = problem ?? 'right';
		entry.workspace = workspace?.id ?? null;
		if (problem !== undefined) return authError(endpoint, problem);
	}
	if (!config.ipAllowed) return example(endpoint, 'ipNotAllowed');
	if (config.switchedOff.includes(endpoint.name)) return firstExample(endpoint, 403);
	const secretMissing = endpoint.examples.has('secretMissing') && !config.apiSecretConfigured;
	return secretMissing ? example(endpoint, 'secretMissing') : null;
}

function carryOut({ sandbox, endpoint, request, violation, entry }: Arrival): HttpResponse {
	const { config } = sandbox;
	if (violation !== null) return endpoint.invalid(endpoint, violation);
	const later = (change: () => void) => {
		if (config.asyncMs > 0) setTimeout(change, config.asyncMs).unref();
		else change();
	};
	const state = sandbox.state(entry.workspace ?? '');
	const raise = sandbox.raise.bind(sandbox);
	return endpoint.handle({ operation: endpoint, request, config, state, later, raise });
}

/** @param headers the response's own headers take precedence */
function withHeaders(response: HttpResponse, headers: Record<string, string>): HttpResponse {
	return { ...response, headers: { ...headers, ...response.headers } };
}
