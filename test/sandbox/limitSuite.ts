/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test waits for real time to pass */
import type { AxiosResponse } from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

export const PAGE = '/v1/category-subscription/user-preferences';
export const PARAMS = { user_id: 'u', cid: 'c' };
export const sleep = async (ms: number) => await new Promise((done) => setTimeout(done, ms));

/** Number in the header, NaN if it is missing. */
export const header = (response: { headers: object }, name: string) =>
	Number((response.headers as Record<string, string | undefined>)[name]);

/** A sandbox for the tests of one file, reset before each. */
export interface LimitSuite {
	readonly sandbox: SandboxHandle;
	/** Reads a user's preferences. */
	get(): Promise<AxiosResponse>;
	/** Sets the limit and the window of `get`. */
	limit(count: number, windowMs: number, more?: object): Promise<unknown>;
	/** The statuses of `count` calls of `get`. */
	statuses(count: number): Promise<number[]>;
}

export function limitSuite(): LimitSuite {
	let sandbox: SandboxHandle;
	beforeAll(async () => (sandbox = await startSandbox()));
	afterAll(async () => await sandbox.stop());
	beforeEach(async () => await sandbox.reset());

	const get = async () => await sandbox.call('GET', PAGE, { params: PARAMS });
	return {
		get sandbox() {
			return sandbox;
		},
		get,
		async limit(count, windowMs, more = {}) {
			const limits = { getPreferences: { limit: count } };
			return await sandbox.configure({ windowMs, limits, ...more });
		},
		async statuses(count) {
			const all: number[] = [];
			for (let i = 0; i < count; i++) all.push((await get()).status);
			return all;
		},
	};
}
