import { AdmissionControl } from '../../../nodes/MoEngageSubscription/delivery/admissionControl';
import type { Batch } from '../../../nodes/MoEngageSubscription/delivery/batch';
import type { AnyVerdict } from '../../../nodes/MoEngageSubscription/delivery/response/handleVerdict';
import {
	HANGING_MS,
	MAINTENANCE_MAX_MS,
	MAX_HANGING,
	MAX_IN_FLIGHT,
} from '../../../nodes/MoEngageSubscription/delivery/tuning';
import { VirtualClock } from '../../virtual/clock';
import { POLICY } from '../../virtual/world';
import { newRun, recordsOf, sentBatch } from './builders';
import { failed, throttled } from './script';

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
function send(admission: AdmissionControl, at: number) {
	const batch: Batch = sentBatch(recordsOf(newRun(1), 1));
	batch.sentAt = at;
	const permit = admission.onSent(batch, at);
	return (now: number, verdict: AnyVerdict) => admission.onVerdict(batch, permit, now, verdict);
}

describe('Requests in flight', () => {
	test('are five, and a response makes room at once', () => {
		const { admission } = newAdmission();
		const answers = Array.from({ length: MAX_IN_FLIGHT }, (_, i) => send(admission, i));
		expect(MAX_IN_FLIGHT).toBe(5);
		expect(admission.inFlight).toBe(5);
		expect(admission.openAt(100)).toEqual({ at: HANGING_MS, isLimited: false });
		answers[3](200, delivered);
		expect(admission.openAt(200)).toEqual({ at: 200, isLimited: false });
	});

	test('give up their places one by one when they hang, ten of them at most', () => {
		const { admission } = newAdmission();
		for (let i = 0; i < MAX_IN_FLIGHT; i += 1) send(admission, i * 10);
		expect(admission.openAt(4999).at).toBe(HANGING_MS);
		expect(admission.openAt(HANGING_MS).at).toBe(HANGING_MS);
		send(admission, HANGING_MS);
		// The second oldest is next.
		expect(admission.openAt(HANGING_MS).at).toBe(10 + HANGING_MS);
		for (let i = 1; i < MAX_HANGING; i += 1) send(admission, 20_000);
		expect(admission.openAt(99_000)).toEqual({ at: Infinity, isLimited: false });
	});
});

describe('The limit', () => {
	test('is what a wait is put down to if nothing else holds the request back', () => {
		const { admission } = newAdmission({ limit: 1 });
		expect(admission.openAt(0)).toEqual({ at: 0, isLimited: false });
		send(admission, 0)(500, delivered);
		expect(admission.openAt(500)).toEqual({ at: 60_500, isLimited: true });
	});

	test('adds up the time in which only it holds records back', async () => {
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

describe('A verdict', () => {
	test('tells whether the quota is exhausted', () => {
		const { admission } = newAdmission();
		const long: AnyVerdict = { ...throttled, rate: { retryAfterMs: 10 * 60_000 } };
		expect(send(admission, 0)(500, throttled).isExhausted).toBe(false);
		expect(send(admission, 600)(700, long).isExhausted).toBe(true);
	});

	test('opens the circuit after five failures in a row', () => {
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
	test('pauses everything for as long as the server asks', () => {
		const { admission } = newAdmission();
		expect(send(admission, 0)(500, maintenance(20_000)).pausedUntil).toBe(20_500);
		expect(admission.openAt(500)).toEqual({ at: 20_500, isLimited: false });
		expect(admission.openAt(20_500).at).toBe(20_500);
	});

	test('never gets shorter by a later response that asks for less', () => {
		const { admission } = newAdmission();
		const [first, second] = [send(admission, 0), send(admission, 0)];
		first(500, maintenance(20_000));
		expect(second(600, maintenance(1000)).pausedUntil).toBe(20_500);
	});

	test('lasts five minutes at most, however long the server asks', () => {
		const { admission } = newAdmission();
		const { pausedUntil } = send(admission, 0)(0, maintenance(60 * 60_000));
		expect(pausedUntil).toBe(MAINTENANCE_MAX_MS);
		const after = send(admission, MAINTENANCE_MAX_MS)(MAINTENANCE_MAX_MS, maintenance(1000));
		expect(after.pausedUntil).toBeUndefined();
	});

	test('begins anew after a response that was none', () => {
		const { admission } = newAdmission();
		send(admission, 0)(0, maintenance(1000));
		send(admission, 1000)(1000, delivered);
		const later = MAINTENANCE_MAX_MS + 1000;
		expect(send(admission, later)(later, maintenance(1000)).pausedUntil).toBe(later + 1000);
	});

	test('is not meant by a failure that names no time, or by a 429', () => {
		const { admission } = newAdmission();
		expect(send(admission, 0)(0, failed()).pausedUntil).toBeUndefined();
		const limited: AnyVerdict = { ...throttled, rate: { retryAfterMs: 1000 } };
		expect(send(admission, 0)(0, limited).pausedUntil).toBeUndefined();
	});
});
