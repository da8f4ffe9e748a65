import { operations } from '../../../nodes/MoEngageSubscription/operations';
import { optionsField } from '../../../nodes/MoEngageSubscription/operations/shared/options';

describe('the options', () => {
	it.each(
		operations.map((operation) => [`${operation.resource}: ${operation.operation}`, operation]),
	)('of %s: Preview Only holds as soon as it is added', (_, operation) => {
		const field = optionsField(operation);
		const preview = field.options?.find(({ name }) => name === 'dryRun');
		expect(preview).toMatchObject({ displayName: 'Preview Only', default: true });
		expect(field.default).toEqual({});
	});
});
