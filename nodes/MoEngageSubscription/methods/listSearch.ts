import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readAccount } from '../api/account';
import type { Reason } from '../api/errors';
import { CREDENTIAL, sender, type AcceptedResponse } from '../api/transport';
import type { Verdict } from '../delivery';
import { getCategories } from '../operations/category/getAll.operation';
import type { Operation } from '../operations/operation';
import { getPreferences } from '../operations/preference/get.operation';
import { visitorIn, type Visitor } from '../operations/shared/landingPage';
import { ItemError } from '../operations/shared/itemError';

/** Someone waits before the panel: shorter than a run's time-out. Milliseconds. */
const PATIENCE_MS = 10_000;

/** A line of the list: what people read, and MoEngage's name of the category. */
interface Line {
	name: string;
	value: string;
}

type Found<A> = Verdict<AcceptedResponse<A>, Reason>;

/**
 * The categories for the list in the panel: the active ones of the workspace, or those of a sample
 * user where the workspace's API has no such list yet.
 */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const channel = this.getCurrentNodeParameter('channel') === 'sms' ? 'sms' : 'email';
	const all = await ask(this, getCategories, { channel });
	if (all.kind !== 'delivered' && !isNoSuchApi(all)) throw instead(this, all);
	if (all.kind === 'delivered') {
		const lines = all.result.response.data.map(({ name, display_name, group }) => ({
			name: labelOf(name, display_name, group),
			value: name,
		}));
		if (lines.length === 0)
			throw noList(this, 'This workspace has no active categories for this channel');
		return listOf(lines, filter);
	}

	const visitor = sampleVisitor(this);
	if (visitor === undefined)
		throw noList(
			this,
			'This workspace cannot list its categories yet',
			'Add the option "Sample Landing Page URL", or choose "By Name" and type the category.',
		);
	const sample = await ask(this, getPreferences, visitor);
	if (sample.kind !== 'delivered') throw instead(this, sample);
	const names = Object.keys(sample.result.response.categories);
	if (names.length === 0) throw noList(this, 'MoEngage has no categories of the sample user');
	return listOf(
		names.map((name) => ({ name, value: name })),
		filter,
	);
}

/** Asks MoEngage once: whoever waits before the panel can ask again. */
async function ask<T, A>(
	context: ILoadOptionsFunctions,
	{ endpoint, schema, request: call }: Operation<T, A>,
	value: T,
): Promise<Found<A>> {
	const account = readAccount(await context.getCredentials(CREDENTIAL));
	if ('problem' in account) throw new NodeOperationError(context.getNode(), account.problem);
	const send = sender<T, A>({
		context,
		account,
		endpoint,
		schema,
		timeoutMs: PATIENCE_MS,
		build: call,
	});
	const { signal } = new AbortController();
	return await send([value], { batchId: 'list', signal });
}

/** 403 and 404 are how a workspace without v5 answers. All else is worth telling as it is. */
function isNoSuchApi(answer: Found<unknown>): boolean {
	if (answer.kind === 'delivered' || answer.kind === 'throttled') return false;
	const { httpCode } = answer.reason;
	return httpCode === '403' || httpCode === '404';
}

/** Whom the panel names for this purpose, if anybody. An expression has no value before a run. */
function sampleVisitor(context: ILoadOptionsFunctions): Visitor | undefined {
	const fields = [
		['options.sampleLandingPageUrl', 'Sample Landing Page URL'],
		['landingPageUrl', 'Landing Page URL'],
	] as const;
	for (const [path, label] of fields) {
		const url: unknown = context.getCurrentNodeParameter(path);
		if (typeof url !== 'string' || url.trim() === '' || url.startsWith('=')) continue;
		try {
			return visitorIn(url, label);
		} catch (error) {
			if (!(error instanceof ItemError)) continue;
			throw noList(context, error.reason.message, error.reason.description);
		}
	}
	return undefined;
}

function listOf(lines: readonly Line[], filter: string): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase();
	return {
		results: lines
			.filter(({ name }) => name.toLowerCase().includes(wanted))
			.sort((a, b) => a.name.localeCompare(b.name)),
	};
}

/** What the list says where an answer holds none. */
function instead(
	context: ILoadOptionsFunctions,
	answer: Exclude<Found<unknown>, { kind: 'delivered' }>,
): NodeOperationError {
	if (answer.kind === 'throttled')
		return noList(context, 'MoEngage has too many requests just now');
	const { message, description } = answer.reason;
	return noList(context, message, description);
}

/**
 * What stands in the list's place. An error, as n8n cuts a line of the list to fifty characters; its
 * description is not shown there, so the way out goes into the message.
 */
function noList(
	context: ILoadOptionsFunctions,
	why: string,
	wayOut = 'Choose "By Name" and type the category.',
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${why}. ${wayOut}`);
}

/** The category as people know it, its name in the API where that differs, and its group. */
function labelOf(name: string, displayName?: string | null, group?: string | null): string {
	const known = displayName && displayName !== name ? `${displayName} (${name})` : name;
	return group ? `${known} – ${group}` : known;
}
