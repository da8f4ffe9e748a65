/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test runs servers that aren't MoEngage and measures its own memory; it isn't part of the package */
import { createGzip } from 'node:zlib';
import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();
const MB = 1024 * 1024;

describe('a response of hundreds of megabytes', () => {
	it.each([
		['plain', 200, false],
		['plain, as a rejection', 400, false],
		['highly compressed', 200, true],
	])(
		'a huge response (%s) is cut off, and memory stays low',
		async (_name, status, packed) => {
			await using flood = await impostor((_request, response) => {
				const headers = packed ? { 'content-encoding': 'gzip' } : undefined;
				response.writeHead(status, headers);
				const piece = Buffer.alloc(MB, 'x');
				const way = packed ? createGzip() : response;
				if (way !== response) way.pipe(response);
				let left = 300;
				const more = () => {
					while (!response.destroyed && left > 0) {
						left -= 1;
						if (!way.write(piece)) return void way.once('drain', more);
					}
					way.end();
				};
				response.on('error', () => {});
				more();
				return undefined;
			});
			const before = process.memoryUsage().rss;
			let most = before;
			const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
			const { error } = await t.run({ ...BULK, options: { maxTries: 1 } }, rows(1), {
				credential: t.credential({ baseUrl: flood.url }),
			});
			clearInterval(watch);
			expect(error?.message).toContain(
				'Unconfirmed: the response was far larger than any that MoEngage sends',
			);
			expect(flood.sent()).toBeLessThan(100 * MB);
			expect(most - before).toBeLessThan(200 * MB);
		},
		60_000,
	);
});

it('10 MB of items are accepted in one execution', async () => {
	const items = rows(2000).map((row) => ({ ...row, note: 'n'.repeat(5 * 1024) }));
	const { main } = await t.run(BULK, items);
	expect(main).toHaveLength(2000);
	expect((await t.sandbox.state({ limit: 1 })).userCount).toBe(2000);
});
