import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { loadCategories } from './categoryList';

/** Returns the categories that columns can be mapped to. */
export async function getCategoryColumns(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const categories = await loadCategories(
		this,
		"choose 'Fields of the Incoming Item' under 'Categories From'",
	);
	return {
		fields: categories.map(
			({ name, label }): ResourceMapperField => ({
				id: name,
				displayName: label,
				required: false,
				defaultMatch: false,
				canBeUsedToMatch: false,
				display: true,
				// Text and not a boolean: n8n stores `false` for each boolean field when the panel opens,
				// which would unsubscribe the user.
				type: 'string',
			}),
		),
	};
}
