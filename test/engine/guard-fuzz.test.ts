/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   a test runs a server that isn't MoEngage; it isn't part of the package */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { sleep } from 'n8n-workflow';

import { suite } from '../support/engineSuite';
import { SEED } from '../support/properties';

const t = suite({ windowMs: 500 });
const RUNS = Number(process.env.RUNS ?? 4);
const PEOPLE = 12;

/** What a separate server knows of one person; it applies changes late. */
interface Person {
	isOut: boolean;
	news: boolean;
}

interface Row {
	who: number;
	by: 'uid' | 'email';
	all: 'yes' | 'no';
	news: 'yes' | 'no';
}

/** Applies each change some time after it has accepted it, and loses some responses. */
class LateServer {
	readonly people: Person[];
	readonly liftedAfterOptOut = new Set<number>();
	private readonly optedOut = new Set<number>();
	private readonly server = createServer((request, response) => {
		void text(request).then((body) => this.respond(request.method, request.url, body, response));
	});

	constructor(
		initiallyOut: ReadonlySet<number>,
		/** For each change, in milliseconds. */
		private readonly delays: readonly number[],
		/** Which changes lose their response, and whether they are applied. */
		private readonly losses: ReadonlyArray<'none' | 'applied' | 'dropped'>,
	) {
		this.people = Array.from({ length: PEOPLE }, (_, who) => ({
			isOut: initiallyOut.has(who),
			news: false,
		}));
		for (const who of initiallyOut) this.optedOut.add(who);
	}

	async listen(): Promise<string> {
		await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}

	/** Resolves when all accepted changes are applied. */
	applied = Promise.resolve();
	private changes = 0;

	private respond(method = '', url = '', body: string, response: ServerResponse): void {
		const asked =
			method === 'GET'
				? Object.fromEntries(new URL(url, 'http://localhost').searchParams)
				: JSON.parse(body);
		const who = Number(/\d+/.exec(String(asked.user_identifier_value))?.[0]);
		const person = this.people[who];
		const reply = (status: number, json: unknown) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
		if (method === 'GET') {
			const status = person.news ? 'subscribed' : 'unsubscribed';
			const categories = [{ name: 'Newsletter', channel: 'email', status }];
			return void reply(200, {
				response_id: 'r',
				type: 'preferences',
				data: { user_id: 'u', is_globally_unsubscribed: person.isOut, categories },
			});
		}
		const number = this.changes++;
		const loss = this.losses[number % this.losses.length];
		const { is_globally_unsubscribed: isOut, categories } = asked;
		if (!isOut && this.optedOut.has(who)) this.liftedAfterOptOut.add(who);
		if (isOut) this.optedOut.add(who);
		// In the order they were accepted, as from a queue.
		const at = Date.now() + this.delays[number % this.delays.length];
		if (loss !== 'dropped')
			this.applied = this.applied.then(async () => {
				await sleep(Math.max(0, at - Date.now()));
				person.isOut = isOut;
				if (!isOut && categories !== undefined) person.news = categories.Newsletter;
			});
		if (loss === 'none')
			reply(202, { response_id: 'r', type: 'preferences', data: { message: 'Accepted' } });
		else response.destroy();
	}
}

const PARAMETERS = {
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: '={{ $json.by }}',
	identifierValue: "={{ $json.by === 'uid' ? 'user-' + $json.who : $json.who + '@x.com' }}",
	channel: 'email',
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: '={{ $json.news }}' }] },
	globallyUnsubscribed: '={{ $json.all }}',
	options: { maxTries: 1, timeout: 3000 },
};

const yesNo = fc.constantFrom('yes' as const, 'no' as const);
/** Few changes of kind, because a list with many waits at each. */
const part = fc.tuple(
	fc.constantFrom('uid' as const, 'email' as const),
	fc.array(
		fc.record({
			who: fc.nat(PEOPLE - 1),
			all: fc.oneof(
				{ arbitrary: fc.constant('no' as const), weight: 3 },
				{ arbitrary: yesNo, weight: 1 },
			),
			news: yesNo,
		}),
		{ minLength: 3, maxLength: 12 },
	),
);
const scenario = fc.record({
	parts: fc.array(part, { minLength: 1, maxLength: 4 }),
	initiallyOut: fc.uniqueArray(fc.nat(PEOPLE - 1), { maxLength: 4 }),
	delays: fc.array(fc.integer({ min: 200, max: 1200 }), { minLength: 5, maxLength: 5 }),
	losses: fc.array(
		fc.oneof(
			{ arbitrary: fc.constant('none' as const), weight: 30 },
			{ arbitrary: fc.constantFrom('applied' as const, 'dropped' as const), weight: 1 },
		),
		{ minLength: 7, maxLength: 7 },
	),
});

describe('Respect Global Unsubscribe against a server that applies changes late', () => {
	it(
		'no opt-out is lifted, whatever the rows, delays and lost responses',
		async () => {
			console.log(`seed ${SEED}, ${RUNS} runs (SEED=${SEED} RUNS=${RUNS} repeats them)`);
			let lifted = 0;
			let left = 0;
			await fc.assert(
				fc.asyncProperty(scenario, async ({ parts, initiallyOut, delays, losses }) => {
					const items: Row[] = parts.flatMap(([by, rows]) => rows.map((row) => ({ by, ...row })));
					const server = new LateServer(new Set(initiallyOut), delays, losses);
					const credential = t.credential({ baseUrl: await server.listen() });
					const { main, errors } = await t.run(PARAMETERS, items as never, {
						credential,
						onError: 'continueErrorOutput',
					});
					await server.applied;
					await server.close();
					expect(main.length + errors.length).toBe(items.length);
					expect([...server.liftedAfterOptOut]).toEqual([]);
					for (const who of initiallyOut) expect(server.people[who]?.isOut).toBe(true);
					for (const { json } of main)
						if (json.is_globally_unsubscribed === true) {
							const id = json.user_identifier_value as string;
							expect(server.people[Number(/\d+/.exec(id)?.[0])]?.isOut).toBe(true);
						}
					lifted += server.liftedAfterOptOut.size;
					left += errors.length;
				}),
				{ seed: SEED, numRuns: RUNS, endOnFailure: true },
			);
			console.log(`${RUNS} lists: ${lifted} opt-outs lifted, ${left} rows left alone`);
			expect(left).toBeGreaterThan(0);
		},
		20_000 * RUNS + 60_000,
	);
});
