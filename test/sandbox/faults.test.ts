import type { AxiosResponse } from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const bulk = async (...ids: string[]): Promise<AxiosResponse> =>
	await sandbox.call('POST', '/v1/category-subscription/user-preferences', {
		timeout: 4000,
		data: {
			channel: 'email',
			user_preferences: ids.map((id) => ({
				customer_id: id,
				categories: { Newsletter: false },
				unsubscribe_all: false,
			})),
		},
	});
const resubscribe = async (...recipients: string[]) =>
	await sandbox.call('POST', '/emails/v1.0/bulk-resubscribe', {
		data: { recipients, esp: 'SENDGRID', update_esp: true, request_id: 'r' },
	});
const optIn = async (customer_id: string) =>
	await sandbox.call('PUT', '/v1.0/opt-in-management/user-preferences', {
		data: { user_preferences: { customer_id, opt_in_status: 'OPTED_OUT', channel: 'email' } },
	});

/** Status of each request, one after the other; the error's code if there is none. */
async function outcomes(count: number): Promise<Array<number | string>> {
	const all: Array<number | string> = [];
	for (let i = 0; i < count; i++) {
		try {
			all.push((await bulk('u')).status);
		} catch (problem) {
			all.push(String((problem as { code?: string }).code));
		}
	}
	return all;
}
const changes = async (id = 'u') => (await sandbox.user(id))?.changes ?? 0;

describe('statuses', () => {
	it.each([400, 401, 403, 409, 413, 429, 500, 503])(
		'an injected %i has the shape of the API and changes nothing',
		async (status) => {
			await sandbox.addFaults([{ do: 'status', status }]);
			await sandbox.seedUsers([{ customer_id: 'u' }]);
			const first = await bulk('u');
			expect(first.status).toBe(status);
			const text = expect.any(String) as unknown;
			const firewall = { error: 'IP Validation Required', message: text };
			expect(first.data).toEqual(status === 403 ? firewall : { title: text, description: text });
			const second = await resubscribe('a@x.com');
			expect(second.status).toBe(status);
			if (status === 403) expect(second.data).toEqual(firewall);
			else expect(second.data.error).toHaveProperty('err_code');
			const third = await optIn('u');
			expect(third.status).toBe(status);
			if (status === 429) expect(third.data).toBe('');
			else expect(third.data.error).toHaveProperty('details');
			expect(await changes()).toBe(0);
		},
	);

	it('a rule can set the body, headers and message', async () => {
		await sandbox.addFaults([
			{
				do: 'status',
				status: 503,
				body: { any: 'thing' },
				headers: { 'Retry-After': '7' },
				times: 1,
			},
			{ do: 'status', status: 429, body: null, rateHeaders: false, times: 1 },
			{ do: 'status', status: 500, message: 'Come back', times: 1 },
		]);
		const first = await bulk('u');
		expect(first.data).toEqual({ any: 'thing' });
		expect(first.headers['retry-after']).toBe('7');
		const second = await bulk('u');
		expect(second.data).toBe('');
		expect(second.headers).not.toHaveProperty('x-ratelimit-remaining');
		expect((await bulk('u')).data.description).toBe('Come back');
		expect((await bulk('u')).status).toBe(200);
	});

	it('a rule can apply the change despite its error status', async () => {
		await sandbox.addFaults([{ do: 'status', status: 500, apply: true, times: 1 }]);
		expect((await bulk('u')).status).toBe(500);
		expect(await changes()).toBe(1);
		expect((await sandbox.log())[0]).toMatchObject({ status: 500, applied: true });
	});

	it('the credential test can return 200 with "status": "error"', async () => {
		await sandbox.addFaults([
			{ endpoint: 'authentication', do: 'status', status: 200, body: { status: 'error' } },
		]);
		const response = await sandbox.callInvalid('POST', '/v1/integrations/authentication', {
			data: {},
		});
		expect(response.status).toBe(200);
		expect(response.data).toEqual({ status: 'error' });
	});
});

describe('which requests a rule applies to', () => {
	it('a rule applies after n requests, up to a number of times', async () => {
		await sandbox.addFaults([{ do: 'status', status: 500, after: 2, times: 3 }]);
		expect(await outcomes(7)).toEqual([200, 200, 500, 500, 500, 200, 200]);
	});

	it('a rule applies to one endpoint, several, or one workspace', async () => {
		await sandbox.addFaults([
			{ do: 'status', status: 500, endpoint: 'resubscribe' },
			{ do: 'status', status: 503, workspace: 'OTHER' },
		]);
		expect((await bulk('u')).status).toBe(200);
		expect((await resubscribe('a@x.com')).status).toBe(500);
		await sandbox.addFaults(
			[{ do: 'status', status: 500, endpoint: ['bulkUpdate', 'optIn'] }],
			true,
		);
		expect((await bulk('u')).status).toBe(500);
		expect((await resubscribe('a@x.com')).status).toBe(202);
	});

	it('a rule with a probability applies repeatably by its seed', async () => {
		const draw = async (seed: number) => {
			await sandbox.addFaults([{ do: 'status', status: 500, probability: 0.5, seed }], true);
			return await outcomes(20);
		};
		const first = await draw(7);
		expect(first).toContain(200);
		expect(first).toContain(500);
		expect(await draw(7)).toEqual(first);
		expect(await draw(8)).not.toEqual(first);
	});

	it('the first matching rule applies; once it is used up, the next one does', async () => {
		await sandbox.addFaults([
			{ do: 'status', status: 500, times: 1 },
			{ do: 'status', status: 503, times: 1 },
		]);
		expect(await outcomes(3)).toEqual([500, 503, 200]);
	});
});

describe('rejected users', () => {
	it('a rule for a user rejects requests with that user and the given message', async () => {
		const rule = { do: 'reject', user: ['poison', 'bad@x.com'], message: 'Bad customer' };
		await sandbox.addFaults([rule]);
		const rejected = await bulk('good', 'poison');
		expect(rejected.status).toBe(400);
		expect(rejected.data.description).toBe('Bad customer');
		expect(await changes('good')).toBe(0);
		expect((await bulk('good')).status).toBe(200);
		const address = await resubscribe('good@x.com', 'bad@x.com');
		expect(address.status).toBe(400);
		expect(address.data.error).toEqual({ message: 'Bad customer', err_code: 'BadRequest' });
		const status = await optIn('poison');
		expect(status.status).toBe(400);
		expect(status.data.error.details.message).toBe('Bad customer');
	});

	it('a rule without a user rejects every request with the same message', async () => {
		await sandbox.addFaults([{ do: 'reject', message: 'Channel is not configured' }]);
		for (const id of ['a', 'b', 'c']) {
			const response = await bulk(id);
			expect(response.status).toBe(400);
			expect(response.data.description).toBe('Channel is not configured');
		}
		expect((await sandbox.state()).userCount).toBe(0);
	});

	it('a rejection can have another status', async () => {
		await sandbox.addFaults([{ do: 'reject', user: 'poison', status: 422 }]);
		expect((await bulk('poison')).status).toBe(422);
	});
});

describe('time', () => {
	const timed = async () => {
		const start = Date.now();
		await bulk('u');
		return Date.now() - start;
	};

	it.each(['before', 'after', 'split'])(
		'a delay applies %s the request is carried out',
		async (where) => {
			await sandbox.addFaults([{ do: 'delay', delayMs: 2000, where }]);
			const started = Date.now();
			expect(await timed()).toBeGreaterThanOrEqual(1995);
			const counted = Number((await sandbox.log())[0].countedAt) - started;
			if (where === 'before') expect(counted).toBeGreaterThanOrEqual(1990);
			if (where === 'split') expect(counted).toBeGreaterThanOrEqual(990);
			if (where !== 'before') expect(counted).toBeLessThan(where === 'after' ? 990 : 1990);
		},
	);

	it('jitter is repeatable by its seed', async () => {
		const draw = async () => {
			await sandbox.reset('rules', 'log');
			await sandbox.addFaults([{ do: 'delay', jitterMs: 1000, seed: 3 }]);
			await outcomes(4);
			const log = await sandbox.log();
			return log.map(({ countedAt, receivedAt }) => Number(countedAt) - receivedAt);
		};
		const first = await draw();
		expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(200);
		(await draw()).forEach((ms, i) => expect(Math.abs(ms - first[i])).toBeLessThan(250));
	});

	it('delays add up and combine with another fault', async () => {
		await sandbox.addFaults([
			{ do: 'delay', delayMs: 100 },
			{ do: 'delay', delayMs: 100 },
			{ do: 'status', status: 500 },
		]);
		const start = Date.now();
		expect((await bulk('u')).status).toBe(500);
		expect(Date.now() - start).toBeGreaterThanOrEqual(195);
	});

	it('a hanging request changes nothing and ends when the client gives up', async () => {
		await sandbox.addFaults([{ do: 'hang', times: 1 }]);
		expect(await outcomes(2)).toEqual(['ECONNABORTED', 200]);
		expect(await changes()).toBe(1);
		expect((await sandbox.log())[0]).toMatchObject({
			outcome: 'hanging',
			status: null,
			respondedAt: null,
		});
	});
});

describe('cut connections and broken bodies', () => {
	it('a cut before the change sends no response and changes nothing', async () => {
		await sandbox.addFaults([{ do: 'cut-before', times: 1 }]);
		expect(await outcomes(2)).toEqual(['ECONNRESET', 200]);
		expect(await changes()).toBe(1);
		expect((await sandbox.log())[0]).toMatchObject({ outcome: 'cut', applied: false });
	});

	it('a cut after the change sends no response but makes the change', async () => {
		await sandbox.addFaults([{ do: 'cut-after', times: 1 }]);
		expect(await outcomes(1)).toEqual(['ECONNRESET']);
		expect(await changes()).toBe(1);
		expect((await sandbox.log())[0]).toMatchObject({ outcome: 'cut', status: null, applied: true });
	});

	it.each(['half', 'headers-only'])('a response with the fault %s is cut off', async (fault) => {
		await sandbox.addFaults([{ do: fault, times: 1 }]);
		expect(await outcomes(2)).toEqual([expect.stringMatching(/^(ECONNRESET|ERR_BAD_)/), 200]);
		expect(await changes()).toBe(2);
		expect((await sandbox.log())[0]).toMatchObject({ outcome: 'half', status: 200, applied: true });
	});

	it.each([
		['html', /^<html>/, 'text/html'],
		['invalid-json', /^\{"message": "[^"]*$/, 'application/json'],
		['title', /^title="/, 'text/plain'],
		['empty', /^$/, undefined],
	])('the fault %s sends its own body', async (fault, text, type) => {
		await sandbox.addFaults([
			{ do: fault, times: 1 },
			{ do: fault, status: 502, times: 1 },
		]);
		const good = await bulk('u');
		expect(good.status).toBe(200);
		expect(String(good.data)).toMatch(text);
		if (type === undefined) expect(good.headers).not.toHaveProperty('content-type');
		else expect(good.headers['content-type']).toContain(type);
		expect(await changes()).toBe(1);
		const bad = await bulk('u');
		expect(bad.status).toBe(502);
		expect(String(bad.data)).toMatch(text);
		expect(await changes()).toBe(1);
	});
});
