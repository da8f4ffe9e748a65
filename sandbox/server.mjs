/**
 * MoEngage's e-mail subscription APIs on loopback, and the control API beside them.
 */
import { createServer } from 'node:http';
import { headerText } from './auth.mjs';
import { control, isControlPath } from './control.mjs';
import { route } from './endpoints/index.mjs';
import { now, parseJson, readBody, send } from './http.mjs';
import { decide } from './pipeline.mjs';
import { dateHeader } from './rate-headers.mjs';
import { deliver } from './tricks.mjs';

/** A control call may carry a few hundred thousand users. */
const CONTROL_MAX_BYTES = 256 * 1024 * 1024;

/**
 * @param {number} ms
 * @returns {Promise<void>} doesn't keep the process alive
 */
function wait(ms) {
	if (ms <= 0) return Promise.resolve();
	return new Promise((done) => void setTimeout(done, ms).unref());
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {number} maxBytes
 * @returns {Promise<import('./http.mjs').Call>}
 */
async function readCall(request, maxBytes) {
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

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function serve(sandbox, request, response) {
	if (isControlPath(request.url ?? '')) {
		send(response, control(sandbox, await readCall(request, CONTROL_MAX_BYTES)));
		return;
	}
	const call = await readCall(request, sandbox.config.maxBodyBytes);
	const found = route(call.method, call.path);
	const { endpoint } = found;
	const users = endpoint?.users(call) ?? [];
	const entry = sandbox.log.open(call, endpoint?.name ?? null, users, sandbox.config);
	if (endpoint === null) {
		sandbox.log.counted(entry, now(), false);
		send(response, found.answer);
		sandbox.log.close(entry, 'answered', found.answer.status);
		return;
	}
	// Who is asking comes after the way in: for a delay the header's word is good enough.
	const workspace = headerText(call.headers['moe-appkey']);
	const occasion = { endpoint: endpoint.name, workspace, users };
	const { beforeMs, afterMs } = sandbox.rules.delays(occasion);
	await wait(beforeMs);
	const { answer, rule } = decide({ sandbox, endpoint, call, users, entry });
	await wait(afterMs);
	for (const [name, value] of Object.entries(dateHeader(now(), sandbox.config))) {
		response.setHeader(name, value);
	}
	const outcome = deliver(response, answer, rule);
	const heard = outcome === 'answered' || outcome === 'half';
	sandbox.log.close(entry, outcome, heard ? answer.status : null);
}

/**
 * Starts listening on loopback.
 *
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {number} port 0: any free one
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function listen(sandbox, port) {
	const server = createServer((request, response) => {
		serve(sandbox, request, response).catch((problem) => {
			// The client went away in the middle of its body.
			if (request.destroyed && !request.complete) return;
			console.error(`The sandbox itself stumbled: ${problem?.stack ?? problem}`);
			if (response.headersSent) response.destroy();
			else send(response, { status: 500, body: { sandbox: String(problem) } });
		});
	});
	// Hanging on purpose must not be ended by a time limit of Node's.
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
