import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readAccount } from './api/account';
import type { CategoriesAnswer, Channel } from './api/schemas';
import { CREDENTIAL, sender } from './api/transport';
import { getCategories } from './operations/category/getAll.operation';

/** Someone waits before the panel: shorter than a run's time-out. Milliseconds. */
const PATIENCE_MS = 10_000;

/** The line that stands in the list where MoEngage gives none. It chooses nothing. */
function noList(why: string): INodeListSearchResult {
	return { results: [{ name: `${why}. Choose "By Name" and type the category.`, value: '' }] };
}

/** The active categories of the workspace, for the list in the panel. */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const account = readAccount(await this.getCredentials(CREDENTIAL));
	if ('problem' in account) throw new NodeOperationError(this.getNode(), account.problem);
	const channel = this.getCurrentNodeParameter('channel') === 'sms' ? 'sms' : 'email';
	const ask = sender<{ channel: Channel }, CategoriesAnswer>({
		context: this,
		account,
		endpoint: getCategories.endpoint,
		schema: getCategories.schema,
		timeoutMs: PATIENCE_MS,
		build: (values, batchId) => getCategories.call(values, batchId),
	});
	const { signal } = new AbortController();
	const verdict = await ask([{ channel }], { batchId: 'list', signal });

	if (verdict.kind === 'throttled') return noList('MoEngage has too many requests just now');
	if (verdict.kind !== 'delivered') {
		const { message, description, httpCode } = verdict.reason;
		// 403 and 404: the workspace has no such API yet. All else is worth telling as it is.
		if (httpCode === '403' || httpCode === '404')
			return noList('This workspace cannot list its categories yet');
		throw new NodeOperationError(this.getNode(), message, { description });
	}
	const wanted = filter.trim().toLowerCase();
	const results = verdict.result.answer.data
		.map(({ name, display_name, group }) => ({
			name: labelOf(name, display_name, group),
			value: name,
		}))
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.sort((a, b) => a.name.localeCompare(b.name));
	return results.length === 0 && wanted === ''
		? noList('This workspace has no active categories for this channel')
		: { results };
}

/** The category as people know it, its name in the API where that differs, and its group. */
function labelOf(name: string, displayName?: string | null, group?: string | null): string {
	const known = displayName && displayName !== name ? `${displayName} (${name})` : name;
	return group ? `${known} – ${group}` : known;
}
