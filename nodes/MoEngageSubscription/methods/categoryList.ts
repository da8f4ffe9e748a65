import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { readAccount } from '../api/account';
import type { Reason } from '../api/errors';
import { CREDENTIAL, sender, type AcceptedResponse } from '../api/transport';
import type { Verdict } from '../delivery';
import { getCategories } from '../operations/category/getAll.operation';
import type { Operation } from '../operations/operation';
import { getPreferences } from '../operations/preference/get.operation';
import { visitorIn, type Visitor } from '../operations/shared/landingPage';
import { categoryLabel, type ListedCategory } from '../operations/shared/columnMapping';
import { ItemError } from '../operations/shared/itemError';

/** Shorter than a run's timeout, because the user is waiting for the list. Milliseconds. */
const LIST_TIMEOUT_MS = 10_000;

type Found<A> = Verdict<AcceptedResponse<A>, Reason>;

/**
 * Returns the categories for a list in the panel, sorted: the workspace's active ones, or those of a
 * sample user if this API key can't list them. Throws the error to show if there is no list. `wayOut`
 * is the end of the error: what the user can do without one, as a clause without a period.
 */
export async function loadCategories(
	context: ILoadOptionsFunctions,
	wayOut: string,
): Promise<ListedCategory[]> {
	const channel = context.getCurrentNodeParameter('channel') === 'sms' ? 'sms' : 'email';
	const all = await fetchOnce(context, getCategories, { channel, limit: Infinity });
	if (all.kind === 'delivered') {
		const found = all.result.response.data.map(({ name, display_name, group }) => ({
			name,
			label: categoryLabel(name, display_name, group),
		}));
		if (found.length > 0) return sorted(found);
		throw noList(
			context,
			'This workspace has no active categories for this channel',
			`To go on, ${wayOut}.`,
		);
	}
	if (!isUnavailable(all)) throw listError(context, all, wayOut);

	const visitor = sampleVisitor(context);
	if (visitor === undefined)
		throw noList(
			context,
			all.reason.message,
			`${all.reason.description} Until then, add the option 'Sample Landing Page URL', or ${wayOut}.`,
		);
	const sample = await fetchOnce(context, getPreferences, visitor);
	if (sample.kind !== 'delivered') throw listError(context, sample, wayOut);
	const names = Object.keys(sample.result.response.categories);
	if (names.length > 0) return sorted(names.map((name) => ({ name, label: name })));
	throw noList(
		context,
		'MoEngage returned no categories for the sample user',
		`To go on, ${wayOut}.`,
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

function sorted(categories: readonly ListedCategory[]): ListedCategory[] {
	return [...categories].sort((a, b) => a.label.localeCompare(b.label));
}

/** Returns the error to show if the verdict contains no list. */
function listError(
	context: ILoadOptionsFunctions,
	verdict: Exclude<Found<unknown>, { kind: 'delivered' }>,
	wayOut: string,
): NodeOperationError {
	switch (verdict.kind) {
		case 'throttled':
			return noList(
				context,
				'MoEngage is receiving too many requests',
				`Wait a minute, or ${wayOut}.`,
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
function noList(context: ILoadOptionsFunctions, problem: string, fix: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${problem}. ${fix}`);
}
