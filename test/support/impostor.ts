/* eslint-disable @n8n/community-nodes/no-restricted-imports --
   a test stands in for servers that are not MoEngage; it is no part of the package */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that is not MoEngage, and what it was asked for. */
export interface Impostor extends AsyncDisposable {
	url: string;
	/** Each request as text: its URL and headers. */
	asked: string[];
	/** Bytes that left on its connections, those that are closed included. */
	sent(): number;
}

type Reply = [status: number, headers: Record<string, string>, body: string];

/**
 * Answers as told. `answer` gives the whole reply, or writes one of its own and gives nothing.
 */
export async function impostor(
	answer: (
		request: IncomingMessage,
		response: ServerResponse,
	) => Reply | undefined | Promise<Reply | undefined>,
): Promise<Impostor> {
	const asked: string[] = [];
	const sockets = new Set<{ bytesWritten: number }>();
	const server = createServer((request, response) => {
		asked.push(JSON.stringify([request.url, request.headers]));
		request.resume().once('end', () => {
			void Promise.resolve(answer(request, response)).then((reply) => {
				if (reply !== undefined) response.writeHead(reply[0], reply[1]).end(reply[2]);
			});
		});
	});
	server.on('connection', (socket) => sockets.add(socket));
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		asked,
		sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
