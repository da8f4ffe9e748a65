/**
 * A proxy between the node and the sandbox that injects faults. It records every request, so that what
 * the server received is known independently of the node.
 *
 * @typedef {object} Action what happens to one request; by default, it is forwarded and its response returned
 * @property {number} [delayMs] before the request is forwarded
 * @property {number} [responseDelayMs] before the response is returned
 * @property {'reset' | 'hang' | Reply} [instead] returned instead of forwarding the request
 * @property {'reset' | 'half' | 'hang' | Reply} [response] returned instead of the server's response
 *
 * @typedef {object} Reply
 * @property {number} [status] by default, the server's own
 * @property {Record<string, string>} [headers]
 * @property {string | ((request: ReceivedRequest) => string)} body a function if the server echoes the request
 *
 * @typedef {{ headers: import('node:http').IncomingHttpHeaders, path: string, body: string }} ReceivedRequest
 *
 * @typedef {object} RecordedRequest
 * @property {number} number on its route, from 1
 * @property {string} method
 * @property {string} path with the query
 * @property {string} body
 * @property {boolean} isFaulty
 * @property {number | null} serverStatus null: the request didn't reach the server
 *
 * @typedef {object} Route
 * @property {string} url base URL of the route
 * @property {RecordedRequest[]} requests
 * @property {() => number} mostInFlight
 */
import { createServer, request as sendRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** Headers that apply to one connection only. */
const HOP = ['host', 'connection', 'transfer-encoding', 'content-length', 'keep-alive'];

export class FaultProxy {
	/** @type {Map<string, (request: Incoming, response: Outgoing) => Promise<void>>} */
	#routes = new Map();
	#server = createServer((request, response) => {
		const route = this.#routes.get((request.url ?? '').split('/')[1] ?? '');
		if (route === undefined) response.writeHead(404).end();
		else route(request, response).catch(() => response.destroy());
	});

	/** @param {string} upstream base URL of the sandbox */
	constructor(upstream) {
		this.upstream = upstream;
	}

	/** @returns {Promise<void>} */
	async listen() {
		await new Promise((done) => this.#server.listen(0, '127.0.0.1', () => done(undefined)));
	}

	async close() {
		this.#server.closeAllConnections();
		await new Promise((done) => this.#server.close(done));
	}

	/**
	 * Opens a separate route to the sandbox.
	 *
	 * @param {string} name
	 * @param {(number: number) => Action} plan the action for its first, second … request
	 * @returns {Route}
	 */
	open(name, plan) {
		/** @type {RecordedRequest[]} */
		const requests = [];
		let inFlight = 0;
		let most = 0;
		this.#routes.set(name, async (request, response) => {
			inFlight += 1;
			most = Math.max(most, inFlight);
			response.once('close', () => (inFlight -= 1));
			const action = plan(requests.length + 1);
			/** @type {RecordedRequest} */
			const recorded = {
				number: requests.length + 1,
				method: request.method ?? '',
				path: (request.url ?? '').slice(name.length + 1),
				body: '',
				isFaulty: Object.keys(action).length > 0,
				serverStatus: null,
			};
			requests.push(recorded);
			await this.#handle(request, response, action, recorded);
		});
		const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
		const url = `http://127.0.0.1:${address.port}/${name}`;
		return { url, requests, mostInFlight: () => most };
	}

	/**
	 * @param {Incoming} request
	 * @param {Outgoing} response
	 * @param {Action} action
	 * @param {RecordedRequest} recorded
	 */
	async #handle(request, response, action, recorded) {
		if (action.instead === 'reset') return void request.socket.resetAndDestroy();
		recorded.body = await text(request);
		if (action.delayMs !== undefined) await wait(action.delayMs);
		if (action.instead === 'hang') return;
		const received = { headers: request.headers, path: recorded.path, body: recorded.body };
		if (action.instead !== undefined) return respond(response, 200, action.instead, received);

		const upstream = await this.#forward(request, recorded);
		recorded.serverStatus = upstream.status;
		if (action.responseDelayMs !== undefined) await wait(action.responseDelayMs);
		const { response: fault } = action;
		if (fault === 'hang') return;
		if (fault === 'reset') return void request.socket.resetAndDestroy();
		if (fault === 'half') {
			const length = String(Buffer.byteLength(upstream.body));
			response.writeHead(upstream.status, { ...upstream.headers, 'content-length': length });
			response.write(upstream.body.slice(0, upstream.body.length / 2), () => response.destroy());
			return;
		}
		respond(response, upstream.status, fault ?? upstream, received);
	}

	/**
	 * @param {Incoming} request
	 * @param {RecordedRequest} recorded
	 * @returns {Promise<{ status: number, headers: Record<string, string>, body: string }>}
	 */
	#forward({ headers }, { method, path, body }) {
		return new Promise((done, failed) => {
			const options = {
				method,
				headers: { ...endToEnd(headers), 'content-length': Buffer.byteLength(body) },
			};
			const sent = sendRequest(this.upstream + path, options, (incoming) => {
				text(incoming).then(
					(content) =>
						done({
							status: incoming.statusCode ?? 0,
							headers: endToEnd(incoming.headers),
							body: content,
						}),
					failed,
				);
			});
			sent.once('error', failed);
			sent.end(body);
		});
	}
}

/**
 * @typedef {import('node:http').IncomingMessage} Incoming
 * @typedef {import('node:http').ServerResponse} Outgoing
 */

/**
 * @param {Outgoing} response
 * @param {number} usual default status
 * @param {Reply} reply
 * @param {ReceivedRequest} received
 */
function respond(response, usual, { status = usual, headers = {}, body }, received) {
	response.writeHead(status, headers).end(typeof body === 'string' ? body : body(received));
}

/**
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @returns {Record<string, string>} headers to forward
 */
function endToEnd(headers) {
	return Object.fromEntries(
		Object.entries(headers)
			.filter(([name]) => !HOP.includes(name))
			.map(([name, value]) => [name, String(value)]),
	);
}
