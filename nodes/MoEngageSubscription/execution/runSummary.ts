import type { DeliveryRecord, DeliveryReport, Outcome, Progress } from '../delivery';
import type { Reason } from '../api/errors';
import type { ItemResult } from './itemResult';

/** The number of a run's items by status. */
export type StatusCounts = Record<ItemResult['status'], number>;

export function countByStatus(results: readonly ItemResult[]): StatusCounts {
	const counts: StatusCounts = { accepted: 0, rejected: 0, notSent: 0, unconfirmed: 0 };
	for (const { status } of results) counts[status] += 1;
	return counts;
}

/**
 * Counts the users in the accepted records; a user with several records counts once. Returns
 * `undefined` if a record has two IDs, because another record may have only one of them.
 */
export function peopleIn(
	records: ReadonlyArray<Pick<DeliveryRecord<unknown>, 'keys'>>,
	outcomes: ReadonlyArray<Pick<Outcome<unknown, unknown>, 'status'>>,
): number | undefined {
	const people = new Set<string>();
	let anonymous = 0;
	for (const [index, { keys }] of records.entries()) {
		if (outcomes[index]?.status !== 'accepted') continue;
		if (keys.length > 1) return undefined;
		const [key] = keys;
		if (key === undefined) anonymous += 1;
		else people.add(key);
	}
	return people.size + anonymous;
}

/** Describes the accepted items, and their users if the two numbers differ. */
function accepted(
	items: number,
	people: number | undefined,
	noun: readonly [string, string],
): string {
	if (people === items) return counted(items, noun);
	const all = counted(items, ['item', 'items']);
	return people === undefined ? all : `${all} for ${counted(people, noun)}`;
}

export const formatted = (count: number) => count.toLocaleString('en-US');

export function counted(count: number, [one, many]: readonly [string, string]): string {
	return `${formatted(count)} ${count === 1 ? one : many}`;
}

/** Formats a duration for reading; the smallest unit is a second. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? `${minutes} min` : `${formatted(Math.round(minutes / 60))} h`;
}

const wasOrWere = (count: number, rest: string) =>
	`${counted(count, ['item was', 'items were'])} ${rest}.`;

/** What the hint says besides the counts. */
interface SummaryContext {
	noun: readonly [string, string];
	/** Whether the operation looks something up. */
	reads?: boolean;
	/** Where the user finds the reasons of rejected items. */
	reasonsIn: string;
}

/**
 * Returns the hints that summarize a run. They contain no personal data. `people` comes from
 * `peopleIn`.
 */
export function summary(
	counts: StatusCounts,
	people: number | undefined,
	report: Pick<DeliveryReport<unknown, unknown>, 'requests' | 'merged' | 'serialized' | 'waitedMs'>,
	{ noun, reads = false, reasonsIn }: SummaryContext,
): string[] {
	const requests = counted(report.requests, ['request', 'requests']);
	const parts = [
		`MoEngage ${reads ? 'returned' : 'accepted'} ${accepted(counts.accepted, people, noun)} in ${requests}.`,
	];
	if (counts.rejected > 0) parts.push(wasOrWere(counts.rejected, `rejected: see ${reasonsIn}`));
	if (counts.notSent > 0) parts.push(wasOrWere(counts.notSent, 'not sent'));
	if (counts.unconfirmed > 0)
		parts.push(`${counted(counts.unconfirmed, ['item is', 'items are'])} unconfirmed.`);
	if (report.merged > 0 && !reads)
		parts.push(wasOrWere(report.merged, `combined with another change of the same ${noun[0]}`));
	if (report.serialized > 0)
		parts.push(
			`${counted(report.serialized, ['item', 'items'])} waited for ${noun[1]} identified another way: to send faster, identify all ${noun[1]} the same way.`,
		);
	if (report.waitedMs >= 1000)
		parts.push(`The run waited ${duration(report.waitedMs)} for the rate limit.`);
	return parts;
}

/** Characters of the longest hint; a longer one isn't read. */
export const HINT_LENGTH = 120;

/** Divides a description into its sentences; MoEngage's message, which may have several, stays whole. */
function sentencesOf(description: string): string[] {
	const [advice = '', ...quoted] = description.split(/ (?=MoEngage's message: )/);
	return [...advice.split(/(?<=[.!?]) (?=[A-Z'])/), ...quoted];
}

/** Returns the hints for a run in which all items have the same reason. */
export function sharedReason({ message, description }: Reason, items: number): string[] {
	const parts = [`${message}.`];
	// It may end with a quotation.
	const end = /[.!?]$/.test(description) ? '' : '.';
	if (description !== '') parts.push(...sentencesOf(`${description}${end}`));
	if (items > 1) parts.push(`This is the reason for all ${formatted(items)} items.`);
	return parts;
}

/** A run that fills at most this fraction of a request might have shared one. */
const SMALL_RUN_FRACTION = 1 / 5;

/**
 * Returns advice if a loop passes only a few items per iteration to the node, so that each one needs a
 * separate request; otherwise nothing. `earlier` counts the node's runs before this one.
 */
export function loopAdvice(
	earlier: number,
	items: number,
	{ batchSize }: { batchSize: number },
	[, many]: readonly [string, string],
): string[] {
	if (earlier === 0 || items > batchSize * SMALL_RUN_FRACTION) return [];
	return [
		`This node ran ${formatted(earlier + 1)} times in this execution, this time with ${counted(items, ['item', 'items'])}, and each run needs a separate request.`,
		`If this node is inside a loop, move it out of the loop, so that up to ${batchSize} ${many} share a request.`,
	];
}

/** Returns the hints for a preview. `limit` is in requests per window of `windowMs`. */
export function previewSummary(
	counts: StatusCounts,
	people: number | undefined,
	noun: readonly [string, string],
	requests: number,
	{ limit, windowMs }: { limit: number; windowMs: number },
): string[] {
	const windows = Math.max(Math.ceil(requests / limit) - 1, 0);
	const time = windows === 0 ? 'a few seconds' : `about ${duration(windows * windowMs)}`;
	const sent = `${accepted(counts.accepted, people, noun)} would be sent`;
	const others = counts.rejected + counts.notSent + counts.unconfirmed;
	const rejected = `${counted(others, ['item', 'items'])} would be rejected`;
	return [
		`Preview only, nothing was sent: ${sent}${others > 0 ? `, and ${rejected}` : ''}.`,
		`That takes ${counted(requests, ['request', 'requests'])} and ${time}.`,
	];
}

/** Returns a sentence about columns that a mapping ignores, if any. */
export function ignoredColumnsSentence(columns: number): string[] {
	if (columns === 0) return [];
	return [
		`${counted(columns, ['incoming column matches', 'incoming columns match'])} no category.`,
	];
}

/** Returns a sentence about accepted items with warnings, if any. */
export function warningsSentence(items: number): string[] {
	if (items === 0) return [];
	return [`${counted(items, ['item has', 'items have'])} warnings in the output.`];
}

export function progressLine({ done, total, requests, msLeft }: Progress): string {
	return `MoEngage: ${formatted(done)} of ${formatted(total)} done in ${counted(requests, ['request', 'requests'])}, about ${duration(msLeft)} left`;
}

/** Returns the outcomes of all items, for the message that stops a workflow. */
export function othersSentence({ accepted, rejected, notSent, unconfirmed }: StatusCounts): string {
	const total = accepted + rejected + notSent + unconfirmed;
	if (total === 1) return '';
	const parts = [accepted === 0 ? 'none accepted' : `${formatted(accepted)} accepted`];
	if (rejected > 0) parts.push(`${formatted(rejected)} rejected`);
	if (notSent > 0) parts.push(`${formatted(notSent)} not sent`);
	if (unconfirmed > 0) parts.push(`${formatted(unconfirmed)} unconfirmed`);
	return ` (of ${formatted(total)} items: ${parts.join(', ')})`;
}
