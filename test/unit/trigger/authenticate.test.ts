import fc from 'fast-check';

import {
	isAuthentic,
	type Expected,
} from '../../../nodes/MoEngageSubscriptionTrigger/authenticate';

const SECRET = 'a:secret with é, of 32 characters';
const byHeader: Expected = { authentication: 'header', headerName: 'X-Token', secret: SECRET };
const byBasic: Expected = { ...byHeader, authentication: 'basicAuth' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('isAuthentic with a header', () => {
	it('the right secret in the named header is accepted, whatever case the name has', () => {
		expect(isAuthentic({ 'x-token': SECRET }, byHeader)).toBe(true);
		expect(isAuthentic({ 'x-token': SECRET }, { ...byHeader, headerName: 'x-TOKEN' })).toBe(true);
	});

	it.each([
		['a missing header', {}],
		['an empty header', { 'x-token': '' }],
		['a prefix of the secret', { 'x-token': SECRET.slice(0, -1) }],
		['a longer secret', { 'x-token': `${SECRET} ` }],
		['other case', { 'x-token': SECRET.toUpperCase() }],
		['a repeated header', { 'x-token': [SECRET, SECRET] }],
		['the secret in another header', { 'x-webhook-secret': SECRET }],
		['the secret as a Basic password', { authorization: basic(`user:${SECRET}`) }],
	])('%s is rejected', (_what, headers) => {
		expect(isAuthentic(headers, byHeader)).toBe(false);
	});
});

describe('isAuthentic with Basic', () => {
	it.each(['moengage', '', 'a user'])('the secret as the password of "%s" is accepted', (user) => {
		expect(isAuthentic({ authorization: basic(`${user}:${SECRET}`) }, byBasic)).toBe(true);
	});

	it('the scheme is accepted in any case', () => {
		const authorization = basic(`moengage:${SECRET}`).replace('Basic ', 'bASIC  ');
		expect(isAuthentic({ authorization }, byBasic)).toBe(true);
	});

	it.each([
		['a missing header', undefined],
		['no encoded part', 'Basic'],
		['text without a colon', basic('no colon')],
		['the secret as the user', basic(`${SECRET}:`)],
		['a wrong password', basic('user:wrong')],
		['another scheme', basic(`user:${SECRET}`).replace('Basic', 'Bearer')],
	])('%s is rejected', (_what, authorization) => {
		expect(isAuthentic({ authorization }, byBasic)).toBe(false);
	});
});

it.each(['header', 'basicAuth'] as const)('without a configured secret, %s rejects all', (kind) => {
	const open: Expected = { authentication: kind, headerName: 'x-token', secret: '' };
	fc.assert(
		fc.property(fc.string(), (given) => {
			const headers = { 'x-token': given, authorization: basic(`user:${given}`) };
			expect(isAuthentic(headers, open)).toBe(false);
		}),
	);
	expect(isAuthentic({ 'x-token': '', authorization: basic(':') }, open)).toBe(false);
});

it('any value but the secret is rejected', () => {
	fc.assert(
		fc.property(fc.string(), (given) => {
			fc.pre(given !== SECRET);
			expect(isAuthentic({ 'x-token': given }, byHeader)).toBe(false);
			expect(isAuthentic({ authorization: basic(`:${given}`) }, byBasic)).toBe(false);
		}),
	);
});
