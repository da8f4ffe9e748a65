import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

const CONTINUE = { onError: 'continueErrorOutput' } as const;
const withOptions = (options: unknown) => ({ ...BULK, options }) as INodeParameters;
const list = (key: string, values: unknown[]): IDataObject[] =>
	rows(values.length).map((row, i) => ({ ...row, [key]: values[i] as string }));

describe('options of the whole run', () => {
	it.each<[string, string, string, unknown[]]>([
		['Preview Only', 'dryRun', 'dry', [true, true, false]],
		['Preview Only', 'dryRun', 'dry', [false, true]],
		['Include Input Fields', 'includeInputFields', 'keep', ['no', 'yes']],
		['Batch Size', 'batchSize', 'size', [2, '2', 3]],
		['Requests per Minute', 'requestsPerMinute', 'rate', [5, 6]],
		['Attempts per Request', 'maxTries', 'tries', [1, 2]],
		['Timeout', 'timeout', 'ms', [1000, 2000]],
		['When a Batch Is Rejected', 'onRejectedBatch', 'what', ['isolate', 'rejectBatch']],
	])('nothing is sent if %s differs between items', async (label, name, key, values) => {
		const options = { [name]: `={{ $json.${key} }}` };
		const { main, errors } = await t.run(withOptions(options), list(key, values), CONTINUE);
		expect(main).toEqual([]);
		for (const { json } of errors) {
			expect(json.error).toContain(`'${label}`);
			expect(json.error).toContain(`item ${values.length - 1}`);
		}
		expect(errors.map(({ pairedItem }) => pairedItem)).toEqual(values.map((_, item) => ({ item })));
		expect(await t.sandbox.log()).toEqual([]);
	});

	it.each([
		['blank', ['']],
		['missing', [undefined]],
		['unreadable', ['perhaps']],
		['blank for a later item', [true, '']],
	])('nothing is sent if Preview Only is %s', async (_name, values) => {
		const options = { dryRun: '={{ $json.dry }}' };
		const { main, errors } = await t.run(withOptions(options), list('dry', values), CONTINUE);
		expect(main).toEqual([]);
		for (const { json } of errors) expect(json.error).toContain("'Preview Only'");
		expect(errors).toHaveLength(values.length);
		expect(await t.sandbox.log()).toEqual([]);
	});

	it('an unreadable option is reported with its item', async () => {
		const options = { batchSize: '={{ $json.size }}' };
		const { errors } = await t.run(withOptions(options), list('size', [2, 2, 'x']), CONTINUE);
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(
			new Set(["Not sent: 'Batch Size' isn't a number (item 2)"]),
		);
	});

	it('nothing is sent if the expression of Preview Only fails', async () => {
		const options = { dryRun: '={{ $("Nowhere").item.json.x }}' };
		const { main, errors } = await t.run(withOptions(options), rows(2), CONTINUE);
		expect([main, errors.length]).toEqual([[], 2]);
		expect(await t.sandbox.log()).toEqual([]);
	});

	it('Preview Only works if the expression of another option fails', async () => {
		const options = { dryRun: true, sampleLandingPageUrl: '={{ $("Nowhere").item.json.x }}' };
		const { main } = await t.run(withOptions(options), rows(2), CONTINUE);
		expect(main.map(({ json }) => json.status)).toEqual(['preview', 'preview']);
		expect(await t.sandbox.userRequests()).toEqual([]);
	});

	it('an expression with equal values is accepted, and other options may differ', async () => {
		const options = { batchSize: '={{ $json.size }}', sampleLandingPageUrl: '={{ $json.id }}' };
		const { main } = await t.run(withOptions(options), list('size', [2, '2', 2]), CONTINUE);
		expect(main.map(({ json }) => json.status)).toEqual(['accepted', 'accepted', 'accepted']);
		expect(await t.sandbox.log()).toHaveLength(2);
	});
});
