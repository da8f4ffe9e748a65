/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test simulates n8n's helper and the bodies it returns; it isn't part of the package */
import { AxiosError } from 'axios';
import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type JsonObject,
} from 'n8n-workflow';
import { Readable } from 'node:stream';

import { readAccount, type Account } from '../../../nodes/MoEngageSubscription/api/account';
import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { writeResponse } from '../../../nodes/MoEngageSubscription/api/schemas';
import { sender } from '../../../nodes/MoEngageSubscription/api/transport';

const node: INode = {
	id: '1',
	name: 'N',
	type: 't',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
const credential = { workspaceId: 'WS', apiKey: 'secret-key-1234', dataCenter: '01' };
const account = readAccount(credential) as Account;

/** n8n's helper: its arguments are the credential type, the request, and the credential. */
type Helper = (type: string, options: object, more?: object) => Promise<unknown>;

/** Sends one batch with `request` in place of n8n's helper. */
function sendBy(
	request: Helper,
	{
		stored = async () => credential,
		signal = new AbortController().signal,
		timeoutMs = 30,
	}: { stored?: () => Promise<object>; signal?: AbortSignal; timeoutMs?: number } = {},
) {
	const helper = jest.fn(request);
	const context = {
		getCredentials: stored,
		getNode: () => node,
		helpers: { httpRequestWithAuthentication: helper },
	} as unknown as IExecuteFunctions;
	const send = sender({
		context,
		account,
		endpoint: endpoints.updatePreferences,
		schema: writeResponse,
		timeoutMs,
		build: () => ({ body: { id: 'ada' }, people: ['ada'] }),
	});
	return { helper, verdict: send([{}], { batchId: 'b', signal }) };
}

/** Throws a network fault as n8n does. */
function fault(code: string | undefined, message = 'x') {
	const error = new AxiosError(message, code);
	return async () => {
		throw new NodeApiError(node, error as unknown as JsonObject);
	};
}

const response = (body: unknown) => ({ statusCode: 200, headers: {}, body });
const never = async () => await new Promise<never>(() => {});

describe('a request without a response', () => {
	it.each([
		'ECONNREFUSED',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
	])('a request without a connection counts as not taken: %s', async (code) => {
		const found = await sendBy(fault(code)).verdict;
		expect(found).toMatchObject({ kind: 'transient', notTaken: true });
		expect(found).not.toHaveProperty('noResponse');
	});

	it.each([
		'ECONNRESET',
		'EPIPE',
		'ECONNABORTED',
		'ETIMEDOUT',
		'EPROTO',
		'ERR_CANCELED',
		undefined,
	])('a request whose connection was lost may have been taken: %s', async (code) => {
		const found = await sendBy(fault(code)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
		expect(found).not.toHaveProperty('notTaken');
	});

	it('a request whose response body breaks off may have been taken', async () => {
		const body = Readable.from(
			(async function* () {
				yield Buffer.from('{"mess');
				throw Object.assign(new NodeOperationError(node, 'aborted'), { code: 'ECONNRESET' });
			})(),
		);
		const found = await sendBy(async () => response(body)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
	});

	it('a request ends soon after its timeout, and a late response is closed', async () => {
		let arrive: (late: unknown) => void = () => {};
		const { verdict } = sendBy(async () => await new Promise((done) => (arrive = done)));
		expect(await verdict).toMatchObject({
			kind: 'transient',
			noResponse: true,
			reason: { message: "MoEngage didn't respond within 0.03 s" },
		});
		const body = new Readable({ read() {} });
		arrive(response(body));
		await new Promise((done) => setImmediate(done));
		expect(body.destroyed).toBe(true);
	});

	it('a late error doesn’t end the process', async () => {
		let fail: (error: unknown) => void = () => {};
		const { verdict } = sendBy(async () => await new Promise((_done, no) => (fail = no)));
		await verdict;
		fail(new NodeOperationError(node, 'late'));
		await new Promise((done) => setImmediate(done));
	});

	it('a request whose response body never ends is ended by its timeout', async () => {
		const body = new Readable({ read() {} });
		body.push('{');
		const found = await sendBy(async () => response(body)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
		expect(body.destroyed).toBe(true);
	});

	it('a request ends at once when the user stops the workflow', async () => {
		const stop = new AbortController();
		const { verdict } = sendBy(never, { signal: stop.signal, timeoutMs: 600_000 });
		setImmediate(() => stop.abort());
		expect(await verdict).toMatchObject({ kind: 'transient', noResponse: true });
	});

	it('all requests of a run share one abort listener, which is removed at the end', async () => {
		const { signal } = new AbortController();
		const added = jest.spyOn(signal, 'addEventListener');
		const removed = jest.spyOn(signal, 'removeEventListener');
		const body = '{"message": "ok"}';
		const all = Array.from({ length: 20 }, () => sendBy(async () => response(body), { signal }));
		for (const { verdict } of all) expect(await verdict).toHaveProperty('kind', 'delivered');
		expect(added).toHaveBeenCalledTimes(1);
		expect(removed).toHaveBeenCalledTimes(1);
	});

	it('no request is sent after the user stopped the workflow', async () => {
		const { verdict, helper } = sendBy(never, { signal: AbortSignal.abort() });
		expect(await verdict).toMatchObject({ kind: 'transient', notTaken: true });
		expect(helper).not.toHaveBeenCalled();
	});
});

describe('the credential of a request', () => {
	it.each([
		['key', { apiKey: 'k'.repeat(20) }],
		['workspace', { workspaceId: 'OTHER' }],
		['data center', { dataCenter: '02' }],
		['project', { projectCode: 'p' }],
		['validity', { apiKey: '' }],
	])('a credential with a changed %s stops the run, and nothing is sent', async (_name, change) => {
		const stored = async () => ({ ...credential, ...change });
		const { verdict, helper } = sendBy(never, { stored });
		expect(await verdict).toMatchObject({
			kind: 'fatal',
			scope: 'sender',
			reason: { message: 'The credential changed while the workflow was running' },
		});
		expect(helper).not.toHaveBeenCalled();
	});

	it('an unreadable credential stops the run, and nothing is sent', async () => {
		const stored = async () => {
			throw Object.assign(new NodeOperationError(node, 'no database'), { code: 'ECONNREFUSED' });
		};
		const { verdict, helper } = sendBy(never, { stored });
		expect(await verdict).toMatchObject({
			kind: 'fatal',
			scope: 'sender',
			reason: { message: "The MoEngage credential couldn't be read" },
		});
		expect(helper).not.toHaveBeenCalled();
	});

	it('a request is signed with the credential that was compared', async () => {
		const { verdict, helper } = sendBy(async () => response('{"message": "ok"}'));
		expect(await verdict).toMatchObject({ kind: 'delivered' });
		expect(helper.mock.calls[0][2]).toMatchObject({ credentialsDecrypted: { data: credential } });
	});

	it.each([
		['an expression fails', new NodeOperationError(node, 'Cannot read properties of undefined')],
		['a header can’t hold it', Object.assign(new TypeError('x'), { code: 'ERR_INVALID_CHAR' })],
	])('the run stops without a network error if %s', async (_name, error) => {
		const { verdict } = sendBy(async () => {
			throw new NodeApiError(node, error as unknown as JsonObject);
		});
		const found = await verdict;
		expect(found).toMatchObject({ kind: 'fatal', scope: 'sender' });
		expect(JSON.stringify(found)).not.toContain('reached');
	});
});
