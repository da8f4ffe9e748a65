import type { INodePropertyOptions } from 'n8n-workflow';

import { MoEngageApi } from '../../../credentials/MoEngageApi.credentials';
import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import {
	channel,
	EVENT_ATTRIBUTES,
	optInStatus,
	userIdentifierType,
} from '../../../nodes/MoEngageSubscription/api/schemas';
import { operations } from '../../../nodes/MoEngageSubscription/operations';
import { contract, dataCenters, type Schema } from '../../../scripts/docs/contract';

const nodeEndpoints = Object.values(endpoints);
const { test } = new MoEngageApi();
const CREDENTIAL_TEST = `${test.request.method} ${test.request.url}`;

const keyOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const documented = (key: string) => {
	const found = contract.find((operation) => keyOf(operation) === key);
	if (found === undefined) throw new Error(`sandbox/openapi.yaml doesn't have ${key}`);
	return found;
};

/** Returns the schema of a key of the request body, at any depth. */
function bodySchema(key: string, ...path: string[]): Schema {
	return path.reduce<Schema>(
		(schema, name) => (schema.items ?? schema).properties?.[name] ?? {},
		documented(key).body ?? {},
	);
}

const PREFERENCES = 'PATCH /v5/subscription-preferences';
const OPT_IN = 'PUT /v1.0/opt-in-management/user-preferences';
const BULK = 'POST /v1/category-subscription/user-preferences';
const RESUBSCRIBE = 'POST /emails/v1.0/bulk-resubscribe';

describe('the table of endpoints', () => {
	it('the table has the methods and paths of the document', () => {
		const own = [...nodeEndpoints.map(keyOf), CREDENTIAL_TEST];
		expect(own.sort()).toEqual(contract.map(keyOf).sort());
	});

	it.each(nodeEndpoints.map((endpoint) => [keyOf(endpoint), endpoint] as const))(
		'%s has the limits of the document',
		(key, { limit, windowMs, dayLimit, batchSize }) => {
			const { perMinute, perDay, perRequest } = documented(key).limits;
			expect({ limit, windowMs, dayLimit, batchSize }).toEqual({
				limit: perMinute,
				windowMs: 60_000,
				dayLimit: perDay,
				batchSize: perRequest,
			});
		},
	);

	it.each(nodeEndpoints.map((endpoint) => [keyOf(endpoint), endpoint] as const))(
		'%s reads if the document has no request body',
		(key, { reads }) => expect(reads).toBe(documented(key).body === undefined),
	);

	it('every endpoint has one operation', () => {
		const used = operations.map(({ endpoint }) => keyOf(endpoint));
		expect(used.sort()).toEqual(nodeEndpoints.map(keyOf).sort());
	});

	it('a batch has the size of the list in the document', () => {
		expect([
			bodySchema(BULK, 'user_preferences').maxItems,
			bodySchema(RESUBSCRIBE, 'recipients').maxItems,
		]).toEqual([endpoints.bulkUpdatePreferences.batchSize, endpoints.resubscribe.batchSize]);
	});
});

describe('the values that the node sends', () => {
	it.each([
		['opt-in status', optInStatus.options, bodySchema(OPT_IN, 'user_preferences', 'opt_in_status')],
		['channel', channel.options, bodySchema(PREFERENCES, 'channel')],
		[
			'identifier type',
			userIdentifierType.options,
			bodySchema(PREFERENCES, 'user_identifier_type'),
		],
	])('every %s is one of the document, and the other way around', (_name, own, schema) => {
		expect([...own].sort()).toEqual([...(schema.enum ?? [])].sort());
	});

	it('event attributes have the limits of the document', () => {
		const attributes = bodySchema(PREFERENCES, 'event_attributes');
		const values = attributes.additionalProperties as Schema;
		expect(EVENT_ATTRIBUTES).toEqual({
			most: attributes.maxProperties,
			longestName: attributes['x-propertyNames']?.maxLength,
			longestValue: values.maxLength,
		});
	});

	it('the credential test sends the keys of the document', () => {
		const { properties = {} } = documented(CREDENTIAL_TEST).body ?? {};
		expect(Object.keys(test.request.body as object).sort()).toEqual(Object.keys(properties).sort());
	});

	it('the panel offers the data centers of the document', () => {
		const { options } = new MoEngageApi().properties.find(({ name }) => name === 'dataCenter')!;
		const offered = (options as INodePropertyOptions[]).map(({ value }) => value);
		expect(offered.filter((value) => value !== '' && value !== 'custom').sort()).toEqual(
			[...dataCenters].sort(),
		);
	});
});
