const CATEGORIES = {
	category: [
		{ name: { __rl: true, mode: 'list', value: 'Newsletter' }, subscribed: true },
		{ name: { __rl: true, mode: 'name', value: 'Promotional' }, subscribed: false },
	],
};
const VISITOR = { identifyBy: 'landingPageUrl', landingPageUrl: '={{ $json.link }}' };
const PERSON = {
	identifierType: 'email',
	identifierValue: '={{ $json.email }}',
	channel: 'email',
};

/** Each operation with values such as a person would have in it, by resource and operation. */
export const PANELS: Record<string, Record<string, unknown>> = {
	'preference-bulkUpdate': {
		customerId: "={{ $json['Record ID'] }}",
		categoryInput: 'map',
		categoryMapping: {
			mappingMode: 'defineBelow',
			matchingColumns: [],
			value: { Newsletter: '={{ $json.Newsletter }}', 'Product Updates': '={{ $json.Updates }}' },
			schema: ['Newsletter', 'Product Updates', 'Promotional'].map((id) => ({
				id,
				displayName: `${id} – Marketing`,
				required: false,
				defaultMatch: false,
				canBeUsedToMatch: false,
				display: true,
				type: 'string',
			})),
		},
		unsubscribeAll: "={{ $json['Unsubscribed from all email'] }}",
	},
	'preference-get': VISITOR,
	'preference-update': { ...VISITOR, categoryInput: 'fields', categories: CATEGORIES },
	'preference-getByUser': PERSON,
	'preference-updateByUser': {
		...PERSON,
		categoryInput: 'fields',
		categories: CATEGORIES,
		options: { respectGlobalUnsubscribe: true, waitForResult: 30 },
	},
	'category-getAll': { channel: 'email', returnAll: true },
	'optIn-update': {
		customerId: '={{ $json.id }}',
		email: '={{ $json.email }}',
		optInStatus: 'DOUBLE_OPTED_IN',
	},
	'resubscription-resubscribe': {
		email: '={{ $json.email }}',
		esp: 'SENDGRID',
		updateEsp: true,
	},
};
