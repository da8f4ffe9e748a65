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

/** Shorter than a run's timeout, because the user is waiting for the list. Milliseconds. */
const LIST_TIMEOUT_MS = 10_000;

/** An entry of the list: its label, and the category's name in MoEngage. */
interface ListEntry {
	name: string;
	value: string;
}

const BY_NAME = "Choose 'By Name' and type the category.";

type Found<A> = Verdict<AcceptedResponse<A>, Reason>;

/**
 * Returns the categories for the list in the panel: the workspace's active ones, or those of a sample
 * user if this API key can't list them.
 */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const channel = this.getCurrentNodeParameter('channel') === 'sms' ? 'sms' : 'email';
	const all = await fetchOnce(this, getCategories, { channel });
	if (all.kind !== 'delivered' && !isUnavailable(all)) throw listError(this, all);
	if (all.kind === 'delivered') {
		const entries = all.result.response.data.map(({ name, display_name, group }) => ({
			name: labelOf(name, display_name, group),
			value: name,
		}));
		if (entries.length === 0)
			throw noList(this, 'This workspace has no active categories for this channel');
		return listOf(entries, filter);
	}

	const visitor = sampleVisitor(this);
	if (visitor === undefined)
		throw noList(
			this,
			all.reason.message,
			`${all.reason.description} Until then, add the option 'Sample Landing Page URL', or choose 'By Name' and type the category.`,
		);
	const sample = await fetchOnce(this, getPreferences, visitor);
	if (sample.kind !== 'delivered') throw listError(this, sample);
	const names = Object.keys(sample.result.response.categories);
	if (names.length === 0) throw noList(this, 'MoEngage returned no categories for the sample user');
	return listOf(
		names.map((name) => ({ name, value: name })),
		filter,
	);
}

/** Sends one request without retrying: the user can open the list again. */
async function fetchOnce<T, A>(
	context: ILoadOptionsFunctions,
	{ endpoint, schema, request }: Operation<T, A>,
	value: T,
): Promise<Found<A>> {
	const account = readAccount(await context.getCredentials(CREDENTIAL));
	if ('problem' in account) throw new NodeOperationError(context.getNode(), account.problem);
	const send = sender<T, A>({
		context,
		account,
		endpoint,
		schema,
		timeoutMs: LIST_TIMEOUT_MS,
		build: request,
	});
	const { signal } = new AbortController();
	return await send([value], { batchId: 'list', signal });
}

/** Whether the API of the list can't be used: the key lacks its scope, or the URL has no such API. */
function isUnavailable(
	verdict: Found<unknown>,
): verdict is Exclude<Found<never>, { kind: 'delivered' | 'throttled' }> {
	switch (verdict.kind) {
		case 'delivered':
		case 'throttled':
			return false;
		case 'rejected':
		case 'transient':
		case 'fatal':
			return verdict.reason.httpCode === '403' || verdict.reason.httpCode === '404';
	}
}

/** Returns the sample user in the panel, if there is one. Expressions have no value before a run. */
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

function listOf(entries: readonly ListEntry[], filter: string): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase();
	return {
		results: entries
			.filter(({ name }) => name.toLowerCase().includes(wanted))
			.sort((a, b) => a.name.localeCompare(b.name)),
	};
}

/** Returns the error to show if the verdict contains no list. */
function listError(
	context: ILoadOptionsFunctions,
	verdict: Exclude<Found<unknown>, { kind: 'delivered' }>,
): NodeOperationError {
	switch (verdict.kind) {
		case 'throttled':
			return noList(
				context,
				'MoEngage is receiving too many requests',
				`Wait a minute. ${BY_NAME}`,
			);
		case 'rejected':
		case 'transient':
		case 'fatal':
			return noList(context, verdict.reason.message, verdict.reason.description);
	}
}

/**
 * Returns the error to show in place of the list. It is an error because n8n cuts list entries to 50
 * characters, and `fix` is part of the message because n8n doesn't show a description there.
 */
function noList(
	context: ILoadOptionsFunctions,
	problem: string,
	fix = BY_NAME,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${problem}. ${fix}`);
}

/** Returns the category's display name, its name in the API if that differs, and its group. */
function labelOf(name: string, displayName?: string | null, group?: string | null): string {
	const label = displayName && displayName !== name ? `${displayName} (${name})` : name;
	return group ? `${label} – ${group}` : label;
}
