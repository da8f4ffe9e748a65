import type { INodeProperties } from 'n8n-workflow';

import { operations } from '../../../nodes/MoEngageSubscription/operations';
import {
	LABELS,
	optionsField,
} from '../../../nodes/MoEngageSubscription/operations/shared/options';

describe('the options', () => {
	it.each(
		operations.map((operation) => [`${operation.resource}: ${operation.operation}`, operation]),
	)('Preview Only of %s is on by default when it’s added', (_, operation) => {
		const field = optionsField(operation);
		const preview = field.options?.find(({ name }) => name === 'dryRun');
		expect(preview).toMatchObject({ displayName: 'Preview Only', default: true });
		expect(field.default).toEqual({});
	});

	it('messages use the options’ names in the panel', () => {
		const all = operations.flatMap((operation) => optionsField(operation).options ?? []);
		const shown = Object.fromEntries(
			(all as INodeProperties[]).map(({ name, displayName }) => [name, displayName]),
		);
		expect(shown).toMatchObject(LABELS);
	});
});
