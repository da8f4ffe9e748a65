/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the documentation from disk; it isn't part of the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ZodType, ZodTypeDef } from 'zod';

import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import {
	preferencesResponse,
	writeResponse,
} from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../../nodes/MoEngageSubscription/api/verdict';
import type { Verdict } from '../../../nodes/MoEngageSubscription/delivery';
import {
	responsesPage,
	SECTIONS,
	type EndpointName,
	type ItemOutcome,
	type ResponseCase,
} from '../../../scripts/docs/responses';

const WRITES: EndpointName[] = [
	'updatePreferences',
	'bulkUpdatePreferences',
	'updateOptIn',
	'resubscribe',
	'updatePreferencesByUser',
];

function judge({ status, body }: ResponseCase, name: EndpointName): Verdict<unknown, unknown> {
	const endpoint = endpoints[name];
	const schema: ZodType<unknown, ZodTypeDef, unknown> = endpoint.reads
		? preferencesResponse
		: writeResponse;
	const headers = { location: 'https://elsewhere.example/' };
	const context = { endpoint, schema, people: ['ada'], isSingle: true, secrets: [], now: 0 };
	return verdict({ status, headers, body }, context);
}

function outcomeOf(found: Verdict<unknown, unknown>): ItemOutcome {
	switch (found.kind) {
		case 'delivered':
			return 'accepted';
		case 'rejected':
			return found.ambiguous ? 'unconfirmed' : 'rejected';
		case 'transient':
			return 'unconfirmed';
		case 'fatal':
			return 'not sent';
		case 'throttled':
			return 'sent again';
	}
}

describe.each(SECTIONS)('a response: %s', (_title, cases) => {
	it.each(cases.map((one): [string, ResponseCase] => [`${one.about} with ${one.status}`, one]))(
		'%s leads to its outcome',
		(_name, one) => {
			const names = one.endpoint ? [one.endpoint] : WRITES;
			const found = names.map((name) => [name, outcomeOf(judge(one, name))]);
			expect(found).toEqual(names.map((name) => [name, one.outcome]));
		},
	);
});

it('the table has responses of every outcome', () => {
	const cases = SECTIONS.flatMap(([, some]) => some);
	expect(cases.filter(({ outcome }) => outcome === 'unconfirmed').length).toBeGreaterThan(40);
	expect(new Set(cases.map(({ outcome }) => outcome)).size).toBe(5);
});

it('docs/responses.md matches the output of `npm run docs`', () => {
	const file = path.resolve(__dirname, '../../../docs/responses.md');
	expect(readFileSync(file, 'utf8')).toBe(responsesPage());
});

it('a v5 acceptance includes the message under `data`', () => {
	const found = judge(
		{
			about: '',
			status: 202,
			body: '{"response_id": "r", "type": "t", "data": {"message": "m"}}',
			outcome: 'accepted',
		},
		'updatePreferencesByUser',
	);
	expect(found).toMatchObject({ result: { message: 'm', response_id: 'r' } });
});
