/**
 * MoEngage's email subscription APIs on loopback, next to the control API.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { deliver } from './apply-fault.mts';
import { headerText } from './auth.mts';
import { control, isControlPath } from './control.mts';
import { crmResponse, isCrm } from './crm/rest.mts';
import { route, type Unmatched } from './endpoints/index.mts';
import { now, parseJson, readBody, send, type HttpRequest, type HttpResponse } from './http.mts';
import { isPage, page } from './page.mts';
import { decide } from './pipeline.mts';
import { dateHeader, rateHeaders } from './rate-headers.mts';
import type { Rule } from './faults.mts';
import type { Sandbox } from './sandbox.mts';
import type { Violation } from './contract.mts';

/** A control request may contain a few hundred thousand users. */
const CONTROL_MAX_BYTES = 256 * 1024 * 1024;

/** @returns doesn't keep the process alive */
function wait(ms: number): Promise<void> {
	if (ms <= 0) return Promise.resolve();
	return new Promise((done) => void setTimeout(done, ms).unref());
}

async function readRequest(request: IncomingMessage, maxBytes: number): Promise<HttpRequest> {
	const target = request.url ?? '/';
	const mark = target.indexOf('?');
	const { text, tooLarge } = await readBody(request, maxBytes);
	return {
		method: request.method ?? 'GET',
		path: mark < 0 ? target : target.slice(0, mark),
		query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
		headers: request.headers,
		text,
		body: tooLarge ? undefined : parseJson(text),
		tooLarge,
	};
}

async function serve(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse) {
	if (isControlPath(request.url ?? '')) {
		send(response, control(sandbox, await readRequest(request, CONTROL_MAX_BYTES)));
		return;
	}
	const call = await readRequest(request, sandbox.config.maxBodyBytes);
	if (isPage(request.url ?? '')) {
		send(response, page(sandbox, call));
		return;
	}
	if (isCrm(request.url ?? '')) {
		send(response, crmResponse(sandbox.crm, call));
		return;
	}
	const found = route(call.method, call.path);
	const { endpoint } = found;
	const users = endpoint?.users(call) ?? [];
	const name = endpoint?.name ?? null;
	const entry = sandbox.log.open(call, name, users, sandbox.config);
	const violation = endpoint?.validateRequest(call) ?? null;
	const problem = endpoint === null ? 'no such path or method' : describe(violation);
	const expected = sandbox.config.invalidRequestsExpected.includes(name ?? '');
	sandbox.validation.request(call, name, problem, expected);
	if (endpoint === null) {
		sandbox.log.counted(entry, now(), false);
		const message = unmatchedResponse(sandbox, found);
		sandbox.validation.response(name, found.validateResponse(message));
		send(response, message);
		sandbox.log.close(entry, 'responded', message.status);
		return;
	}
	// The workspace is verified after the delay; until then, the header is trusted.
	const workspace = headerText(call.headers['moe-appkey']);
	const { beforeMs, afterMs } = sandbox.faults.delays({ endpoint, workspace, users });
	await wait(beforeMs);
	const decision = decide({ sandbox, endpoint, request: call, violation, users, entry });
	await wait(afterMs);
	for (const [header, value] of Object.entries(dateHeader(now(), sandbox.config))) {
		response.setHeader(header, value);
	}
	const outcome = deliver(response, decision.response, decision.rule);
	if (mayDeviate(sandbox, decision.rule)) sandbox.validation.fault();
	else sandbox.validation.response(name, endpoint.validateResponse(decision.response));
	const received = outcome === 'responded' || outcome === 'half';
	sandbox.log.close(entry, outcome, received ? decision.response.status : null);
}

function unmatchedResponse(
	{ config, limits, random }: Sandbox,
	{ operation, response }: Unmatched,
): HttpResponse {
	const at = now();
	const grant = operation && limits.look('', operation, config, at);
	return grant === null
		? response
		: { ...response, headers: rateHeaders(grant, config, at, random) };
}

function describe(violation: Violation | null) {
	if (violation === null) return null;
	return [violation.where, violation.path, violation.message].filter(Boolean).join(' ');
}

/** @returns the response isn't validated, because a fault or misleading headers changed it */
function mayDeviate({ config }: Sandbox, rule: Rule | null): boolean {
	return config.headers.lie !== null || (rule !== null && rule.do !== 'example');
}

/**
 * Starts listening on loopback.
 *
 * @param port 0: any free one
 */
export async function listen(
	sandbox: Sandbox,
	port: number,
): Promise<{ url: string; stop: () => Promise<void> }> {
	const server = createServer((request, response) => {
		serve(sandbox, request, response).catch((problem) => {
			// The client disconnected while sending its body.
			if (request.destroyed && !request.complete) return;
			console.error(`The sandbox itself failed: ${problem?.stack ?? problem}`);
			if (response.headersSent) response.destroy();
			else send(response, { status: 500, body: { sandbox: String(problem) } });
		});
	});
	// Node's time limit must not end a request that hangs on purpose.
	server.requestTimeout = 0;
	server.keepAliveTimeout = 30_000;
	await new Promise((done, fail) => {
		server.once('error', fail);
		server.listen(port, '127.0.0.1', () => done(undefined));
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new TypeError('No port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		async stop() {
			const closed = new Promise((done) => void server.close(done));
			server.closeAllConnections();
			await closed;
		},
	};
}
