import { ServerQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/serverQuota';
import type { RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';

const WINDOW = 60_000;
/** The reset is reported in whole seconds, and how it is rounded is unknown. */
const SURELY = WINDOW + 1000;

/** A response at `at` from a server whose window ends at `ends`, without latency. */
function report(
	server: ServerQuota,
	at: number,
	remaining: number,
	{ ends = WINDOW, ...more }: RateLimitInfo & { ends?: number } = {},
) {
	server.observed(at, at, false, false, { limit: 100, remaining, resetInMs: ends - at, ...more });
}

/** A server whose rate headers are trusted: the last of four responses reported `left`. */
function trusted(left = 96, responses = 4) {
	const server = new ServerQuota(WINDOW);
	for (let i = 1; i <= responses; i += 1) report(server, i * 100, left + responses - i);
	expect(server.isTrusted).toBe(true);
	return server;
}

describe('Rate headers', () => {
	test('rate headers are trusted after three responses that agree with the first', () => {
		const server = new ServerQuota(WINDOW);
		for (const [i, expected] of [false, false, false, true].entries()) {
			report(server, i * 100, 99 - i);
			expect(server.isTrusted).toBe(expected);
			expect(server.limit(1000, i * 100, 0)).toBe(expected ? 100 : 1000);
		}
	});

	test('rate headers raise and lower the limit', () => {
		const server = trusted();
		report(server, 500, 95, { limit: 120 });
		expect(server.limit(100, 500, 0)).toBe(120);
		report(server, 600, 50, { limit: 60 });
		expect([server.isTrusted, server.limit(100, 600, 0)]).toEqual([true, 60]);
	});

	test('rate headers limit the requests in flight, and otherwise give the time when the window has ended', () => {
		const server = trusted(3, 97);
		expect([0, 1, 2].map((inFlight) => server.openAt(9800, inFlight))).toEqual([9800, 9800, 9800]);
		expect(server.openAt(9800, 3)).toBe(SURELY);
		expect(server.forecast(9800, 1)).toEqual({ free: 2, resetAt: SURELY });
		expect(server.forecast(9800, 9)).toEqual({ free: 0, resetAt: SURELY });
	});

	test('several resets narrow the end of the window, whatever the rounding', () => {
		const server = trusted(90, 10);
		server.observed(2000, 2600, false, false, { limit: 100, remaining: 89, resetInMs: 57_000 });
		// Other responses report it later or earlier: the narrowest range counts.
		expect(server.forecast(3000, 0).resetAt).toBe(2600 + 57_000 + 1000);
		server.observed(3000, 3000, false, false, { limit: 100, remaining: 88, resetInMs: 58_000 });
		expect(server.forecast(3000, 0).resetAt).toBe(2600 + 57_000 + 1000);
		expect(server.isTrusted).toBe(true);
	});

	test('a response that overtakes another doesn’t return its request', () => {
		const server = trusted(90, 10);
		report(server, 1100, 88);
		report(server, 1200, 89);
		expect(server.forecast(1200, 0).free).toBe(88);
	});
});

describe('After the reset', () => {
	test('one request probes for a fresh budget after the first reset', () => {
		const server = trusted();
		expect(server.openAt(SURELY - 1, 99)).toBe(SURELY);
		expect(server.openAt(SURELY, 0)).toBe(SURELY);
		expect(server.openAt(SURELY, 1)).toBe(Infinity);
		expect(server.forecast(SURELY, 1)).toEqual({ free: 100, resetAt: SURELY + WINDOW });
	});

	test('the full limit is used after later resets', () => {
		const server = trusted();
		report(server, SURELY, 99, { ends: 2 * WINDOW });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(SURELY, 0)).toEqual({ free: 99, resetAt: 2 * WINDOW + 1000 });
		const later = 2 * WINDOW + 1000;
		expect([server.openAt(later, 1), server.openAt(later, 99)]).toEqual([later, later]);
		expect(server.openAt(later, 100)).toBe(Infinity);
	});

	test('a fresh budget may be half used by other systems, but not more', () => {
		const half = trusted();
		report(half, SURELY, 50, { ends: 2 * WINDOW });
		expect(half.isTrusted).toBe(true);
		const less = trusted();
		report(less, SURELY, 49, { ends: 2 * WINDOW });
		expect(less.isTrusted).toBe(false);
	});

	test('a request that left before the reset counts for the new window if its response came after it', () => {
		const server = trusted();
		server.observed(58_500, 60_500, false, false, { limit: 100, remaining: 99, resetInMs: 59_500 });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(61_000, 0)).toEqual({ free: 99, resetAt: 121_000 });
	});

	test('a response from the previous window doesn’t change the new one', () => {
		const server = trusted();
		report(server, SURELY, 99, { ends: 2 * WINDOW });
		server.observed(59_000, 61_500, false, false, { limit: 100, remaining: 3, resetInMs: 0 });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(62_000, 0)).toEqual({ free: 99, resetAt: 2 * WINDOW + 1000 });
	});
});

describe('A budget shared with other systems', () => {
	test('the requests in flight are limited to our share of what is left', () => {
		// 94 of 100 are used, 10 of them by us: 6 × 10/94 is less than one, and more than a fifth.
		const server = trusted(6, 10);
		expect(server.openAt(2000, 0)).toBe(2000);
		expect(server.openAt(2000, 1)).toBe(SURELY);
		// 60 are used, 10 by us: 40 × 10/60 = 6.7; with 9 in flight 40 × 19/60 = 12.7.
		expect(trusted(40, 10).openAt(2000, 9)).toBe(2000);
		expect(trusted(20, 10).openAt(2000, 3)).toBe(SURELY);
	});

	test('the last requests are left to other systems', () => {
		expect(trusted(1, 10).openAt(2000, 0)).toBe(SURELY);
		expect(trusted(1, 20).openAt(2000, 0)).toBe(2000);
	});

	test('our requests in flight may be what other systems seem to have used', () => {
		// 15 used: 10 responses and 5 in flight.
		const server = trusted(85, 10);
		expect(server.openAt(2000, 5)).toBe(2000);
		expect(server.forecast(2000, 5).free).toBe(80);
	});
});

describe('Responses without rate headers', () => {
	const untold = (server: ServerQuota, at: number) => server.observed(at, at, false, false, {});

	test('a response without headers uses up a request, also of the next window if it came late', () => {
		const server = trusted(96, 4);
		for (const at of [500, 600]) report(server, at, 96 - (at - 400) / 100);
		untold(server, 700);
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(700, 0).free).toBe(93);
		untold(server, WINDOW - 1000);
		report(server, SURELY, 98, { ends: 2 * WINDOW });
		for (let i = 1; i < 4; i += 1) report(server, SURELY + i, 98 - i, { ends: 2 * WINDOW });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(SURELY + 9, 0).free).toBe(94);
	});

	test('two responses in a row without headers end the trust, after any number with headers', () => {
		const server = trusted(50, 50);
		untold(server, 6000);
		expect(server.isTrusted).toBe(true);
		untold(server, 6100);
		expect(server.isTrusted).toBe(false);
	});

	test.each(['limit', 'remaining', 'resetInMs'] as const)(
		'a response without %s counts as one without rate headers',
		(part) => {
			const server = trusted();
			report(server, 500, 95, { [part]: undefined });
			expect(server.isTrusted).toBe(false);
		},
	);
});

describe('Rate headers that contradict themselves', () => {
	test.each([
		['a limit of nothing', { limit: 0.5, remaining: 0 }],
		['less than nothing left', { remaining: -1 }],
		['more left than there was', { remaining: 101 }],
		['a reset in the past', { resetInMs: -1 }],
		['a reset beyond the window', { resetInMs: WINDOW + 2001 }],
	])('contradictory headers end the trust at once: %s', (_name, wrong) => {
		const server = trusted();
		report(server, 500, 95, wrong);
		expect(server.isTrusted).toBe(false);
	});

	test.each([
		['a limit of one', { limit: 1, remaining: 1 }],
		['nothing left', { remaining: 0 }],
		['all left', { remaining: 100 }],
		['a reset now', { resetInMs: 0 }],
		['a reset a little beyond the window', { resetInMs: WINDOW + 2000 }],
	])('headers at the edge of the valid range are trusted: %s', (_name, edge) => {
		const server = new ServerQuota(WINDOW);
		const facts = { limit: 100, remaining: 99, resetInMs: WINDOW, ...edge };
		server.observed(0, 0, false, false, facts);
		// If it had been wrong, it wouldn't be trusted for ten minutes.
		for (let i = 1; i < 6; i += 1) report(server, 70_000 + i, 100 - i, { ends: 130_000 });
		expect(server.isTrusted).toBe(true);
	});

	test('contradictory headers aren’t trusted again for ten minutes', () => {
		const server = trusted();
		report(server, 500, -1);
		const talk = (from: number) => {
			for (let i = 0; i < 4; i += 1) report(server, from + i, 99 - i, { ends: from + WINDOW });
			return server.isTrusted;
		};
		expect(talk(500 + 600_000 - 10)).toBe(false);
		expect(talk(500 + 600_000)).toBe(true);
		// The probe for the first fresh budget is due again.
		expect(server.openAt(500 + 600_000 + SURELY, 1)).toBe(Infinity);
	});

	test('headers that don’t decrease with our requests are contradictory', () => {
		const server = trusted();
		report(server, 500, 95);
		report(server, 600, 95);
		expect(server.isTrusted).toBe(false);
	});

	test('a reset that moves before it has passed is contradictory', () => {
		const server = trusted();
		report(server, 5000, 95, { ends: WINDOW + 5000 });
		expect(server.isTrusted).toBe(false);
	});
});
