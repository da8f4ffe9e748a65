import type { INodeParameters } from 'n8n-workflow';

import { contract } from '../../scripts/docs/contract';
import { operationOf, parametersBy, simulate } from '../../scripts/docs/simulation';
import { suite } from '../support/engineSuite';

const USER = '={{ $json.user }}';
const PARAMETERS = parametersBy(USER, `${USER}@example.com`);

/** Examples of the operations that items use; a 429 has no outcome, because the node tries again. */
const CASES = contract.flatMap((documented) => {
	const operation = operationOf(documented);
	if (operation === undefined) return [];
	const examples = documented.examples.filter(({ scope }) => scope !== 'rate');
	return examples.map((example) => [documented.name, example.name, operation, example] as const);
});

describe('The documented responses over HTTP', () => {
	const t = suite({ windowMs: 200, flags: ['--accept-any-user'] });

	it.each(CASES)(
		'%s reports the example "%s" as docs/moengage-errors.md says',
		async (name, exampleName, operation, example) => {
			await t.sandbox.addFaults([{ do: 'example', example: exampleName, endpoint: name }]);
			const parameters = {
				...PARAMETERS[operation.endpoint.id],
				resource: operation.resource,
				operation: operation.operation,
				options: { maxTries: 1 },
			} as INodeParameters;
			const more = { onError: 'continueErrorOutput' } as const;
			const { main, errors } = await t.run(parameters, [{ user: 'user-0' }], more);
			const expected = await simulate(operation, example, 1);
			expect(main.length > 0).toBe(expected.outcomes.has('accepted'));
			expect(errors.map(({ json }) => json.error)).toEqual(expected.messages);
		},
	);

	it('every documented response but the 429s is tested', () => {
		expect(CASES.length).toBeGreaterThan(95);
	});
});
