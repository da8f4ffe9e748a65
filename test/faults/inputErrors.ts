/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test loads the built node from disk; it isn't part of the package */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { ROOT } from '../support/engine';
import type { TestEnvironment } from './cell';
import { WEBHOOK_SECRET, type Leaks } from './leaks';
import { subjects } from './subjects';

type InputErrors =
	(typeof import('../../nodes/MoEngageSubscription/operations/shared/inputErrors'))['inputErrors'];

const of = (name: string) => subjects.find((subject) => subject.name === name)!.parameters;
const BULK = of('Bulk Update');
const RESUBSCRIBE = of('Resubscribe');
const OPT_IN = of('Update Opt-In Status');
const byUser = (change: INodeParameters = {}): INodeParameters => ({
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: 'uid',
	identifierValue: '={{ $json.id }}',
	channel: 'email',
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: true }] },
	globallyUnsubscribed: false,
	options: {},
	...change,
});
const attributes = (...given: IDataObject[]): INodeParameters =>
	byUser({ options: { eventAttributes: { attribute: given } } } as INodeParameters);
const fields = (name: string, subscribed: unknown): INodeParameters =>
	({
		...BULK,
		categoryInput: 'fields',
		categories: { category: [{ name, subscribed }] },
	}) as INodeParameters;

const AUTOMATIC = { mappingMode: 'autoMapInputData', value: null, schema: [] };
const listed = (id: string): INodeParameters => ({
	...AUTOMATIC,
	schema: [{ id, displayName: id }],
});

/** A list for every input error: its parameters, and the change that makes its first item invalid. */
const LISTS: Array<[keyof InputErrors | 'expression', INodeParameters, IDataObject]> = [
	['empty', BULK, { id: ' ' }],
	['notText', BULK, { id: ['person-0', 'person-1'] }],
	['tooManyDigits', BULK, { id: 1e20 }],
	['notEmail', RESUBSCRIBE, { email: 'person-0@example.com, person-1@example.com' }],
	['notEmail', RESUBSCRIBE, { email: 'person-0@example' }],
	['noIdentifier', OPT_IN, { id: '' }],
	['noVisitor', of('Get by Landing Page Link'), { page: 'https://shop.example/?user=person-0' }],
	['brokenMapping', BULK, { id: 'person-0 [object Object]' }],
	['halfCharacter', BULK, { id: 'person-0\uD83D' }],
	['neitherYesNorNo', BULK, { Newsletter: 'person-0 perhaps', Promotional: '' }],
	['subscriptionState', { ...BULK, unsubscribeAll: '={{ $json.out }}' }, { out: 'opted out' }],
	['noFlag', { ...BULK, unsubscribeAll: '={{ $json.out }}' }, {}],
	['noChoice', { ...OPT_IN, optInStatus: '={{ $json.status }}' }, { status: 'person-0' }],
	['noCategory', BULK, { Newsletter: '', Promotional: '' }],
	['namelessCategory', fields(' ', true), {}],
	['noCategoryList', { ...BULK, categoryInput: 'map', categoryMapping: AUTOMATIC }, {}],
	['noColumn', { ...BULK, categoryInput: 'map', categoryMapping: listed('Person-0') }, {}],
	['noFieldNames', { ...BULK, categoryFieldNames: ' ' }, {}],
	['noSuchField', { ...BULK, categoryFieldNames: 'Nowhere' }, {}],
	['notCategories', { ...BULK, categoryInput: 'json', categoriesJson: '={{ $json.id }}' }, {}],
	[
		'tooManyAttributes',
		attributes(...'abcdef'.split('').map((name) => ({ name, value: name }))),
		{},
	],
	['namelessAttribute', attributes({ name: '', value: 'x' }), {}],
	['repeatedAttribute', attributes({ name: 'a', value: 'x' }, { name: 'a', value: 'y' }), {}],
	['tooLong', attributes({ name: 'a', value: '={{ $json.id.repeat(40) }}' }), {}],
	['notNumber', { ...BULK, options: { batchSize: '={{ $json.id }}' } }, {}],
	['emptyOption', { ...BULK, options: { dryRun: '={{ $json.out }}' } }, {}],
	['optionDiffers', { ...BULK, options: { timeout: '={{ 1000 * $json.id.at(-1) }}' } }, {}],
	['noOperation', { ...BULK, operation: 'person-0' }, {}],
	['expression', { ...BULK, customerId: '={{ $json.id.toUpperCase() }}' }, { id: 7 }],
];

/** Provokes every input error and scans its run. Returns the number of runs. */
export async function scanInputErrors(
	environment: TestEnvironment,
	leaks: Leaks,
	apiKey: string,
): Promise<number> {
	const file = path.join(ROOT, 'dist/nodes/MoEngageSubscription/operations/shared/inputErrors.js');
	const { inputErrors } = createRequire(path.join(ROOT, 'package.json'))(file) as {
		inputErrors: InputErrors;
	};
	const made = new Set<string>();
	for (const [name, make] of Object.entries(inputErrors))
		Object.assign(inputErrors, {
			[name]: (...args: never[]) => {
				made.add(name);
				return (make as (...given: never[]) => Error)(...args);
			},
		});
	for (const [index, [name, parameters, change]] of LISTS.entries())
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			made.delete(name);
			const workspaceId = `BAD_${index}_${onError}`;
			const route = environment.proxy.open(workspaceId, () => ({ instead: { body: '{}' } }));
			const run = await environment.engine.run({
				parameters,
				items: [0, 1, 2].map((item) => ({
					id: `person-${item}`,
					email: `person-${item}@example.com`,
					page: `https://shop.example/?user_id=person-${item}&cid=c`,
					Newsletter: 'yes',
					Promotional: 'no',
					...(item === 0 && change),
				})),
				credential: {
					workspaceId,
					apiKey,
					dataCenter: 'custom',
					baseUrl: route.url,
					projectCode: '',
					webhookSecret: WEBHOOK_SECRET,
				},
				onError,
			});
			assert.ok(name === 'expression' || made.has(name), `${name} didn't occur`);
			assert.ok(run.error !== undefined || run.errors.length > 0, `${name}: no item was rejected`);
			const bodies = route.requests.map(({ body }) => body);
			leaks.ofRun(run, { workspaceId, apiKey, bodies }, name);
		}
	const never = Object.keys(inputErrors).filter((name) => !LISTS.some(([one]) => one === name));
	assert.deepEqual(never, [], 'input errors that none of the lists provokes');
	return LISTS.length * 2;
}
