// Points that need no change to any user.
import { randomUUID } from 'node:crypto';
import { messageOf, type Call, type HttpResponse } from './client.mts';
import { V1, V5, type TestUser } from './user.mts';
import type { Settings } from './settings.mts';

export const OPT_IN = '/v1.0/opt-in-management/user-preferences';
export const RESUBSCRIBE = '/emails/v1.0/bulk-resubscribe';
const SAMPLES = 6;

export interface Finding {
	point: string;
	/** Behavior that the node relies on. */
	expected: string;
	found: string;
	/** undefined: not checked */
	fits?: boolean;
}

export interface Context {
	settings: Settings;
	call: Call;
	signal: AbortSignal;
	/** null: it can't be read */
	user: TestUser | null;
}

export type Check = (context: Context) => Promise<Finding[]>;

/**
 * An API that may be off. The request names no user, so that it changes nothing if the API is on.
 */
async function availability(
	{ settings }: Context,
	point: string,
	asking: Promise<HttpResponse>,
): Promise<Finding> {
	const response = await asking;
	const expected = 'on, or off with 403 or 404';
	if (response.status === 200 || response.status === 400)
		return { point, expected, found: 'on', fits: true };
	const off = response.status === 403 || response.status === 404;
	const message = messageOf(response, settings);
	return { point, expected, found: off ? `off: ${message}` : message, fits: off };
}

export const apis: Check = async (context) => {
	const { call } = context;
	return [
		await availability(context, 'v5 API', call('GET', '/v5/subscription-categories')),
		await availability(
			context,
			'email opt-in API',
			call('PUT', OPT_IN, {
				data: { user_preferences: { channel: 'email' } },
			}),
		),
		await availability(
			context,
			'bulk resubscribe API',
			call('POST', RESUBSCRIBE, {
				data: { recipients: [], esp: 'SENDGRID', update_esp: false, request_id: randomUUID() },
			}),
		),
	];
};

export const unknownUserOfV5: Check = async ({ call, settings, user }) => {
	const point = 'unknown user, v5';
	const expected = '404 with an error object';
	if (user?.way !== 'v5') return [{ point, expected, found: 'no v5 API' }];
	const params = { user_identifier_type: 'uid', user_identifier_value: randomUUID() };
	const response = await call('GET', V5, { params });
	const fits = response.status === 404 && typeof response.data?.error === 'object';
	return [{ point, expected, found: messageOf(response, settings), fits }];
};

export const rateHeaders: Check = async ({ call, settings, user }) => {
	const empty = { channel: 'email', user_preferences: [] };
	const ask = () =>
		user?.way === 'v5'
			? call('GET', '/v5/subscription-categories')
			: settings.landing
				? call('GET', V1, { params: settings.landing })
				: call('POST', V1, { data: empty });
	const responses = [];
	while (responses.length < SAMPLES) responses.push(await ask());
	const resets = responses.map(({ headers }) => Number(headers['x-ratelimit-reset'] ?? NaN));
	const expected = 'x-ratelimit-…, or none';
	if (resets.some(Number.isNaN)) {
		const there = resets.filter((reset) => !Number.isNaN(reset)).length;
		const found = there === 0 ? 'none' : `on ${there} of ${SAMPLES} responses`;
		return [{ point: 'rate headers', expected, found, fits: true }];
	}
	const limits = new Set(responses.map(({ headers }) => headers['x-ratelimit-limit']));
	const epoch = resets.every((reset) => reset > 86_400);
	const delta = resets.every((reset) => reset >= 0 && reset <= 60);
	const ms = resets.every((reset) => reset > 1e11);
	const format = ms
		? 'epoch milliseconds'
		: epoch
			? 'epoch seconds'
			: delta
				? 'seconds left'
				: resets.join(', ');
	return [
		{
			point: 'rate headers',
			expected,
			found: `there; limit ${[...limits].join(', ')}`,
			fits: true,
		},
		{
			point: 'x-ratelimit-reset',
			expected: 'epoch seconds or seconds left',
			found: format,
			fits: epoch || delta,
		},
		{
			point: 'window',
			expected: 'any',
			found: windowHint(responses, ms ? resets.map((reset) => reset / 1000) : resets, epoch),
			fits: true,
		},
	];
};

function windowHint(responses: HttpResponse[], resets: number[], epoch: boolean) {
	const ends = resets.map((reset, i) => (epoch ? reset : (responses[i]?.at ?? 0) / 1000 + reset));
	const moved = Math.max(...ends) - Math.min(...ends);
	const left = responses.map(({ headers }) => Number(headers['x-ratelimit-remaining'] ?? NaN));
	const fell = (left[0] ?? 0) - (left.at(-1) ?? 0);
	const remaining = `remaining fell by ${fell} in ${responses.length - 1} requests`;
	if (moved > 2) return `its end moves with each request: sliding or refilling; ${remaining}`;
	const whole = Math.abs(((ends[0] ?? 0) + 30) % 60) - 30;
	const where =
		Math.abs(whole) <= 1 ? 'at a whole minute: a fixed one, likely' : 'at no whole minute';
	return `its end stays ${where}; ${remaining}`;
}
