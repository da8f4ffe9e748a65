import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { loadCategories } from './categoryList';

/** Returns the categories whose label contains the text that the user typed. */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const wanted = filter.trim().toLowerCase();
	const categories = await loadCategories(this, "choose 'By Name' and type the category");
	return {
		results: categories
			.filter(({ label }) => label.toLowerCase().includes(wanted))
			.map(({ name, label }) => ({ name: label, value: name })),
	};
}
