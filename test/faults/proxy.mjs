/**
 * Stands between the node and the sandbox, as a network does, and breaks what it is told to. It keeps
 * what it let through: who reached the server is known from the server's side.
 *
 * @typedef {object} Action what is done to one request; nothing set: it is passed on, and its answer back
 * @property {number} [delayMs] before it is passed on
 * @property {number} [answerDelayMs] before its answer is passed back
 * @property {'reset' | 'hang' | Reply} [instead] in place of passing it on
 * @property {'reset' | 'half' | 'hang' | Reply} [answer] in place of the server's answer
 *
 * @typedef {object} Reply
 * @property {number} [status] left out: the server's own
 * @property {Record<string, string>} [headers]
 * @property {string | ((asked: Asked) => string)} body a server may talk about what it was asked
 *
 * @typedef {{ headers: import('node:http').IncomingHttpHeaders, path: string, body: string }} Asked
 *
 * @typedef {object} Passage one request
 * @property {number} number in its passageway, from 1
 * @property {string} method
 * @property {string} path with the query
 * @property {string} body
 * @property {boolean} struck something was done to it
 * @property {number | null} served the server's status; null: the server did not see it
 *
 * @typedef {object} Passageway
 * @property {string} url the base URL that leads through it
 * @property {Passage[]} passages
 * @property {() => number} mostInFlight
 */
import { createServer, request as ask } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** Headers that belong to one connection. */
const HOP = ['host', 'connection', 'transfer-encoding', 'content-length', 'keep-alive'];

export class FaultProxy {
	/** @type {Map<string, (request: Incoming, response: Outgoing) => Promise<void>>} */
	#ways = new Map();
	#server = createServer((request, response) => {
		const way = this.#ways.get((request.url ?? '').split('/')[1] ?? '');
		if (way === undefined) response.writeHead(404).end();
		else way(request, response).catch(() => response.destroy());
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
	 * A way of its own to the sandbox.
	 *
	 * @param {string} name
	 * @param {(number: number) => Action} plan what is done to its first, second … request
	 * @returns {Passageway}
	 */
	open(name, plan) {
		/** @type {Passage[]} */
		const passages = [];
		let inFlight = 0;
		let most = 0;
		this.#ways.set(name, async (request, response) => {
			inFlight += 1;
			most = Math.max(most, inFlight);
			response.once('close', () => (inFlight -= 1));
			const action = plan(passages.length + 1);
			/** @type {Passage} */
			const passage = {
				number: passages.length + 1,
				method: request.method ?? '',
				path: (request.url ?? '').slice(name.length + 1),
				body: '',
				struck: Object.keys(action).length > 0,
				served: null,
			};
			passages.push(passage);
			await this.#pass(request, response, action, passage);
		});
		const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
		const url = `http://127.0.0.1:${address.port}/${name}`;
		return { url, passages, mostInFlight: () => most };
	}

	/**
	 * @param {Incoming} request
	 * @param {Outgoing} response
	 * @param {Action} action
	 * @param {Passage} passage
	 */
	async #pass(request, response, action, passage) {
		if (action.instead === 'reset') return void request.socket.resetAndDestroy();
		passage.body = await text(request);
		if (action.delayMs !== undefined) await wait(action.delayMs);
		if (action.instead === 'hang') return;
		const asked = { headers: request.headers, path: passage.path, body: passage.body };
		if (action.instead !== undefined) return give(response, 200, action.instead, asked);

		const served = await this.#forward(request, passage);
		passage.served = served.status;
		if (action.answerDelayMs !== undefined) await wait(action.answerDelayMs);
		const { answer } = action;
		if (answer === 'hang') return;
		if (answer === 'reset') return void request.socket.resetAndDestroy();
		if (answer === 'half') {
			const length = String(Buffer.byteLength(served.body));
			response.writeHead(served.status, { ...served.headers, 'content-length': length });
			response.write(served.body.slice(0, served.body.length / 2), () => response.destroy());
			return;
		}
		give(response, served.status, answer ?? served, asked);
	}

	/**
	 * @param {Incoming} request
	 * @param {Passage} passage
	 * @returns {Promise<{ status: number, headers: Record<string, string>, body: string }>}
	 */
	#forward({ headers }, { method, path, body }) {
		return new Promise((done, failed) => {
			const options = {
				method,
				headers: { ...kept(headers), 'content-length': Buffer.byteLength(body) },
			};
			const sent = ask(this.upstream + path, options, (answer) => {
				text(answer).then(
					(said) =>
						done({ status: answer.statusCode ?? 0, headers: kept(answer.headers), body: said }),
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
 * @param {number} usual status
 * @param {Reply} reply
 * @param {Asked} asked
 */
function give(response, usual, { status = usual, headers = {}, body }, asked) {
	response.writeHead(status, headers).end(typeof body === 'string' ? body : body(asked));
}

/**
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @returns {Record<string, string>} those that are passed on
 */
function kept(headers) {
	return Object.fromEntries(
		Object.entries(headers)
			.filter(([name]) => !HOP.includes(name))
			.map(([name, value]) => [name, String(value)]),
	);
}
