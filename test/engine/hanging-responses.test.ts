/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test runs servers that aren't MoEngage; it isn't part of the package */
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { sleep } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();

describe('a response that doesn’t end', () => {
	const start = { 'content-length': '100' };
	it.each([
		['stops after its headers', ''],
		['stops in the middle', '{"message": "Your'],
	])('a response that %s is abandoned after the timeout', async (_name, part) => {
		const responses: ServerResponse[] = [];
		await using silent = await impostor((_request, response) => {
			response.writeHead(200, start);
			if (part === '') response.flushHeaders();
			else response.write(part);
			responses.push(response);
			return undefined;
		});
		const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 2 } }, rows(1), {
			credential: t.credential({ baseUrl: silent.url }),
		});
		expect(error?.message).toContain("Unconfirmed: MoEngage didn't respond within 1 s");
		expect(silent.requests).toHaveLength(2);
		// A late end of the connection must not crash the process, which no longer listens.
		for (const response of responses) response.destroy();
		await sleep(200);
	});

	it('a response that trickles in is abandoned after the timeout', async () => {
		await using drip = await impostor((_request, response) => {
			response.writeHead(200, start);
			const timer = setInterval(() => response.write('x'), 50);
			response.once('close', () => clearInterval(timer));
			return undefined;
		});
		const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 1 } }, rows(1), {
			credential: t.credential({ baseUrl: drip.url }),
		});
		expect(error?.message).toContain("Unconfirmed: MoEngage didn't respond within 1 s");
	});
});

describe('a server that never responds', () => {
	/** Accepts every request and responds with `reply`. */
	async function raw(reply: string) {
		const sockets = new Set<Socket>();
		let requests = 0;
		let arrived = () => {};
		const firstRequest = new Promise<void>((done) => (arrived = done));
		const server = createServer((socket) => {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.once('data', () => {
				requests += 1;
				arrived();
				if (reply !== '') socket.write(reply);
			});
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		return {
			url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
			requests: () => requests,
			firstRequest,
			[Symbol.asyncDispose]: async () => {
				for (const socket of sockets) socket.destroy();
				await new Promise((done) => server.close(done));
			},
		};
	}
	const SWITCHING =
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

	it.each([
		['switches protocols', SWITCHING],
		['sends only 100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
		['sends nothing', ''],
	])('a server that %s leaves its item unconfirmed after the timeout', async (_name, reply) => {
		await using server = await raw(reply);
		const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 1 } }, rows(1), {
			credential: t.credential({ baseUrl: server.url }),
		});
		expect(error?.message).toContain("Unconfirmed: MoEngage didn't respond within 1 s");
		expect(server.requests()).toBe(1);
	});

	it.each([
		['switches protocols', SWITCHING],
		['sends nothing', ''],
	])(
		'a server that %s is abandoned at once when the user stops the workflow',
		async (_name, reply) => {
			await using server = await raw(reply);
			const started = Date.now();
			await t.run({ ...BULK, options: { timeout: 30_000 } }, rows(1), {
				credential: t.credential({ baseUrl: server.url }),
				cancelWhen: server.firstRequest,
			});
			expect(Date.now() - started).toBeLessThan(25_000);
			expect(server.requests()).toBe(1);
		},
	);
});
