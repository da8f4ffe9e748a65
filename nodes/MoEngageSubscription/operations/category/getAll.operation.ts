import { endpoints } from '../../api/endpoints';
import { categoriesResponse, type CategoriesResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import {
	lookupQuery,
	readChannelField,
	readLookupChannel,
	type ReadChannel,
} from '../shared/userIdentifier';

export const getCategories: Operation<{ channel: ReadChannel }, CategoriesResponse> = {
	resource: 'category',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many categories',
	description: "List the workspace's active categories",
	fields: [readChannelField],
	endpoint: endpoints.getCategories,
	schema: categoriesResponse,
	noun: ['list', 'lists'],
	read: (item) => ({ value: { channel: readLookupChannel(item) }, keys: [] }),
	request: ([query]) => ({ query: lookupQuery(query), people: [] }),
	output: (query, accepted) => accepted?.response.data ?? { ...query },
};
