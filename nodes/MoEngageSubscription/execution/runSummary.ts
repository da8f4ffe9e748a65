import type { DeliveryRecord, DeliveryReport, Outcome, Progress } from '../delivery';
import type { ItemResult } from './itemResult';

/** How many items of a run met which fate. */
export type Tally = Record<ItemResult['status'], number>;

export function tallyOf(fates: readonly ItemResult[]): Tally {
	const tally: Tally = { accepted: 0, rejected: 0, notSent: 0, unknown: 0 };
	for (const { status } of fates) tally[status] += 1;
	return tally;
}

/**
 * How many people the accepted records are about: several records of one count once. `undefined`
 * where a record names two IDs, which another may name one of.
 */
export function peopleIn(
	records: ReadonlyArray<Pick<DeliveryRecord<unknown>, 'keys'>>,
	outcomes: ReadonlyArray<Pick<Outcome<unknown, unknown>, 'status'>>,
): number | undefined {
	const people = new Set<string>();
	let nameless = 0;
	for (const [index, { keys }] of records.entries()) {
		if (outcomes[index].status !== 'accepted') continue;
		if (keys.length > 1) return undefined;
		if (keys.length === 0) nameless += 1;
		else people.add(keys[0]);
	}
	return people.size + nameless;
}

/** Items and the people they are about, where those are not as many. */
function accepted(
	items: number,
	people: number | undefined,
	noun: readonly [string, string],
): string {
	if (people === items) return counted(items, noun);
	const all = counted(items, ['item', 'items']);
	return people === undefined ? all : `${all} for ${counted(people, noun)}`;
}

const formatted = (count: number) => count.toLocaleString('en-US');

function counted(count: number, [one, many]: readonly [string, string]): string {
	return `${formatted(count)} ${count === 1 ? one : many}`;
}

/** Time as people say it; nothing below a second. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? `${minutes} min` : `${formatted(Math.round(minutes / 60))} h`;
}

/** The hint that sums a run up. It names nobody. `people` as `peopleIn` counts them. */
export function summary(
	tally: Tally,
	people: number | undefined,
	noun: readonly [string, string],
	report: DeliveryReport<unknown, unknown>,
): string {
	const parts = [
		`${accepted(tally.accepted, people, noun)} in ${counted(report.requests, ['request', 'requests'])}`,
	];
	if (tally.rejected > 0) parts.push(`${formatted(tally.rejected)} rejected`);
	if (tally.notSent > 0) parts.push(`${formatted(tally.notSent)} not sent`);
	if (tally.unknown > 0) parts.push(`${formatted(tally.unknown)} unknown, as no clear answer came`);
	if (report.merged > 0)
		parts.push(`${formatted(report.merged)} combined with another change of the same ${noun[0]}`);
	if (report.serialized > 0)
		parts.push(
			`${formatted(report.serialized)} waited for ${noun[1]} identified another way (identify all ${noun[1]} the same way to send faster)`,
		);
	if (report.waitedMs >= 1000) parts.push(`waited ${duration(report.waitedMs)} for the rate limit`);
	return parts.join('; ');
}

/** A run that fills less than this part of its request might have shared one. */
const FIFTH = 5;

/**
 * What to say where a loop hands the node few items a round, so that every round takes a request of
 * its own. `earlier` runs of the node in this execution; empty where nothing is to be said.
 */
export function loopAdvice(
	earlier: number,
	items: number,
	{ batchSize }: { batchSize: number },
	[, many]: readonly [string, string],
): string {
	if (earlier === 0 || items * FIFTH > batchSize) return '';
	return `. The node ran ${formatted(earlier + 1)} times in this execution, now with ${counted(items, ['item', 'items'])}: each time takes a request of its own. If it stands in a loop, take it out, and up to ${batchSize} ${many} share a request.`;
}

/** The hint of a run that sent nothing. `limit` is requests a window of `windowMs`. */
export function previewSummary(
	tally: Tally,
	people: number | undefined,
	noun: readonly [string, string],
	requests: number,
	{ limit, windowMs }: { limit: number; windowMs: number },
): string {
	const windows = Math.max(Math.ceil(requests / limit) - 1, 0);
	const time = windows === 0 ? 'a few seconds' : `about ${duration(windows * windowMs)}`;
	const rejected = tally.rejected > 0 ? `; ${formatted(tally.rejected)} would be rejected` : '';
	return `Preview only, nothing was sent. ${accepted(tally.accepted, people, noun)} would go in ${counted(requests, ['request', 'requests'])} and take ${time}${rejected}`;
}

export function progressLine({ done, total, requests, msLeft }: Progress): string {
	return `MoEngage: ${formatted(done)} of ${formatted(total)} done in ${counted(requests, ['request', 'requests'])}, about ${duration(msLeft)} left`;
}

/** What became of the other items, for the message that stops a workflow. */
export function othersSentence({ accepted, rejected, notSent, unknown }: Tally): string {
	const total = accepted + rejected + notSent + unknown;
	if (total === 1) return '';
	const parts = [accepted === 0 ? 'none was accepted' : `${formatted(accepted)} accepted`];
	if (rejected > 0) parts.push(`${formatted(rejected)} rejected`);
	if (notSent > 0) parts.push(`${formatted(notSent)} not sent`);
	if (unknown > 0) parts.push(`${formatted(unknown)} unknown`);
	return ` (of ${formatted(total)} items: ${parts.join(', ')})`;
}
