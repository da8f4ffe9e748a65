import { rateFacts } from '../../../nodes/MoEngageSubscription/api/rateHeaders';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const httpDate = (ms: number) => new Date(ms).toUTCString();
const epoch = (ms: number) => String(Math.floor(ms / 1000));

describe('rate headers', () => {
	it('the documented headers give limit, remaining, and reset', () => {
		const headers = {
			'x-ratelimit-limit': '100',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': '42',
		};
		expect(rateFacts(headers, NOW)).toEqual({ limit: 100, remaining: 0, resetInMs: 42_000 });
	});

	it('a large reset is read as seconds since 1970 by the server’s clock', () => {
		for (const skew of [0, 300_000, -300_000]) {
			const headers = {
				date: httpDate(NOW + skew),
				'x-ratelimit-reset': epoch(NOW + skew + 30_000),
			};
			expect(rateFacts(headers, NOW)).toEqual({ resetInMs: 30_000 });
		}
	});

	it('a large reset is read by the local clock if the response has no Date', () => {
		expect(rateFacts({ 'x-ratelimit-reset': epoch(NOW + 9_000) }, NOW)).toEqual({
			resetInMs: 9_000,
		});
	});

	it('a reset with 13 digits is read as milliseconds since 1970', () => {
		expect(rateFacts({ 'x-ratelimit-reset': String(NOW + 9_000) }, NOW)).toEqual({
			resetInMs: 9_000,
		});
	});

	it('a reset in the past means no wait', () => {
		expect(rateFacts({ 'x-ratelimit-reset': epoch(NOW - 9_000) }, NOW)).toEqual({ resetInMs: 0 });
	});

	it('the first value of a joined or repeated header counts', () => {
		expect(rateFacts({ 'x-ratelimit-limit': '100, 100;w=60' }, NOW)).toEqual({ limit: 100 });
		expect(rateFacts({ 'x-ratelimit-remaining': ['7', '9'] }, NOW)).toEqual({ remaining: 7 });
	});

	it.each([
		['seconds', '5', 5_000],
		['a fraction', '1.5', 1_500],
		['a date', httpDate(NOW + 5_000), 5_000],
		['a date in the past', httpDate(NOW - 5_000), 0],
		['a date a minute ago', httpDate(NOW - 60_000), 0],
		['a day', '86400', 86_400_000],
		['a date in a day', httpDate(NOW + 86_400_000), 86_400_000],
	])('Retry-After as %s sets the pause', (_name, value, ms) => {
		const headers = { date: httpDate(NOW), 'retry-after': value };
		expect(rateFacts(headers, NOW)).toEqual({ retryAfterMs: ms });
	});

	it.each([
		['a negative number', '-5'],
		['more than a day', '86401'],
		['a century', '3153600000'],
		['a date more than a day ahead', httpDate(NOW + 86_401_000)],
		['a date more than a minute ago', httpDate(NOW - 61_000)],
		['a date of another year', httpDate(NOW - 365 * 86_400_000)],
		['a word', 'soon'],
		['an epoch', epoch(NOW + 5_000)],
	])('Retry-After as %s is ignored, and the reset is kept', (_name, value) => {
		const headers = {
			date: httpDate(NOW),
			'retry-after': value,
			'x-ratelimit-reset': '7',
		};
		expect(rateFacts(headers, NOW)).toEqual({ resetInMs: 7_000 });
	});

	it.each(['', ' ', '-1', 'soon', 'NaN', '1e3', '0x10', '٣', '9'.repeat(400), null, {}, []])(
		'the invalid value %j is ignored in every header',
		(value) => {
			const names = ['limit', 'remaining', 'reset'].map((name) => `x-ratelimit-${name}`);
			const headers = Object.fromEntries([...names, 'retry-after', 'date'].map((n) => [n, value]));
			expect(rateFacts(headers, NOW)).toEqual({});
		},
	);

	it('a limit of 0 is ignored', () => {
		expect(rateFacts({ 'x-ratelimit-limit': '0' }, NOW)).toEqual({});
	});
});
