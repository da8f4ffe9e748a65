/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test stands in for servers that are not MoEngage; it is no part of the package */
import type { ServerResponse } from 'node:http';
import { sleep } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();

describe('an answer that begins and does not end', () => {
	const start = { 'content-length': '100' };
	it.each([
		['stops after its headers', ''],
		['stops in the middle', '{"message": "Your'],
	])(
		'%s: it is given up after the timeout',
		async (_name, part) => {
			const answers: ServerResponse[] = [];
			await using silent = await impostor((_request, response) => {
				response.writeHead(200, start);
				if (part === '') response.flushHeaders();
				else response.write(part);
				answers.push(response);
				return undefined;
			});
			const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 2 } }, rows(1), {
				credential: t.credential({ baseUrl: silent.url }),
			});
			expect(error?.message).toContain('MoEngage did not answer within 1 s');
			expect(silent.asked).toHaveLength(2);
			// That it breaks off in the end must not end the process, which no longer listens.
			for (const answer of answers) answer.destroy();
			await sleep(200);
		},
		20_000,
	);

	it('drips: it is given up after the timeout', async () => {
		await using drip = await impostor((_request, response) => {
			response.writeHead(200, start);
			const timer = setInterval(() => response.write('x'), 50);
			response.once('close', () => clearInterval(timer));
			return undefined;
		});
		const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 1 } }, rows(1), {
			credential: t.credential({ baseUrl: drip.url }),
		});
		expect(error?.message).toContain('MoEngage did not answer within 1 s');
	}, 20_000);
});
