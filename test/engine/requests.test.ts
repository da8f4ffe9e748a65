import { operations } from '../../nodes/MoEngageSubscription/operations';
import { contract, type DocumentedOperation, type Schema } from '../../scripts/docs/contract';
import { suite } from '../support/engineSuite';
import { inputsOf } from '../support/nodeInputs';
import { check } from '../support/properties';
import type { LoggedRequest } from '../support/sandbox';

/** Runs per operation; each has up to five items. */
const RUNS = 100;

/**
 * Returns what the document allows and no request had: keys, and values of an enum or a boolean.
 * `samples` are all values that were sent in the place of the schema.
 */
function unused(schema: Schema, samples: unknown[], at: string): string[] {
	const found = samples.filter((value) => value !== undefined);
	if (found.length === 0) return [at];
	const values = schema.enum ?? (schema.type === 'boolean' ? [true, false] : []);
	const missing = values.filter((value) => !found.includes(value)).map((value) => `${at}=${value}`);
	const { items, properties = {} } = schema;
	if (items !== undefined) missing.push(...unused(items, found.flat(), at));
	for (const [name, inner] of Object.entries(properties))
		missing.push(
			...unused(
				inner,
				found.map((one) => (one as Record<string, unknown>)[name]),
				`${at}.${name}`,
			),
		);
	return missing;
}

function unusedParts({ parameters, body }: DocumentedOperation, sent: LoggedRequest[]): string[] {
	const missing = parameters.flatMap(({ in: place, name, schema }) => {
		if (place === 'query')
			return unused(
				schema,
				sent.map(({ query }) => query[name]),
				`query ${name}`,
			);
		const has = sent.some(({ headerNames }) => headerNames.includes(name.toLowerCase()));
		return has ? [] : [`header ${name}`];
	});
	if (body === undefined) return missing;
	return [
		...missing,
		...unused(
			body,
			sent.map((request) => request.body as unknown),
			'body',
		),
	];
}

describe('The requests of the node', () => {
	const t = suite({ windowMs: 100, flags: ['--accept-any-user'] });

	it.each(
		operations.map((operation) => [`${operation.resource} ${operation.operation}`, operation]),
	)(
		'P16: %s sends only requests that the document allows, and every part of it',
		async (_name, operation) => {
			const { method, path } = operation.endpoint;
			const documented = contract.find((one) => one.method === method && one.path === path)!;
			await check(
				inputsOf(operation),
				async ({ parameters, items, projectCode }) => {
					const credential = t.credential({ projectCode });
					await t.run(parameters, items, { credential, onError: 'continueErrorOutput' });
					await t.sandbox.assertValid();
				},
				RUNS,
			);
			const sent = await t.sandbox.log({ endpoint: documented.name });
			expect(sent.length).toBeGreaterThan(RUNS / 2);
			expect(unusedParts(documented, sent)).toEqual([]);
		},
		60_000,
	);
});
