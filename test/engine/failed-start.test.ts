import type { INodeParameters } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

const places = (count: number) => Array.from({ length: count }, (_, item) => ({ item }));

describe('On Error if the node can’t start', () => {
	const cases: Array<[string, INodeParameters, string | undefined, string]> = [
		['an unreadable credential', BULK, 'Credentials could not be decrypted', 'credential'],
		['an unknown operation', { ...BULK, operation: 'nothing' }, undefined, 'operation'],
		['an unknown resource', { ...BULK, resource: 'nothing' }, undefined, 'operation'],
	];

	describe.each(cases)('%s', (_name, parameters, fault, text) => {
		beforeEach(() => {
			if (fault !== undefined) t.engine.credentials.breakWith(fault);
		});
		afterEach(() => t.engine.credentials.breakWith(undefined));

		it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
			'%s returns every item as an error if the node can’t start',
			async (onError) => {
				const { main, errors } = await t.run(parameters, rows(3), { onError });
				const [failed, other] = onError === 'continueErrorOutput' ? [errors, main] : [main, errors];
				expect(other).toEqual([]);
				expect(failed.map(({ pairedItem }) => pairedItem)).toEqual(places(3));
				for (const { json } of failed) {
					expect(json.error).toMatch(/^Not sent: /);
					expect(json.error).toContain(text);
					expect(json.message).toEqual(expect.any(String));
					if (onError === 'continueRegularOutput')
						expect(Object.keys(json)).toEqual(['error', 'message']);
				}
				expect(await t.sandbox.log()).toEqual([]);
			},
		);

		it('Stop Workflow stops the workflow if the node can’t start', async () => {
			const { status, main, error } = await t.run(parameters, rows(3));
			expect([status, main]).toEqual(['error', []]);
			expect(error?.message).toContain(text);
			expect(await t.sandbox.log()).toEqual([]);
		});
	});
});
