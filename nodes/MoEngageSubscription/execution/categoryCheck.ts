import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import type { Channel } from '../api/schemas';
import { sender } from '../api/transport';
import type { DeliveryRecord } from '../delivery';
import { getCategories } from '../operations/category/getAll.operation';
import type { AnyOperation } from '../operations/operation';
import { nearestName } from './nearestName';
import { HINT_LENGTH } from './runSummary';

/** Milliseconds to wait for the list. */
const TIMEOUT_MS = 3000;
/** Milliseconds for which a list is used again if it has all names. */
const KEPT_MS = 10 * 60_000;
/** Milliseconds for which a list without a name is used again: the category may be new. */
const KEPT_UNKNOWN_MS = 60_000;
/** Workspaces whose lists are kept. */
const LISTS_MAX = 100;
/** Unknown names that are listed one by one. */
const NAMED_MAX = 3;
/** A longer text is no category name, and might be personal. */
const NAME_LENGTH_MAX = 60;
/** An email address, a phone number or an ID: a field that was mapped by mistake. */
const PERSONAL = /@|\d{5}/;

interface CategoryList {
	readAt: number;
	names: Promise<ReadonlySet<string>>;
}

const lists = new Map<string, CategoryList>();

/**
 * Returns sentences about category names that the workspace doesn't have, if any, each with the nearest
 * name. A workspace that doesn't list its categories, or not in time, gets none. The list is read at
 * most once a minute for each workspace, and only after something was accepted, so a run that can't
 * succeed makes no further request. A preview always reads it.
 */
export async function unknownCategoriesSentence(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	records: ReadonlyArray<DeliveryRecord<unknown>>,
	isPreview: boolean,
): Promise<string[]> {
	const used = usedNames(operation, records);
	if (used.size === 0) return [];
	// Every change names its channel.
	const { channel } = operation.output(records[0]?.value) as { channel: Channel };
	const read = async (maxAgeMs: number) => await listOf(context, account, channel, maxAgeMs);
	const unknownIn = (names: ReadonlySet<string>) =>
		names.size === 0 ? [] : [...used].filter((name) => !names.has(name));
	let names = await read(isPreview ? 0 : KEPT_MS);
	if (!isPreview && unknownIn(names).length > 0) names = await read(KEPT_UNKNOWN_MS);
	return unknownSentence(unknownIn(names), [...names]);
}

function usedNames(
	{ categoriesOf }: AnyOperation,
	records: ReadonlyArray<DeliveryRecord<unknown>>,
): Set<string> {
	const used = new Set<string>();
	if (categoriesOf === undefined) return used;
	for (const { value } of records)
		for (const name of Object.keys(categoriesOf(value) ?? {})) used.add(name);
	return used;
}

/** Returns the names of the active categories; none if the workspace doesn't list them in time. */
async function listOf(
	context: IExecuteFunctions,
	account: Account,
	channel: Channel,
	maxAgeMs: number,
): Promise<ReadonlySet<string>> {
	const key = `${account.fingerprint} ${channel}`;
	const kept = lists.get(key);
	const now = Date.now();
	if (kept !== undefined && now - kept.readAt < maxAgeMs) return await kept.names;
	const list = { readAt: now, names: fetchNames(context, account, channel) };
	// The oldest is first.
	lists.delete(key);
	lists.set(key, list);
	if (lists.size > LISTS_MAX) lists.delete(lists.keys().next().value as string);
	return await list.names;
}

async function fetchNames(
	context: IExecuteFunctions,
	account: Account,
	channel: Channel,
): Promise<ReadonlySet<string>> {
	const { endpoint, schema, request: build } = getCategories;
	const send = sender({ context, account, endpoint, schema, timeoutMs: TIMEOUT_MS, build });
	const { signal } = new AbortController();
	const verdict = await send([{ channel, limit: Infinity }], { batchId: 'list', signal });
	if (verdict.kind !== 'delivered') return new Set();
	return new Set(verdict.result.response.data.map(({ name }) => name));
}

function unknownSentence(unknown: readonly string[], active: readonly string[]): string[] {
	const shown = unknown.filter((name) => name.length <= NAME_LENGTH_MAX && !PERSONAL.test(name));
	const sentences = shown.slice(0, NAMED_MAX).map((name) => {
		const nearest = nearestName(name, active);
		const sentence = `No active category '${name}'.`;
		const asked = `${sentence} Did you mean '${nearest}'?`;
		return nearest === undefined || asked.length > HINT_LENGTH ? sentence : asked;
	});
	const others = unknown.length - sentences.length;
	if (others > 0) sentences.push(`${others} more names match no active category.`);
	return sentences;
}
