import { rateFacts } from '../../../nodes/MoEngageSubscription/api/rateHeaders';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const httpDate = (ms: number) => new Date(ms).toUTCString();
const epoch = (ms: number) => String(Math.floor(ms / 1000));

describe('rate headers', () => {
	it('are read as published', () => {
		const headers = {
			'x-ratelimit-limit': '100',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': '42',
		};
		expect(rateFacts(headers, NOW)).toEqual({ limit: 100, remaining: 0, resetInMs: 42_000 });
	});

	it('take a large reset for seconds since 1970, by the clock of the server', () => {
		for (const skew of [0, 300_000, -300_000]) {
			const headers = {
				date: httpDate(NOW + skew),
				'x-ratelimit-reset': epoch(NOW + skew + 30_000),
			};
			expect(rateFacts(headers, NOW)).toEqual({ resetInMs: 30_000 });
		}
	});

	it('take our clock where the server tells no time', () => {
		expect(rateFacts({ 'x-ratelimit-reset': epoch(NOW + 9_000) }, NOW)).toEqual({
			resetInMs: 9_000,
		});
	});

	it('take milliseconds since 1970 for what they are', () => {
		expect(rateFacts({ 'x-ratelimit-reset': String(NOW + 9_000) }, NOW)).toEqual({
			resetInMs: 9_000,
		});
	});

	it('take a reset in the past for now', () => {
		expect(rateFacts({ 'x-ratelimit-reset': epoch(NOW - 9_000) }, NOW)).toEqual({ resetInMs: 0 });
	});

	it('take the first of what a proxy joined, or a repeated header', () => {
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
	])('honour Retry-After as %s', (_name, value, ms) => {
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
	])('ignore Retry-After as %s and keep the reset', (_name, value) => {
		const headers = {
			date: httpDate(NOW),
			'retry-after': value,
			'x-ratelimit-reset': '7',
		};
		expect(rateFacts(headers, NOW)).toEqual({ resetInMs: 7_000 });
	});

	it.each(['', ' ', '-1', 'soon', 'NaN', '1e3', '0x10', '٣', '9'.repeat(400), null, {}, []])(
		'do no harm as garbage: %j',
		(value) => {
			const names = ['limit', 'remaining', 'reset'].map((name) => `x-ratelimit-${name}`);
			const headers = Object.fromEntries([...names, 'retry-after', 'date'].map((n) => [n, value]));
			expect(rateFacts(headers, NOW)).toEqual({});
		},
	);

	it('never take a limit of 0 for a limit', () => {
		expect(rateFacts({ 'x-ratelimit-limit': '0' }, NOW)).toEqual({});
	});
});
