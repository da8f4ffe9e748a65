/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test plays n8n's helper and the bodies it returns; it is no part of the package */
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
const TIMEOUT_MS = 30;

/** What n8n's helper gets: the request and what to sign it with. */
type Helper = (type: string, options: object, more?: object) => Promise<unknown>;

/** Sends one batch through n8n's helper as `request` plays it. */
function sendBy(
	request: Helper,
	{
		stored = async () => credential as object,
		signal = new AbortController().signal,
	}: { stored?: () => Promise<object>; signal?: AbortSignal } = {},
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
		timeoutMs: TIMEOUT_MS,
		build: () => ({ body: { id: 'ada' }, people: ['ada'] }),
	});
	return { helper, verdict: send([{}], { batchId: 'b', signal }) };
}

/** As n8n hands on a fault of the network. */
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
	])('was not taken if there never was a connection: %s', async (code) => {
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
	])('may have been taken if the connection was lost: %s', async (code) => {
		const found = await sendBy(fault(code)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
		expect(found).not.toHaveProperty('notTaken');
	});

	it('may have been taken if the body breaks off', async () => {
		const body = Readable.from(
			(async function* () {
				yield Buffer.from('{"mess');
				throw Object.assign(new NodeOperationError(node, 'aborted'), { code: 'ECONNRESET' });
			})(),
		);
		const found = await sendBy(async () => response(body)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
	});

	it('ends soon after its timeout, and what comes late is closed', async () => {
		let arrive: (late: unknown) => void = () => {};
		const { verdict } = sendBy(async () => await new Promise((done) => (arrive = done)));
		const started = Date.now();
		expect(await verdict).toMatchObject({
			kind: 'transient',
			noResponse: true,
			reason: { message: "MoEngage didn't respond within 0.03 s" },
		});
		expect(Date.now() - started).toBeLessThan(1_500);
		const body = new Readable({ read() {} });
		arrive(response(body));
		await new Promise((done) => setImmediate(done));
		expect(body.destroyed).toBe(true);
	});

	it('may fail late without ending the process', async () => {
		let fail: (error: unknown) => void = () => {};
		const { verdict } = sendBy(async () => await new Promise((_done, no) => (fail = no)));
		await verdict;
		fail(new NodeOperationError(node, 'late'));
		await new Promise((done) => setImmediate(done));
	});

	it('ends after its timeout if the body never ends', async () => {
		const body = new Readable({ read() {} });
		body.push('{');
		const found = await sendBy(async () => response(body)).verdict;
		expect(found).toMatchObject({ kind: 'transient', noResponse: true });
		expect(body.destroyed).toBe(true);
	});

	it('ends at once when the user stops the workflow', async () => {
		const stop = new AbortController();
		const { verdict } = sendBy(never, { signal: stop.signal });
		setImmediate(() => stop.abort());
		const started = Date.now();
		expect(await verdict).toMatchObject({ kind: 'transient', noResponse: true });
		expect(Date.now() - started).toBeLessThan(TIMEOUT_MS + 200);
	});

	it('shares its listener for the Stop with the others of its run, and leaves none behind', async () => {
		const { signal } = new AbortController();
		const added = jest.spyOn(signal, 'addEventListener');
		const removed = jest.spyOn(signal, 'removeEventListener');
		const body = '{"message": "ok"}';
		const all = Array.from({ length: 20 }, () => sendBy(async () => response(body), { signal }));
		for (const { verdict } of all) expect(await verdict).toHaveProperty('kind', 'delivered');
		expect(added).toHaveBeenCalledTimes(1);
		expect(removed).toHaveBeenCalledTimes(1);
	});

	it('is not made after the user stopped the workflow', async () => {
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
	])('stops the run if its %s changed, and nothing leaves', async (_name, change) => {
		const stored = async () => ({ ...credential, ...change });
		const { verdict, helper } = sendBy(never, { stored });
		expect(await verdict).toMatchObject({
			kind: 'fatal',
			scope: 'sender',
			reason: { message: 'The credential changed while the workflow was running' },
		});
		expect(helper).not.toHaveBeenCalled();
	});

	it('stops the run if it can’t be read, and nothing leaves', async () => {
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

	it('is the one that was compared, whatever is stored a moment later', async () => {
		const { verdict, helper } = sendBy(async () => response('{"message": "ok"}'));
		expect(await verdict).toMatchObject({ kind: 'delivered' });
		expect(helper.mock.calls[0][2]).toMatchObject({ credentialsDecrypted: { data: credential } });
	});

	it.each([
		['an expression fails', new NodeOperationError(node, 'Cannot read properties of undefined')],
		['a header can’t hold it', Object.assign(new TypeError('x'), { code: 'ERR_INVALID_CHAR' })],
	])('stops the run if %s, which is no fault of the network', async (_name, error) => {
		const { verdict } = sendBy(async () => {
			throw new NodeApiError(node, error as unknown as JsonObject);
		});
		const found = await verdict;
		expect(found).toMatchObject({ kind: 'fatal', scope: 'sender' });
		expect(JSON.stringify(found)).not.toContain('reached');
	});
});
