import type { INodeProperties } from 'n8n-workflow';

import { operations } from '../../../nodes/MoEngageSubscription/operations';
import {
	LABELS,
	optionsField,
} from '../../../nodes/MoEngageSubscription/operations/shared/options';

describe('the options', () => {
	it.each(
		operations.map((operation) => [`${operation.resource}: ${operation.operation}`, operation]),
	)('of %s: Preview Only holds as soon as it is added', (_, operation) => {
		const field = optionsField(operation);
		const preview = field.options?.find(({ name }) => name === 'dryRun');
		expect(preview).toMatchObject({ displayName: 'Preview Only', default: true });
		expect(field.default).toEqual({});
	});

	it('that hold for a run have the names in messages that the panel shows', () => {
		const [{ options = [] }] = operations.map(optionsField);
		const shown = Object.fromEntries(
			(options as INodeProperties[]).map(({ name, displayName }) => [name, displayName]),
		);
		expect(shown).toMatchObject(LABELS);
	});
});
