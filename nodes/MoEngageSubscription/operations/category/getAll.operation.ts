import type { INodeProperties } from 'n8n-workflow';

import { endpoints } from '../../api/endpoints';
import { categoriesResponse, type CategoriesResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import type { ItemReader } from '../shared/itemReader';
import {
	lookupQuery,
	readChannelField,
	readLookupChannel,
	type ReadChannel,
} from '../shared/userIdentifier';

interface Query {
	channel: ReadChannel;
	/** How many categories to return; Infinity for all. */
	limit: number;
}

const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

export const getCategories: Operation<Query, CategoriesResponse> = {
	resource: 'category',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many categories',
	description: "List the workspace's active categories",
	fields: [readChannelField, ...limitFields],
	endpoint: endpoints.getCategories,
	schema: categoriesResponse,
	identity: ['name', 'display_name'],
	noun: ['list', 'lists'],
	read(item) {
		const query = { channel: readLookupChannel(item), limit: readLimit(item) };
		// The same list for each item: one request is enough.
		return { value: query, keys: [`${query.channel} ${query.limit}`] };
	},
	merge: (earlier) => earlier,
	request: ([{ channel }]) => ({ query: lookupQuery({ channel }), people: [] }),
	output: ({ channel, limit }, accepted) =>
		accepted?.response.data
			.slice(0, limit)
			// `status` is the outcome of the item.
			.map(({ status, ...category }) => ({ ...category, category_status: status })) ?? { channel },
};

function readLimit(item: ItemReader): number {
	return item.flag('returnAll', 'Return All') ? Infinity : item.wholeNumber('limit', 'Limit', 50);
}
