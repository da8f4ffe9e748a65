import { ServerQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/serverQuota';
import type { RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';

const WINDOW = 60_000;
/** The reset is told in whole seconds, rounded nobody knows how. */
const SURELY = WINDOW + 1000;

/** An answer at `at` of a server whose window ends at `ends`; it took no time. */
function report(
	server: ServerQuota,
	at: number,
	remaining: number,
	{ ends = WINDOW, ...more }: RateLimitInfo & { ends?: number } = {},
) {
	server.observed(at, at, false, false, { limit: 100, remaining, resetInMs: ends - at, ...more });
}

/** A server whose figures rule: four answers told `left` at last. */
function trusted(left = 96, answers = 4) {
	const server = new ServerQuota(WINDOW);
	for (let i = 1; i <= answers; i += 1) report(server, i * 100, left + answers - i);
	expect(server.isTrusted).toBe(true);
	return server;
}

describe('Rate headers', () => {
	test('rule when three answers have agreed with the first', () => {
		const server = new ServerQuota(WINDOW);
		for (const [i, expected] of [false, false, false, true].entries()) {
			report(server, i * 100, 99 - i);
			expect(server.isTrusted).toBe(expected);
			expect(server.limit).toBe(expected ? 100 : undefined);
		}
	});

	test('may raise and lower the limit', () => {
		const server = trusted();
		report(server, 500, 95, { limit: 120 });
		expect(server.limit).toBe(120);
		report(server, 600, 50, { limit: 60 });
		expect([server.isTrusted, server.limit]).toEqual([true, 60]);
	});

	test('say how many may be in flight, and else when the window has surely ended', () => {
		const server = trusted(3, 97);
		expect([0, 1, 2].map((flying) => server.openAt(9800, flying))).toEqual([9800, 9800, 9800]);
		expect(server.openAt(9800, 3)).toBe(SURELY);
		expect(server.forecast(9800, 1)).toEqual({ free: 2, resetAt: SURELY });
		expect(server.forecast(9800, 9)).toEqual({ free: 0, resetAt: SURELY });
	});

	test('narrow the reset, whatever the rounding', () => {
		const server = trusted(90, 10);
		server.observed(2000, 2600, false, false, { limit: 100, remaining: 89, resetInMs: 57_000 });
		// Told later or sooner by others: the narrowest counts.
		expect(server.forecast(3000, 0).resetAt).toBe(2600 + 57_000 + 1000);
		server.observed(3000, 3000, false, false, { limit: 100, remaining: 88, resetInMs: 58_000 });
		expect(server.forecast(3000, 0).resetAt).toBe(2600 + 57_000 + 1000);
		expect(server.isTrusted).toBe(true);
	});

	test('of an answer that overtook another do not give its request back', () => {
		const server = trusted(90, 10);
		report(server, 1100, 88);
		report(server, 1200, 89);
		expect(server.forecast(1200, 0).free).toBe(88);
	});
});

describe('After the reset', () => {
	test('one request looks whether there is a fresh budget, the first time', () => {
		const server = trusted();
		expect(server.openAt(SURELY - 1, 99)).toBe(SURELY);
		expect(server.openAt(SURELY, 0)).toBe(SURELY);
		expect(server.openAt(SURELY, 1)).toBe(Infinity);
		expect(server.forecast(SURELY, 1)).toEqual({ free: 100, resetAt: SURELY + WINDOW });
	});

	test('as many go as the limit allows, once a fresh budget has been seen', () => {
		const server = trusted();
		report(server, SURELY, 99, { ends: 2 * WINDOW });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(SURELY, 0)).toEqual({ free: 99, resetAt: 2 * WINDOW + 1000 });
		const later = 2 * WINDOW + 1000;
		expect([server.openAt(later, 1), server.openAt(later, 99)]).toEqual([later, later]);
		expect(server.openAt(later, 100)).toBe(Infinity);
	});

	test('half of the budget may be used by others, no more', () => {
		const half = trusted();
		report(half, SURELY, 50, { ends: 2 * WINDOW });
		expect(half.isTrusted).toBe(true);
		const less = trusted();
		report(less, SURELY, 49, { ends: 2 * WINDOW });
		expect(less.isTrusted).toBe(false);
	});

	test('an answer that left before it and came after it counts for the new window', () => {
		const server = trusted();
		server.observed(58_500, 60_500, false, false, { limit: 100, remaining: 99, resetInMs: 59_500 });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(61_000, 0)).toEqual({ free: 99, resetAt: 121_000 });
	});

	test('an answer of the window before says nothing of the new one', () => {
		const server = trusted();
		report(server, SURELY, 99, { ends: 2 * WINDOW });
		server.observed(59_000, 61_500, false, false, { limit: 100, remaining: 3, resetInMs: 0 });
		expect(server.isTrusted).toBe(true);
		expect(server.forecast(62_000, 0)).toEqual({ free: 99, resetAt: 2 * WINDOW + 1000 });
	});
});

describe('Where others use the same budget', () => {
	test('only a share of what is left may be in flight, as large as our part so far', () => {
		// 94 of 100 are used, 10 of them by us: 6 × 10/94 is less than one, and more than a fifth.
		const server = trusted(6, 10);
		expect(server.openAt(2000, 0)).toBe(2000);
		expect(server.openAt(2000, 1)).toBe(SURELY);
		// 60 are used, 10 by us: 40 × 10/60 = 6.7; with 9 in flight 40 × 19/60 = 12.7.
		expect(trusted(40, 10).openAt(2000, 9)).toBe(2000);
		expect(trusted(20, 10).openAt(2000, 3)).toBe(SURELY);
	});

	test('the last ones are theirs', () => {
		expect(trusted(1, 10).openAt(2000, 0)).toBe(SURELY);
		expect(trusted(1, 20).openAt(2000, 0)).toBe(2000);
	});

	test('what is in flight of ours may be what they seem to have used', () => {
		// 15 used: 10 answers and 5 in flight.
		const server = trusted(85, 10);
		expect(server.openAt(2000, 5)).toBe(2000);
		expect(server.forecast(2000, 5).free).toBe(80);
	});
});

describe('Answers without rate headers', () => {
	const untold = (server: ServerQuota, at: number) => server.observed(at, at, false, false, {});

	test('use up a request each, of this window and of the next if they came late', () => {
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

	test('end the rule when there are two in a row, after however many with them', () => {
		const server = trusted(50, 50);
		untold(server, 6000);
		expect(server.isTrusted).toBe(true);
		untold(server, 6100);
		expect(server.isTrusted).toBe(false);
	});

	test.each(['limit', 'remaining', 'resetInMs'] as const)('lack them where %s lacks', (part) => {
		const server = trusted();
		report(server, 500, 95, { [part]: undefined });
		expect(server.isTrusted).toBe(false);
	});
});

describe('Figures that contradict themselves', () => {
	test.each([
		['a limit of nothing', { limit: 0.5, remaining: 0 }],
		['less than nothing left', { remaining: -1 }],
		['more left than there was', { remaining: 101 }],
		['a reset in the past', { resetInMs: -1 }],
		['a reset beyond the window', { resetInMs: WINDOW + 2001 }],
	])('end the rule at once: %s', (_name, wrong) => {
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
	])('are not those at the edge: %s', (_name, edge) => {
		const server = new ServerQuota(WINDOW);
		const facts = { limit: 100, remaining: 99, resetInMs: WINDOW, ...edge };
		server.observed(0, 0, false, false, facts);
		// Not believed for ten minutes, had it been wrong.
		for (let i = 1; i < 6; i += 1) report(server, 70_000 + i, 100 - i, { ends: 130_000 });
		expect(server.isTrusted).toBe(true);
	});

	test('are not believed again for ten minutes', () => {
		const server = trusted();
		report(server, 500, -1);
		const talk = (from: number) => {
			for (let i = 0; i < 4; i += 1) report(server, from + i, 99 - i, { ends: from + WINDOW });
			return server.isTrusted;
		};
		expect(talk(500 + 600_000 - 10)).toBe(false);
		expect(talk(500 + 600_000)).toBe(true);
		// The look at the first fresh budget is due again.
		expect(server.openAt(500 + 600_000 + SURELY, 1)).toBe(Infinity);
	});

	test('are those that do not fall by what we send', () => {
		const server = trusted();
		report(server, 500, 95);
		report(server, 600, 95);
		expect(server.isTrusted).toBe(false);
	});

	test('are a reset that moves on before it has passed', () => {
		const server = trusted();
		report(server, 5000, 95, { ends: WINDOW + 5000 });
		expect(server.isTrusted).toBe(false);
	});
});
