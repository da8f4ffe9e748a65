/* eslint-disable @n8n/community-nodes/no-restricted-imports --
   a test runs servers that aren't MoEngage; it isn't part of the package */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that isn't MoEngage, and the requests it received. */
export interface Impostor extends AsyncDisposable {
	url: string;
	/** Each request's URL and headers as text. */
	requests: string[];
	/** Returns the bytes sent on all connections, including closed ones. */
	sent(): number;
}

type Reply = [status: number, headers: Record<string, string>, body: string];

/**
 * Starts a server. `respond` returns the whole response, or writes one itself and returns nothing.
 */
export async function impostor(
	respond: (
		request: IncomingMessage,
		response: ServerResponse,
	) => Reply | undefined | Promise<Reply | undefined>,
): Promise<Impostor> {
	const requests: string[] = [];
	const sockets = new Set<{ bytesWritten: number }>();
	const server = createServer((request, response) => {
		requests.push(JSON.stringify([request.url, request.headers]));
		request.resume().once('end', () => {
			void Promise.resolve(respond(request, response)).then((reply) => {
				if (reply !== undefined) response.writeHead(reply[0], reply[1]).end(reply[2]);
			});
		});
	});
	server.on('connection', (socket) => sockets.add(socket));
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
