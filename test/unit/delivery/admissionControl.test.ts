import { AdmissionControl } from '../../../nodes/MoEngageSubscription/delivery/admissionControl';
import type { Batch } from '../../../nodes/MoEngageSubscription/delivery/batch';
import type { AnyVerdict } from '../../../nodes/MoEngageSubscription/delivery/response/handleVerdict';
import { VirtualClock } from '../../virtual/clock';
import { POLICY } from '../../virtual/world';
import { newRun, recordsOf, sentBatch } from './builders';
import { failed, rejected, throttled } from './script';

// Spelled out, so that a change of a constant is noticed.
const HANGING_MS = 5000;
const MAINTENANCE_MAX_MS = 5 * 60_000;
const MAX_HANGING = 10;
const START_IN_FLIGHT = 5;

const delivered: AnyVerdict = { kind: 'delivered', result: 'ok' };
const maintenance = (retryAfterMs: number): AnyVerdict => ({
	kind: 'transient',
	reason: '503',
	rate: { retryAfterMs },
});

function newAdmission(more = {}) {
	const clock = new VirtualClock();
	return { clock, admission: new AdmissionControl({ ...POLICY, ...more }, clock, () => 1) };
}

/** Sends a batch at that moment. */
function send(
	admission: AdmissionControl,
	at: number,
	size = 1,
	isVerified = true,
	run = newRun(size),
) {
	const batch: Batch = sentBatch(recordsOf(run, size));
	batch.partition.probe.onVerified(isVerified);
	batch.sentAt = at;
	const permit = admission.onSent(batch, at);
	return (now: number, verdict: AnyVerdict) => admission.onVerdict(batch, permit, now, verdict);
}

describe('Requests in flight', () => {
	test('at the start five requests are in flight at most, and a response frees its place at once', () => {
		const { admission } = newAdmission();
		const responses = Array.from({ length: START_IN_FLIGHT }, (_, i) => send(admission, i));
		expect(admission.inFlight).toBe(5);
		expect(admission.openAt(100)).toEqual({ at: HANGING_MS, isLimited: false });
		responses[3](200, delivered);
		expect(admission.openAt(200)).toEqual({ at: 200, isLimited: false });
	});

	test('requests that hang give up their places one by one, at most ten of them', () => {
		const { admission } = newAdmission();
		for (let i = 0; i < START_IN_FLIGHT; i += 1) send(admission, i * 10);
		expect(admission.openAt(4999).at).toBe(HANGING_MS);
		expect(admission.openAt(HANGING_MS).at).toBe(HANGING_MS);
		send(admission, HANGING_MS);
		// The second oldest is next.
		expect(admission.openAt(HANGING_MS).at).toBe(10 + HANGING_MS);
		for (let i = 1; i < MAX_HANGING; i += 1) send(admission, 20_000);
		expect(admission.openAt(99_000)).toEqual({ at: Infinity, isLimited: false });
	});
});

describe('Places at a higher level', () => {
	const full = { isFull: true, isVerified: true, runs: 1 };

	/** An admission whose level is ten after five full batches came back. */
	function atTen() {
		const { admission } = newAdmission();
		for (const respond of Array.from({ length: 5 }, () => send(admission, 0, 50)))
			respond(500, delivered);
		return admission;
	}

	test('five full batches that come back make room for ten', () => {
		const admission = atTen();
		for (let i = 0; i < 9; i += 1) send(admission, 500, 50);
		expect(admission.openAt(500, full).at).toBe(500);
		send(admission, 500, 50);
		expect(admission.openAt(500, full).at).toBe(500 + HANGING_MS);
	});

	test.each([
		['that isn’t full', { ...full, isFull: false }, 1],
		['of an account that isn’t authenticated', { ...full, isVerified: false }, 50],
	])('at most five batches %s are in flight at any level', (_, fresh, size) => {
		const admission = atTen();
		const isVerified = fresh.isVerified;
		for (let i = 0; i < 4; i += 1) send(admission, 500, size, isVerified);
		expect(admission.openAt(500, fresh).at).toBe(500);
		const respond = send(admission, 500, size, isVerified);
		expect(admission.openAt(500, fresh).at).toBe(500 + HANGING_MS);
		expect(admission.openAt(500, full).at).toBe(500);
		expect(admission.openAt(500).at).toBe(500);
		respond(600, failed());
		expect(admission.openAt(600, fresh).at).toBe(600);
	});

	test.each([
		['batches that aren’t full', 1, delivered],
		['rejected batches', 50, rejected() as AnyVerdict],
	])('%s don’t raise the level', (_, size, verdict) => {
		const { admission } = newAdmission();
		for (const respond of Array.from({ length: 5 }, () => send(admission, 0, size)))
			respond(500, verdict);
		for (let i = 0; i < 5; i += 1) send(admission, 500, 50);
		expect(admission.openAt(500, full).at).toBe(500 + HANGING_MS);
	});

	test('a batch as large as its run allows is full', () => {
		const { admission } = newAdmission();
		const run = newRun(20, { settings: { batchSize: 2 } });
		for (const respond of Array.from({ length: 5 }, () => send(admission, 0, 2, true, run)))
			respond(500, delivered);
		for (let i = 0; i < 5; i += 1) send(admission, 500, 50);
		expect(admission.openAt(500, full).at).toBe(500);
	});

	test.each([
		['a 429', throttled, 1],
		['a failure', failed(), 1],
	])('%s lowers the level', (_, verdict) => {
		const admission = atTen();
		send(admission, 500, 50)(600, verdict);
		for (let i = 0; i < 5; i += 1) send(admission, 700, 50);
		expect(admission.openAt(700, full).at).toBeGreaterThan(700);
	});

	test('full batches don’t take the places of others', () => {
		const admission = atTen();
		for (let i = 0; i < 9; i += 1) send(admission, 500, 50);
		expect(admission.openAt(500, { ...full, isFull: false }).at).toBe(500);
	});

	test('the level stays until all of a round trip is back', () => {
		const { admission } = newAdmission();
		const responses = Array.from({ length: 5 }, () => send(admission, 0, 50));
		for (const respond of responses.slice(1)) respond(500, delivered);
		for (let i = 0; i < 4; i += 1) send(admission, 500, 50);
		expect(admission.openAt(500, full).at).toBeGreaterThan(500);
	});

	test('hanging runs get no more places once full batches take half of the extra ones', () => {
		const { admission } = newAdmission();
		const run = newRun(50);
		for (let i = 0; i < 9; i += 1) send(admission, 0, 50, true, run);
		expect(admission.hangingRuns(HANGING_MS)).toEqual(new Set());
		send(admission, 0, 50, true, run);
		expect(admission.hangingRuns(HANGING_MS)).toEqual(new Set([run]));
	});

	test('a request that hangs doesn’t delay the end of a round trip', () => {
		const { admission } = newAdmission();
		const responses = Array.from({ length: 5 }, (_, i) => send(admission, i === 0 ? 0 : 4900, 50));
		for (const respond of responses.slice(1)) respond(5000, delivered);
		for (let i = 0; i < 5; i += 1) send(admission, 5000, 50);
		expect(admission.openAt(5000, full).at).toBe(5000);
	});
});

describe('Runs whose requests hang', () => {
	test('hanging runs get no more places once their requests take half of the extra ones', () => {
		const { admission } = newAdmission();
		const [slow, fresh] = [newRun(20), newRun(1)];
		const sendFor = (run: typeof slow, at: number) => {
			const batch: Batch = Object.assign(sentBatch(recordsOf(run, 1)), { sentAt: at });
			admission.onSent(batch, at);
		};
		for (let i = 0; i < START_IN_FLIGHT + 4; i += 1) sendFor(slow, 0);
		expect(admission.hangingRuns(HANGING_MS)).toEqual(new Set());
		sendFor(fresh, 1000);
		expect(admission.hangingRuns(HANGING_MS - 1)).toEqual(new Set());
		expect([...admission.hangingRuns(HANGING_MS)]).toEqual([slow]);
		expect([...admission.hangingRuns(HANGING_MS + 1000)]).toEqual([slow, fresh]);
	});
});

describe('The limit', () => {
	test('a wait counts as caused by the limit if nothing else delays the request', () => {
		const { admission } = newAdmission({ limit: 1 });
		expect(admission.openAt(0)).toEqual({ at: 0, isLimited: false });
		send(admission, 0)(500, delivered);
		expect(admission.openAt(500)).toEqual({ at: 60_500, isLimited: true });
	});

	test('limitedSoFar adds up the time in which only the limit delays records', async () => {
		const { admission, clock } = newAdmission();
		admission.waits(0, true);
		await clock.until(clock.sleep(1000));
		expect(admission.limitedSoFar).toBe(1000);
		admission.waits(1000, true);
		admission.waits(1500, false);
		expect(admission.limitedSoFar).toBe(1500);
		admission.waits(2000, false);
		admission.waits(3000, true);
		send(admission, 4000);
		expect(admission.limitedSoFar).toBe(2500);
	});
});

describe('AdmissionControl.onVerdict', () => {
	test('a long Retry-After reports an exhausted quota, a plain 429 doesn’t', () => {
		const { admission } = newAdmission();
		const long: AnyVerdict = { ...throttled, rate: { retryAfterMs: 10 * 60_000 } };
		expect(send(admission, 0)(500, throttled).isExhausted).toBe(false);
		expect(send(admission, 600)(700, long).isExhausted).toBe(true);
	});

	test('five failures in a row open the circuit, and a 429 closes it', () => {
		const { admission } = newAdmission();
		for (let i = 0; i < 4; i += 1) send(admission, i)(i, failed());
		expect(admission.breaker.isOpen).toBe(false);
		send(admission, 5)(5, failed());
		expect(admission.breaker.isOpen).toBe(true);
		send(admission, 6)(6, throttled);
		expect(admission.breaker.isOpen).toBe(false);
	});
});

describe('Maintenance', () => {
	test('maintenance pauses the endpoint for as long as the server asks', () => {
		const { admission } = newAdmission();
		expect(send(admission, 0)(500, maintenance(20_000)).pausedUntil).toBe(20_500);
		expect(admission.openAt(500)).toEqual({ at: 20_500, isLimited: false });
		expect(admission.openAt(20_500).at).toBe(20_500);
	});

	test('a later response that asks for less never shortens the pause', () => {
		const { admission } = newAdmission();
		const [first, second] = [send(admission, 0), send(admission, 0)];
		first(500, maintenance(20_000));
		expect(second(600, maintenance(1000)).pausedUntil).toBe(20_500);
	});

	test('maintenance lasts at most five minutes, no matter how long the server asks', () => {
		const { admission } = newAdmission();
		const { pausedUntil } = send(admission, 0)(0, maintenance(60 * 60_000));
		expect(pausedUntil).toBe(MAINTENANCE_MAX_MS);
		const after = send(admission, MAINTENANCE_MAX_MS)(MAINTENANCE_MAX_MS, maintenance(1000));
		expect(after.pausedUntil).toBeUndefined();
	});

	test('maintenance starts over after a response without it', () => {
		const { admission } = newAdmission();
		send(admission, 0)(0, maintenance(1000));
		send(admission, 1000)(1000, delivered);
		const later = MAINTENANCE_MAX_MS + 1000;
		expect(send(admission, later)(later, maintenance(1000)).pausedUntil).toBe(later + 1000);
	});

	test('a failure without Retry-After, or a 429, isn’t maintenance', () => {
		const { admission } = newAdmission();
		expect(send(admission, 0)(0, failed()).pausedUntil).toBeUndefined();
		const limited: AnyVerdict = { ...throttled, rate: { retryAfterMs: 1000 } };
		expect(send(admission, 0)(0, limited).pausedUntil).toBeUndefined();
	});
});
