import { NodeOperationError } from 'n8n-workflow';

import { TestCredentials } from '../support/engineCredentials';
import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();
const ONE_BY_ONE = { ...BULK, options: { batchSize: 1, maxTries: 1 } };

/** A MoEngage that accepts everything and calls `at` with the number of each request. */
const accepting = async (at: (number: number) => void) => {
	let number = 0;
	return await impostor(() => {
		at((number += 1));
		return [200, {}, '{"message": "ok"}'];
	});
};

describe('a credential that changes while the workflow runs', () => {
	it.each([
		['API key', { apiKey: 'another-key' }],
		['workspace ID', { workspaceId: 'ANOTHER' }],
	])('an edited credential sends nothing with the new %s', async (_name, change) => {
		const credential = t.credential();
		await using server = await accepting((number) => {
			if (number === 3) Object.assign(credential, change);
		});
		credential.baseUrl = server.url;
		const { main, errors } = await t.run(ONE_BY_ONE, rows(30), {
			credential,
			onError: 'continueErrorOutput',
		});
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(
			new Set(['Not sent: the credential changed while the workflow was running']),
		);
		expect(errors.length).toBeGreaterThan(20);
		expect(main.length + errors.length).toBe(30);
		expect(main).toHaveLength(server.requests.length);
		const authorizations = server.requests.map(
			(request) => /"authorization":"[^"]+"/.exec(request)?.[0],
		);
		expect(new Set(authorizations).size).toBe(1);
		expect(server.requests.join()).not.toContain('ANOTHER');
	});

	it('an edited credential sends nothing to the new base URL', async () => {
		const credential = t.credential();
		await using other = await accepting(() => {});
		await using server = await accepting((number) => {
			if (number === 3) credential.baseUrl = other.url;
		});
		credential.baseUrl = server.url;
		const { errors } = await t.run(ONE_BY_ONE, rows(30), {
			credential,
			onError: 'continueErrorOutput',
		});
		expect(errors.length).toBeGreaterThan(20);
		expect(other.requests).toEqual([]);
	});

	it('a credential that becomes unreadable ends the run with its own error', async () => {
		const credential = t.credential();
		await using server = await accepting((number) => {
			if (number !== 3) return;
			const get = () => {
				throw new NodeOperationError({ name: 'N' } as never, 'Could not be decrypted');
			};
			Object.defineProperty(credential, 'apiKey', { enumerable: true, get });
		});
		credential.baseUrl = server.url;
		const { main, errors } = await t.run(ONE_BY_ONE, rows(30), {
			credential,
			onError: 'continueErrorOutput',
		});
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(
			new Set(["Not sent: the MoEngage credential couldn't be read"]),
		);
		expect(main).toHaveLength(server.requests.length);
	});

	it('a credential that can’t sign a request isn’t reported as a network error', async () => {
		const failing = jest
			.spyOn(TestCredentials.prototype, 'authenticate')
			.mockRejectedValue(new NodeOperationError({ name: 'N' } as never, 'An expression failed'));
		try {
			const { error } = await t.run(BULK, rows(2));
			expect(error?.message).toMatch(/^Not sent: the MoEngage credential couldn't be read/);
		} finally {
			failing.mockRestore();
		}
	});
});
