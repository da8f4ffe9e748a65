import type { DeliveryReport, Progress } from './delivery';

/** Counts of one run. */
export interface Tally {
	noun: readonly [string, string];
	accepted: number;
	/** Refused, not sent or unknown. */
	failed: number;
}

const figure = (count: number) => count.toLocaleString('en-US');

function counted(count: number, [one, many]: readonly [string, string]): string {
	return `${figure(count)} ${count === 1 ? one : many}`;
}

/** Time as people say it; nothing below a second. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? `${minutes} min` : `${figure(Math.round(minutes / 60))} h`;
}

/** The hint that sums a run up. It names nobody. */
export function summary(tally: Tally, report: DeliveryReport<unknown, unknown>): string {
	const parts = [
		`${counted(tally.accepted, tally.noun)} in ${counted(report.requests, ['request', 'requests'])}`,
	];
	if (tally.failed > 0) parts.push(`${figure(tally.failed)} rejected or not sent`);
	if (report.combined > 0)
		parts.push(
			`${figure(report.combined)} combined with another change of the same ${tally.noun[0]}`,
		);
	if (report.waitedMs >= 1000) parts.push(`waited ${duration(report.waitedMs)} for the rate limit`);
	return parts.join('; ');
}

/** The hint of a run that sent nothing. `limit` is requests a window of `windowMs`. */
export function previewSummary(
	tally: Tally,
	requests: number,
	{ limit, windowMs }: { limit: number; windowMs: number },
): string {
	const windows = Math.max(Math.ceil(requests / limit) - 1, 0);
	const time = windows === 0 ? 'a few seconds' : `about ${duration(windows * windowMs)}`;
	const failed = tally.failed > 0 ? `; ${figure(tally.failed)} would be rejected` : '';
	return `Preview only, nothing was sent. ${counted(tally.accepted, tally.noun)} would go in ${counted(requests, ['request', 'requests'])} and take ${time}${failed}`;
}

export function progressLine({ done, total, requests, msLeft }: Progress): string {
	return `MoEngage: ${figure(done)} of ${figure(total)} done in ${counted(requests, ['request', 'requests'])}, about ${duration(msLeft)} left`;
}

/** What became of the other items, for the message that stops a workflow. */
export function othersSentence({ accepted, failed }: Tally): string {
	const total = accepted + failed;
	if (total === 1) return '';
	if (accepted === 0) return ` (none of the ${figure(total)} items was accepted)`;
	const others = failed === 1 ? '' : `, ${figure(failed - 1)} more not`;
	return ` (of ${figure(total)} items, ${figure(accepted)} were accepted${others})`;
}
