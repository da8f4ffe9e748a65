import { endpoints } from '../../api/endpoints';
import { categoriesResponse, type CategoriesResponse, type Channel } from '../../api/schemas';
import type { Operation } from '../operation';
import { channelField, readChannel } from '../shared/userIdentifier';

export const getCategories: Operation<{ channel: Channel }, CategoriesResponse> = {
	resource: 'category',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many categories',
	description: "List the workspace's active categories; not available in every workspace yet",
	fields: [channelField],
	endpoint: endpoints.getCategories,
	schema: categoriesResponse,
	noun: ['list', 'lists'],
	read: (item) => ({ value: { channel: readChannel(item) }, keys: [] }),
	request: ([{ channel }]) => ({ query: { channel }, people: [] }),
	output: (query, accepted) => accepted?.response.data ?? { ...query },
};
