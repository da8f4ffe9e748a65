/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test runs servers that aren't MoEngage and measures its own memory; it isn't part of the package */
import { createGzip } from 'node:zlib';
import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();
const MB = 1024 * 1024;

describe('a redirect', () => {
	it.each([301, 302, 303, 307, 308])(
		'a %i to another server sends nothing there',
		async (status) => {
			await using target = await impostor(() => [200, {}, '{}']);
			await using gate = await impostor(() => [status, { location: `${target.url}/take` }, '']);
			const credential = t.credential({ baseUrl: gate.url });
			const { error } = await t.run(BULK, rows(2), { credential });
			expect(error?.message).toContain(
				`Not sent: this URL redirects to ${new URL(target.url).host}`,
			);
			expect([gate.requests.length, target.requests.length]).toEqual([1, 0]);
			expect(gate.requests[0]).toContain('authorization');
		},
	);
});

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

describe('names of categories', () => {
	const NAMES = [
		'__proto__',
		'constructor',
		'toString',
		'hasOwnProperty',
		'n'.repeat(10_000),
		'עדכוני מוצר',
		'نشرة',
		'🎉 Offers 👩‍👩‍👧',
		'a "quoted" \\ name',
	];
	const wanted = () =>
		JSON.stringify(Object.fromEntries(NAMES.map((name, i) => [name, i % 2 === 0])));
	const sorted = (text: string) => Object.entries(JSON.parse(text) as object).sort();

	it.each(['json', 'fields', 'inputFields'])(
		'category names from %s arrive unchanged',
		async (categoryInput) => {
			await t.sandbox.configure({ categories: NAMES });
			const categories = { category: NAMES.map((name, i) => ({ name, subscribed: i % 2 === 0 })) };
			const { main, error } = await t.run(
				{
					...BULK,
					categoryInput,
					categories,
					categoriesJson: wanted(),
					categoryFieldNames: NAMES.join(','),
					unsubscribeAll: false,
				},
				[{ ...(JSON.parse(wanted()) as object), ...Object.fromEntries([['id', 'ada']]) }].map(
					(row) => Object.defineProperty(row, '__proto__', { value: true, enumerable: true }),
				),
			);
			expect(error).toBeUndefined();
			expect(main).toHaveLength(1);
			const [{ body }] = await t.sandbox.log();
			const [{ categories: sent }] = body.user_preferences;
			expect(sorted(JSON.stringify(sent))).toEqual(sorted(wanted()));
			const { users } = await t.sandbox.state();
			expect(sorted(JSON.stringify(users[0].categories))).toEqual(sorted(wanted()));
		},
	);

	it('category names are read unchanged', async () => {
		await t.sandbox.configure({ categories: NAMES });
		const { main } = await t.run(
			{ resource: 'preference', operation: 'get', identifyBy: 'ids', userId: 'u', campaignId: 'c' },
			[{}],
		);
		expect(Object.keys(main[0].json.categories as object).sort()).toEqual([...NAMES].sort());
	});
});

it('10 MB of items are accepted in one execution', async () => {
	const items = rows(2000).map((row) => ({ ...row, note: 'n'.repeat(5 * 1024) }));
	const { main } = await t.run(BULK, items);
	expect(main).toHaveLength(2000);
	expect((await t.sandbox.state({ limit: 1 })).userCount).toBe(2000);
}, 120_000);
