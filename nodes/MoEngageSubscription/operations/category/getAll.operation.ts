import { endpoints } from '../../api/endpoints';
import { categoriesAnswer, type CategoriesAnswer, type Channel } from '../../api/schemas';
import type { Operation } from '../operation';
import { channelField, readChannel } from '../shared/userIdentifier';

export const getCategories: Operation<{ channel: Channel }, CategoriesAnswer> = {
	resource: 'category',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many categories',
	description: 'List the active categories of the workspace; not available in every workspace yet',
	fields: [channelField],
	endpoint: endpoints.getCategories,
	schema: categoriesAnswer,
	noun: ['list', 'lists'],
	read: (item) => ({ value: { channel: readChannel(item) }, keys: [] }),
	call: ([{ channel }]) => ({ query: { channel }, people: [] }),
	output: (query, receipt) => receipt?.answer.data ?? { ...query },
};
