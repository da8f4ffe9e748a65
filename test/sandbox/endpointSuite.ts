import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const UNKNOWN_UUID = '5f0c4a53-98c1-4d0c-8a39-0a7e0d0b9d11';

/** A valid request of every endpoint with Basic auth. */
const CALLS: Record<string, [method: string, url: string, config?: AxiosRequestConfig]> = {
	getPreferences: ['GET', '/v1/category-subscription/user-preferences?user_id=u&cid=c'],
	updatePreferences: [
		'PUT',
		'/v1/category-subscription/user-preferences?user_id=u&cid=c',
		{ data: { unsubscribe_all: false, categories: { Newsletter: true } } },
	],
	bulkUpdate: [
		'POST',
		'/v1/category-subscription/user-preferences',
		{
			data: {
				channel: 'email',
				user_preferences: [
					{ customer_id: 'u', categories: { Newsletter: true }, unsubscribe_all: false },
				],
			},
		},
	],
	optIn: [
		'PUT',
		'/v1.0/opt-in-management/user-preferences',
		{
			data: {
				user_preferences: { customer_id: 'u', opt_in_status: 'OPTED_OUT', channel: 'email' },
			},
		},
	],
	resubscribe: [
		'POST',
		'/emails/v1.0/bulk-resubscribe',
		{ data: { recipients: ['a@x.com'], esp: 'SENDGRID', update_esp: true, request_id: 'r' } },
	],
	v5Categories: ['GET', '/v5/subscription-categories?channel=email'],
	v5GetPreferences: [
		'GET',
		'/v5/subscription-preferences?user_identifier_type=uid&user_identifier_value=u',
	],
	v5UpdatePreferences: [
		'PATCH',
		'/v5/subscription-preferences',
		{
			data: {
				user_identifier_type: 'uid',
				user_identifier_value: 'u',
				is_globally_unsubscribed: false,
			},
			headers: { 'Idempotency-Key': UNKNOWN_UUID },
		},
	],
};
export const NAMES = Object.keys(CALLS);
export const FIREWALL = ['getPreferences', 'updatePreferences', 'bulkUpdate', 'resubscribe'];
export const PREFERENCES = ['getPreferences', 'updatePreferences', 'bulkUpdate'];
export const V5 = ['v5Categories', 'v5GetPreferences', 'v5UpdatePreferences'];

/** The body of an error in the shape of the endpoint's API. */
export function shape(name: string, status: number) {
	const text = expect.any(String) as unknown;
	if (PREFERENCES.includes(name)) return { title: text, description: text };
	if (name === 'resubscribe') {
		return { response_id: text, error: { message: text, err_code: text } };
	}
	if (name === 'optIn') {
		return {
			error: {
				code: expect.stringMatching(new RegExp(`^${status} `)) as unknown,
				message: text,
				details: { target: text, message: text },
			},
		};
	}
	return { error: { code: text, message: text, target: text } };
}

type Send = (name: string, more?: AxiosRequestConfig) => Promise<AxiosResponse>;

/** A sandbox for the tests of one file; each test starts with its defaults. */
export interface EndpointSuite {
	readonly sandbox: SandboxHandle;
	/** Sends the valid request of an endpoint, changed by `more`. */
	call: Send;
	/** Like `call`, with something that the document doesn't allow. */
	callInvalid: Send;
}

export function endpointSuite(): EndpointSuite {
	let sandbox: SandboxHandle;
	beforeAll(async () => {
		sandbox = await startSandbox();
		await sandbox.seedUsers([{ customer_id: 'u' }]);
	});
	afterAll(async () => await sandbox.stop());
	afterEach(async () => await sandbox.reset('config', 'log', 'rules', 'limits'));

	const call: Send = async (name, more = {}) => {
		const [method, url, config = {}] = CALLS[name];
		const headers = { ...config.headers, ...more.headers } as AxiosRequestConfig['headers'];
		return await sandbox.call(method, url, { ...config, ...more, headers });
	};
	return {
		get sandbox() {
			return sandbox;
		},
		call,
		async callInvalid(name, more = {}) {
			const headers = { ...more.headers, 'X-Sandbox-Invalid-Request': 'on purpose' };
			return await call(name, { ...more, headers } as AxiosRequestConfig);
		},
	};
}
