import { suite } from '../support/engineSuite';

const t = suite();

describe('the description', () => {
	it('the node has the public names that saved workflows depend on', () => {
		const { description } = t.engine.nodeType;
		const names = (resource: string, operation: string) =>
			[
				...new Set(
					description.properties
						.filter(
							({ displayOptions, type }) =>
								type !== 'notice' &&
								displayOptions?.show?.resource?.includes(resource) &&
								displayOptions.show.operation?.includes(operation),
						)
						.map(({ name }) => name),
				),
			].sort();
		const categories = [
			'categories',
			'categoriesJson',
			'categoryFieldNames',
			'categoryInput',
			'categoryMapping',
		];
		const visitor = ['campaignId', 'identifyBy', 'landingPageUrl', 'userId'];
		const user = ['channel', 'identifierType', 'identifierValue'];
		const sorted = (...all: string[]) => [...all, 'options'].sort();
		expect(names('preference', 'get')).toEqual(sorted(...visitor));
		expect(names('preference', 'update')).toEqual(
			sorted(...visitor, ...categories, 'unsubscribeAll'),
		);
		expect(names('preference', 'bulkUpdate')).toEqual(
			sorted('customerId', ...categories, 'unsubscribeAll'),
		);
		expect(names('preference', 'getByUser')).toEqual(sorted(...user));
		expect(names('preference', 'updateByUser')).toEqual(
			sorted(...user, ...categories, 'globallyUnsubscribed'),
		);
		expect(names('optIn', 'update')).toEqual(
			sorted('customerId', 'email', 'optInStatus', ...categories),
		);
		expect(names('resubscription', 'resubscribe')).toEqual(sorted('email', 'esp', 'updateEsp'));
		expect(names('category', 'getAll')).toEqual(sorted('channel', 'limit', 'returnAll'));
		expect([description.name, description.version]).toEqual(['moEngageSubscription', 1]);
	});
});
