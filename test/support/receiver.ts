/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test helper; it isn't part of the package */
import { once } from 'node:events';
import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
	headers: IncomingHttpHeaders;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read any field of it
	body: any;
	/** Milliseconds since the start of the process. */
	at: number;
}

/** A webhook that keeps what it receives. */
export interface Receiver {
	url: string;
	received: Received[];
	/** Statuses of the next responses; 200 after the last one. */
	statuses: number[];
	stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
	const receive = async (request: IncomingMessage, response: ServerResponse) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString('utf8');
		receiver.received.push({
			headers: request.headers,
			body: JSON.parse(text),
			at: performance.now(),
		});
		response.writeHead(receiver.statuses.shift() ?? 200).end();
	};
	const server = createServer((request, response) => void receive(request, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const receiver: Receiver = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received: [],
		statuses: [],
		async stop() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
	return receiver;
}
