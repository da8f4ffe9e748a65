import { Limiter } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/limiter';
import { ServerQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/serverQuota';

const WINDOW = 60_000;
const SURELY = WINDOW + 1000;
const HEADERS_MS = 5000;

/** Responses at 100, 200 … ms, the last of which reported `left` of 100. */
function reported(left: number, responses: number) {
	const server = new ServerQuota(WINDOW);
	for (let i = 1; i <= responses; i += 1) {
		const at = i * 100;
		const rate = { limit: 100, remaining: left + responses - i, resetInMs: WINDOW - at };
		server.observed(at, at, false, false, rate);
	}
	return server;
}

describe('Our share of the limit', () => {
	test('there is no share without rate headers', () => {
		const server = new ServerQuota(WINDOW);
		expect(server.share(0, 0, 0)).toBeUndefined();
		server.observed(0, 0, false, false, {});
		expect(server.share(0, 0, 1)).toBeUndefined();
	});

	test('the latest response counts for five seconds before the window is trusted', () => {
		const server = reported(60, 1);
		expect(server.share(100, 0, 10)).toEqual({ share: 0.25, remaining: 15 });
		expect(server.share(100 + HEADERS_MS, 0, 10)).toEqual({ share: 0.25, remaining: 15 });
		expect(server.share(101 + HEADERS_MS, 0, 10)).toBeUndefined();
	});

	test.each([
		[40, 60, 1],
		[41, 60, 1],
		[0, 100, 1],
	])('with %i requests of ours and %i left, the share is %f', (own, left, share) => {
		expect(reported(left, 1).share(100, 0, own)?.share).toBe(left === 100 ? 0 : share);
	});

	test('a trusted window counts its own responses and requests in flight', () => {
		// 60 of 100 are used, 15 of them by us: 10 responses and 5 in flight.
		const server = reported(40, 10);
		expect(server.share(9000, 5, 99)).toEqual({ share: 0.25, remaining: 10 });
		expect(reported(85, 10).share(9000, 5, 0)).toEqual({ share: 1, remaining: 85 });
		expect(reported(85, 10).share(9000, 9, 0)?.share).toBe(1);
	});
});

describe('The first window', () => {
	test('our own log may be used in the first window as long as nothing of others is seen', () => {
		const server = reported(85, 10);
		expect(server.isAloneAtFirst(2000, 5)).toBe(true);
		expect(server.isAloneAtFirst(2000, 4)).toBe(false);
		expect(reported(0, 100).isAloneAtFirst(20_000, 0)).toBe(false);
		expect(new ServerQuota(WINDOW).isAloneAtFirst(0, 0)).toBe(false);
	});

	test('after the first reset only responses show that others were there', () => {
		expect(reported(90, 10).isAloneAtFirst(SURELY, 0)).toBe(true);
		expect(reported(0, 100).isAloneAtFirst(SURELY, 0)).toBe(true);
		expect(reported(85, 10).isAloneAtFirst(SURELY, 5)).toBe(false);
	});

	test('a later window is the server’s own', () => {
		const server = reported(90, 10);
		const rate = { limit: 100, remaining: 99, resetInMs: WINDOW };
		server.observed(SURELY, SURELY, false, false, rate);
		expect(server.isAloneAtFirst(SURELY, 0)).toBe(false);
	});

	test('several requests leave after the first reset if our own log has room', () => {
		const limiter = new Limiter(
			{ limit: 100, windowMs: WINDOW, dayLimit: 1000, batchSize: 1 },
			() => 1,
		);
		for (let i = 1; i <= 10; i += 1) {
			const rate = { limit: 100, remaining: 100 - i, resetInMs: WINDOW - i * 100 };
			limiter.onResponse(limiter.onSent(i * 100), i * 100, false, rate);
		}
		limiter.onSent(SURELY);
		expect(limiter.openAt(SURELY)).toBe(SURELY);
	});
});

describe('Responses without rate headers after the reset', () => {
	test('responses without rate headers after the reset count against the new window', () => {
		const server = reported(90, 10);
		const rate = { limit: 100, remaining: 99, resetInMs: WINDOW };
		server.observed(SURELY, SURELY, false, false, rate);
		for (let i = 1; i < 5; i += 1)
			server.observed(SURELY, SURELY, false, false, { ...rate, remaining: 99 - i });
		const later = 2 * WINDOW + 2000;
		server.observed(later, later, false, false, {});
		expect(server.openAt(later, 98)).toBe(later);
		expect(server.openAt(later, 99)).toBe(Infinity);
		expect(server.openAt(later, 0)).toBe(later);
	});
});
