// The test user as MoEngage shows it, and how it is restored.
import { randomUUID } from 'node:crypto';
import { UserError } from '../harness/log.mts';
import { pause, type Call, type HttpResponse } from './client.mts';
import type { Settings } from './settings.mts';

export const V1 = '/v1/category-subscription/user-preferences';
export const V5 = '/v5/subscription-preferences';
const POLL_MS = 500;

export interface Preferences {
	categories: Record<string, boolean>;
	/** Unsubscribed from all; undefined: this way of reading doesn't show it. */
	globally: boolean | undefined;
}

export interface TestUser {
	way: 'v5' | 'landing page';
	read: (call: Call) => Promise<Preferences>;
	write: (call: Call, before: Preferences) => Promise<HttpResponse>;
}

export function byV5({ customerId }: Settings): TestUser {
	const who = { user_identifier_type: 'uid', user_identifier_value: customerId };
	return {
		way: 'v5',
		async read(call) {
			const { status, data } = await call('GET', V5, { params: { ...who, channel: 'email' } });
			if (status === 404)
				throw new UserError('MoEngage has no user with the ID in MOENGAGE_TEST_CUSTOMER_ID');
			if (status !== 200) throw new UserError(`The test user could not be read (${status})`);
			const categories: [string, boolean][] = data.data.categories.map(
				({ name, status }: { name: string; status: string }) => [name, status === 'subscribed'],
			);
			return {
				categories: Object.fromEntries(categories),
				globally: data.data.is_globally_unsubscribed,
			};
		},
		write: async (call, { categories, globally }) =>
			await call('PATCH', V5, {
				headers: { 'Idempotency-Key': randomUUID() },
				data: { ...who, channel: 'email', is_globally_unsubscribed: globally === true, categories },
			}),
	};
}

export function byLandingPage(params: NonNullable<Settings['landing']>): TestUser {
	return {
		way: 'landing page',
		async read(call) {
			const { status, data } = await call('GET', V1, { params });
			if (status !== 200)
				throw new UserError(`The landing page's user could not be read (${status})`);
			return { categories: data.categories, globally: undefined };
		},
		write: async (call, { categories }) =>
			await call('PUT', V1, { params, data: { unsubscribe_all: false, categories } }),
	};
}

function same(a: Preferences, b: Preferences) {
	const names = Object.keys(b.categories);
	return (
		a.globally === b.globally && names.every((name) => a.categories[name] === b.categories[name])
	);
}

/**
 * Reads until the user matches or the time is up, since changes become visible with a delay.
 *
 * @returns as last seen
 */
export async function readUntil(
	user: TestUser,
	call: Call,
	wanted: (now: Preferences) => boolean,
	waitMs: number,
	signal?: AbortSignal,
): Promise<Preferences> {
	const deadline = Date.now() + waitMs;
	for (;;) {
		const now = await user.read(call);
		if (wanted(now) || Date.now() > deadline) return now;
		await pause(POLL_MS, signal);
	}
}

/** @returns the user is as before */
export async function restore(
	user: TestUser,
	call: Call,
	before: Preferences,
	waitMs: number,
): Promise<boolean> {
	for (let attempt = 1; attempt <= 3; attempt++) {
		try {
			await user.write(call, before);
			const found = await readUntil(user, call, (now) => same(now, before), waitMs);
			// Once more: an earlier change may still be on its way.
			await pause(POLL_MS);
			if (same(found, before) && same(await user.read(call), before)) return true;
		} catch (problem) {
			if (!(problem instanceof UserError)) throw problem;
			await pause(POLL_MS * attempt);
		}
	}
	return false;
}
