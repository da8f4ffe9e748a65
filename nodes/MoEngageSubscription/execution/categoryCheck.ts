import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import { sender } from '../api/transport';
import type { DeliveryRecord } from '../delivery';
import { getCategories } from '../operations/category/getAll.operation';
import type { AnyOperation } from '../operations/operation';

/** Milliseconds that a preview waits for the list. */
const TIMEOUT_MS = 5000;
/** Unknown names that are listed one by one. */
const NAMED_MAX = 3;
/** A longer key of an item is no category name, and might be personal. */
const NAME_LENGTH_MAX = 60;

/**
 * Returns sentences about category names that the workspace doesn't have, each with the nearest name,
 * or an empty string. A workspace that doesn't list its categories, or not in time, gets none. MoEngage
 * skips unknown categories of a Bulk Update silently.
 */
export async function unknownCategoriesSentence(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	records: ReadonlyArray<DeliveryRecord<unknown>>,
): Promise<string> {
	const used = new Set<string>();
	let channel: 'email' | 'sms' = 'email';
	for (const { value } of records) {
		const output = operation.output(value);
		const { categories = {}, channel: own } = Array.isArray(output) ? {} : output;
		if (own === 'sms') channel = own;
		for (const name of Object.keys(categories as object)) used.add(name);
	}
	if (used.size === 0 || operation.endpoint.reads) return '';
	const active = await activeCategories(context, account, channel);
	if (active.length === 0) return '';
	return unknownSentence(
		[...used].filter((name) => !active.includes(name)),
		active,
	);
}

async function activeCategories(
	context: IExecuteFunctions,
	account: Account,
	channel: 'email' | 'sms',
): Promise<string[]> {
	const { endpoint, schema, request: build } = getCategories;
	const send = sender({ context, account, endpoint, schema, timeoutMs: TIMEOUT_MS, build });
	const signal = context.getExecutionCancelSignal() ?? new AbortController().signal;
	const verdict = await send([{ channel, limit: Infinity }], { batchId: 'list', signal });
	if (verdict.kind !== 'delivered') return [];
	return verdict.result.response.data.map(({ name }) => name);
}

function unknownSentence(unknown: readonly string[], active: readonly string[]): string {
	const shown = unknown.filter((name) => name.length <= NAME_LENGTH_MAX && !name.includes('@'));
	const sentences = shown.slice(0, NAMED_MAX).map((name) => {
		const nearest = nearestName(name, active);
		const question = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
		return ` No active category '${name}'.${question}`;
	});
	const others = unknown.length - sentences.length;
	if (others > 0) sentences.push(` ${others} more names match no active category.`);
	return sentences.join('');
}

/** Returns the name with the fewest edits, if at most a third of the letters differ. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
	const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
	const wanted = letters(name);
	let nearest: { name: string; edits: number } | undefined;
	for (const one of names) {
		const edits = editsBetween(wanted, letters(one));
		if (edits <= wanted.length / 3 && (nearest === undefined || edits < nearest.edits))
			nearest = { name: one, edits };
	}
	return nearest?.name;
}

/** Letters to insert, delete or replace (Levenshtein distance). */
function editsBetween(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		row = next;
	}
	return row[b.length] as number;
}
