/**
 * A proxy between the node and the sandbox that injects faults. It records every request, so that what
 * the server received is known independently of the node.
 */
import { EventEmitter, once } from 'node:events';
import {
	createServer,
	request as sendRequest,
	type IncomingMessage as Incoming,
	type ServerResponse as Outgoing,
	type IncomingHttpHeaders,
} from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';

/** What happens to one request; by default, it is forwarded and its response returned. */
export interface Action {
	/** The request waits until this many requests of the route have been in flight at once, then for `delayMs`. */
	gather?: number;
	/** Before the request is forwarded. */
	delayMs?: number;
	/** Before the response is returned. */
	responseDelayMs?: number;
	/** Returned instead of forwarding the request. */
	instead?: 'reset' | 'hang' | Reply;
	/** Returned instead of the server's response. */
	response?: 'reset' | 'half' | 'hang' | Reply;
}

interface Reply {
	/** Defaults to the status of the server. */
	status?: number;
	headers?: Record<string, string>;
	/** A function if the server echoes the request. */
	body: string | ((request: ReceivedRequest) => string);
}

export type ReceivedRequest = { headers: IncomingHttpHeaders; path: string; body: string };

export interface RecordedRequest {
	/** Number of the request among those of its method on the route, from 1. */
	number: number;
	method: string;
	/** Path with the query. */
	path: string;
	body: string;
	isFaulty: boolean;
	/** null: the request didn't reach the server */
	serverStatus: number | null;
}

export interface Route {
	/** Base URL of the route. */
	url: string;
	requests: RecordedRequest[];
	mostInFlight: () => number;
	/** The most requests in flight before the first response. */
	mostAtFirst: () => number;
}

/** Headers that apply to one connection only. */
const HOP = ['host', 'connection', 'transfer-encoding', 'content-length', 'keep-alive'];

/** Read after a run to check the names of categories; never faulty, and not recorded. */
const CATEGORY_LIST = '/v5/subscription-categories';

export class FaultProxy {
	#routes: Map<string, (request: Incoming, response: Outgoing) => Promise<void>> = new Map();
	#server = createServer((request, response) => {
		const route = this.#routes.get((request.url ?? '').split('/')[1] ?? '');
		if (route === undefined) response.writeHead(404).end();
		else route(request, response).catch(() => response.destroy());
	});

	upstream: string;

	/** @param upstream base URL of the sandbox */
	constructor(upstream: string) {
		this.upstream = upstream;
	}

	async listen(): Promise<void> {
		await new Promise((done) => this.#server.listen(0, '127.0.0.1', () => done(undefined)));
	}

	async close() {
		this.#server.closeAllConnections();
		await new Promise((done) => this.#server.close(done));
	}

	/**
	 * Opens a separate route to the sandbox.
	 *
	 * @param plan the action for its first, second … request of a method
	 */
	open(name: string, plan: (number: number) => Action): Route {
		const requests: RecordedRequest[] = [];
		const arrivals = new EventEmitter();
		let inFlight = 0;
		let most = 0;
		let mostAtFirst: number | undefined;
		this.#routes.set(name, async (request, response) => {
			const path = (request.url ?? '').slice(name.length + 1);
			const method = request.method ?? '';
			if (path.startsWith(CATEGORY_LIST)) {
				const listing = { number: 0, method, path, body: '', isFaulty: false, serverStatus: null };
				return await this.#handle(request, response, {}, listing);
			}
			inFlight += 1;
			most = Math.max(most, inFlight);
			arrivals.emit('request');
			response.once('close', () => {
				mostAtFirst ??= most;
				inFlight -= 1;
			});
			const number = requests.filter((one) => one.method === method).length + 1;
			const action = plan(number);
			const recorded: RecordedRequest = {
				number,
				method,
				path,
				body: '',
				isFaulty: Object.keys(action).length > 0,
				serverStatus: null,
			};
			requests.push(recorded);
			while (most < (action.gather ?? 0)) await once(arrivals, 'request');
			await this.#handle(request, response, action, recorded);
		});
		const address = this.#server.address() as AddressInfo;
		const url = `http://127.0.0.1:${address.port}/${name}`;
		return { url, requests, mostInFlight: () => most, mostAtFirst: () => mostAtFirst ?? most };
	}

	async #handle(request: Incoming, response: Outgoing, action: Action, recorded: RecordedRequest) {
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

	#forward(
		{ headers }: Incoming,
		{ method, path, body }: RecordedRequest,
	): Promise<{ status: number; headers: Record<string, string>; body: string }> {
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

/** @param usual default status */
function respond(
	response: Outgoing,
	usual: number,
	{ status = usual, headers = {}, body }: Reply,
	received: ReceivedRequest,
) {
	response.writeHead(status, headers).end(typeof body === 'string' ? body : body(received));
}

/** @returns headers to forward */
function endToEnd(headers: IncomingHttpHeaders): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers)
			.filter(([name]) => !HOP.includes(name))
			.map(([name, value]) => [name, String(value)]),
	);
}
