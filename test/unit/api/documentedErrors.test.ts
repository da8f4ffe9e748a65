/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the contract from disk; it isn't part of the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';

import { MoEngageApi } from '../../../credentials/MoEngageApi.credentials';
import { endpoints, type Endpoint } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { writeResponse } from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../../nodes/MoEngageSubscription/api/verdict';

/** The node's endpoints by the name of the operation in the contract. */
const OPERATIONS: Record<string, Endpoint> = {
	getPreferences: endpoints.getPreferences,
	updatePreferences: endpoints.updatePreferences,
	bulkUpdate: endpoints.bulkUpdatePreferences,
	optIn: endpoints.updateOptIn,
	resubscribe: endpoints.resubscribe,
	v5Categories: endpoints.getCategories,
	v5GetPreferences: endpoints.getPreferencesByUser,
	v5UpdatePreferences: endpoints.updatePreferencesByUser,
};

type Scope = 'configuration' | 'record' | 'request' | 'rate' | 'server';

const KIND: Record<Scope, string> = {
	configuration: 'fatal',
	record: 'rejected',
	request: 'rejected',
	rate: 'throttled',
	server: 'transient',
};

/** Documented 400s whose body looks like that of a rejected value, so they are rejections. */
const LIKE_A_VALUE = ['optIn sentryCheckFailed', 'resubscribe invalidSettings'];

interface DocumentedError {
	operation: string;
	name: string;
	status: number;
	scope: Scope;
	body: unknown;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- a YAML document */
function documentedErrors(): DocumentedError[] {
	const file = path.resolve(__dirname, '../../../sandbox/openapi.yaml');
	const document: any = load(readFileSync(file, 'utf8'));
	const resolve = (node: any): any =>
		typeof node?.$ref !== 'string'
			? node
			: resolve(
					node.$ref
						.slice(2)
						.split('/')
						.reduce((at: any, key: string) => at[key], document),
				);
	const found: DocumentedError[] = [];
	for (const methods of Object.values<any>(document.paths))
		for (const { operationId: operation, responses } of Object.values<any>(methods)) {
			if (!(operation in OPERATIONS)) continue;
			for (const [status, response] of Object.entries(responses)) {
				const examples = resolve(response).content?.['application/json'].examples ?? {};
				for (const [name, reference] of Object.entries(examples)) {
					const { value, 'x-scope': scope } = resolve(reference);
					if (scope === undefined) continue;
					found.push({ operation, name, status: Number(status), scope, body: value });
				}
			}
		}
	return found;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

function judge({ operation, status, body }: DocumentedError) {
	const found = verdict(
		{ status, headers: {}, body: JSON.stringify(body) },
		{
			endpoint: OPERATIONS[operation],
			schema: writeResponse,
			people: ['ada'],
			isSingle: true,
			secrets: [],
			now: 0,
		},
	);
	const reason = 'reason' in found ? found.reason : undefined;
	return { found, text: `${reason?.message}. ${reason?.description}` };
}

const all = documentedErrors();
const titled = (some: DocumentedError[]) =>
	some.map((one) => [`${one.operation} ${one.name} (${one.status})`, one] as const);
const named = (...names: string[]) => titled(all.filter(({ name }) => names.includes(name)));

describe('each documented error', () => {
	it('the contract has errors of every operation and every scope', () => {
		expect(new Set(all.map(({ operation }) => operation))).toEqual(
			new Set(Object.keys(OPERATIONS)),
		);
		expect(new Set(all.map(({ scope }) => scope))).toEqual(new Set(Object.keys(KIND)));
	});

	it.each(titled(all))('%s is blamed on what it is about', (_, error) => {
		const expected = LIKE_A_VALUE.includes(`${error.operation} ${error.name}`)
			? 'rejected'
			: KIND[error.scope];
		expect(judge(error).found.kind).toBe(expected);
	});
});

describe('an error about the configuration', () => {
	const labels = new MoEngageApi().properties.map(({ displayName }) => `'${displayName}'`);

	it.each(
		titled(
			all.filter(({ name, scope }) => scope === 'configuration' && name !== 'invalidSettings'),
		),
	)('%s names the field of the credential, or the place in MoEngage', (_, error) => {
		const { text } = judge(error);
		const places = ['Settings > Account', 'MoEngage support'];
		expect([...labels, ...places].filter((one) => text.includes(one))).not.toEqual([]);
	});

	it.each(named('unauthorized', 'appKeyMissing', 'appKeyMismatch', 'internalAppKey'))(
		'%s names both fields, and both places where keys are managed',
		(_, error) => {
			const { text } = judge(error);
			for (const part of ["'Workspace ID'", "'API Key'", "'Data Center'"])
				expect(text).toContain(part);
			expect(text).toContain('Settings > Account > APIs');
			expect(text).toContain('Settings > Account > API keys');
		},
	);

	it.each(named('projectCodeMissing'))('%s names the project code and its place', (_, error) => {
		expect(judge(error).text).toMatch(/'Project Code'.*Settings > Account > Portfolio/);
	});

	it.each(named('secretMissing'))('%s names the field for the key', (_, error) => {
		expect(judge(error).text).toMatch(/Settings > Account > APIs.*'API Key'/);
	});

	it.each(named('scopeMissing'))('%s is about the key, and names the missing scope', (_, error) => {
		const { text } = judge(error);
		expect(text).toMatch(/'API Key'.*Settings > Account > API keys/);
		expect(text).toMatch(/(read|write):subscriptions/);
		expect(text).not.toMatch(/workspace/i);
	});

	it.each(named('ipNotAllowed'))('%s names the API firewall', (_, error) => {
		const { text } = judge(error);
		expect(text).toContain('Settings > Account > Security > API firewall');
		expect(text).toContain("a passing credential test doesn't prove access");
	});

	it.each(named('notEnabled'))('%s names the feature', (_, error) => {
		expect(judge(error).text).toMatch(/Email Opt-in Management isn't enabled/);
	});
});

describe('an error about one item', () => {
	/** What the advice for each documented target says. */
	const ADVICE: Record<string, RegExp> = {
		'customer_id or email_id': /'Customer ID' and 'Email'.*no user/i,
		customer_id: /Set 'Customer ID'/,
		categories: /active in MoEngage/,
		"['unsubscribe_all']": /key.*doesn't accept/,
		channel: /'Channel'|only email/,
		opt_in_status: /'Opt-In Status'/,
		user_identifier_value: /'Identify User By'/,
		event_attributes: /'Event Attributes'/,
		'Idempotency-Key': /again/,
	};
	const targetOf = ({ body }: DocumentedError) => {
		const { error } = body as { error?: { target?: string; details?: { target?: string } } };
		return error?.details?.target ?? error?.target ?? '';
	};
	const withAdvice = all.filter((error) => error.scope === 'record' && targetOf(error) in ADVICE);

	it('the contract has an error for every target with advice', () => {
		expect(new Set(withAdvice.map(targetOf))).toEqual(new Set(Object.keys(ADVICE)));
	});

	it.each(titled(withAdvice))('%s has its own advice', (_, error) => {
		const { found } = judge(error);
		const description = 'reason' in found ? found.reason?.description : '';
		expect(description).toMatch(ADVICE[targetOf(error)]);
		expect(description).not.toContain('Fix the value MoEngage reported');
	});

	it('each target of the opt-in API has different advice', () => {
		const optIn = withAdvice.filter(({ operation }) => operation === 'optIn');
		const byTarget = new Map(optIn.map((error) => [targetOf(error), judge(error).text]));
		const advice = [...byTarget].map(([target, text]) => text.split(`(${target}). `)[1]);
		expect(new Set(advice).size).toBe(6);
	});

	it.each(named('severalProfiles'))('%s says what to do instead', (_, error) => {
		expect(judge(error).text).toMatch(
			/several profiles.*email-based unsubscribe.*(customer ID|MoEngage user ID)/,
		);
	});

	it.each(named('unknownCategory'))('%s names the category', (_, error) => {
		expect(judge(error).text).toContain('No Such');
	});

	it('a category that is named only in a target reaches the message, in a list or an object', () => {
		const [error] = all.filter(({ name }) => name === 'unknownCategory');
		for (const details of [
			[{ target: 'categories.No Such', code: 'BadArgument' }],
			{ target: 'categories.No Such' },
			[{ target: 'categories.Other', message: 'unknown' }, { target: 'categories.No Such' }],
		]) {
			const body = { error: { code: 'BadArgument', message: 'Invalid', details } };
			expect(judge({ ...error, body }).text).toContain('No Such');
		}
	});

	it('the field stays readable behind a long message', () => {
		const [error] = all.filter(({ name }) => name === 'invalidCategories');
		const message = `Categories ${'Some Long Name, '.repeat(40)} are invalid`;
		const details = { target: 'categories', message };
		const body = { error: { code: '400 Bad Request', message: 'Invalid', details } };
		const { text } = judge({ ...error, body });
		expect(text).toContain('… (categories)');
		expect(text).toContain('active in MoEngage');
	});
});
