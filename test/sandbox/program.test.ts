/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test starts the sandbox in its own process, as a user does */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import axios from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const MAIN = path.resolve(__dirname, '../../sandbox/main.mts');

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());

describe('sandbox/main.mts', () => {
	/** Everything printed until the text appears or the program ends. */
	async function run(flags: string[], until: RegExp) {
		const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...flags]);
		let output = '';
		const exited = once(child, 'exit');
		await new Promise<void>((done) => {
			const onOutput = (text: Buffer) => {
				output += text.toString();
				if (until.test(output)) done();
			};
			child.stdout.on('data', onOutput);
			child.stderr.on('data', onOutput);
			void exited.then(() => done());
		});
		return { child, output, exited };
	}

	it('the sandbox prints its URL and the key it accepts', async () => {
		const flags = ['--port', '0', '--workspace', 'MINE', '--api-key', 'my-key'];
		const { child, output, exited } = await run(flags, /Ctrl-C/);
		expect(output).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+/);
		expect(output).toContain('MINE');
		expect(output).toContain('my-key');
		child.kill('SIGINT');
		await exited;
	});

	it.each(['SIGINT', 'SIGTERM'] as const)(
		'the sandbox stops on %s and frees its port',
		async (signal) => {
			const { child, output, exited } = await run(['--port', '0', '--json', '--quiet'], /\n/);
			const { url, workspaceId, apiKey } = JSON.parse(output) as Record<string, string>;
			expect({ workspaceId, apiKey }).toEqual({
				workspaceId: 'DEMO_WORKSPACE',
				apiKey: 'demo-api-key',
			});
			await axios.post(`${url}/_sandbox/rules`, { rules: [{ do: 'hang' }] }, { proxy: false });
			const hanging = axios
				.get(`${url}/v5/subscription-categories`, {
					auth: { username: workspaceId, password: apiKey },
					headers: { 'MOE-APPKEY': workspaceId },
					proxy: false,
				})
				.catch((problem: { code?: string }) => problem.code);
			await new Promise((done) => setTimeout(done, 150));
			child.kill(signal);
			expect(await exited).toEqual([0, null]);
			expect(await hanging).toBe('ECONNRESET');
			const request = axios.get(url, { proxy: false });
			await expect(request).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		},
	);

	it('the sandbox stops when its standard input closes, if set', async () => {
		const flags = ['--port', '0', '--json', '--stop-with-stdin'];
		const { child, exited } = await run(flags, /"url"/);
		child.stdin.end();
		expect(await exited).toEqual([0, null]);
	});

	it('the sandbox explains that its port is taken', async () => {
		const port = new URL(sandbox.url).port;
		const { output, exited } = await run(['--port', port], /$^/);
		expect(await exited).toEqual([1, null]);
		expect(output).toMatch(/port is taken/);
		expect(output).not.toMatch(/at .*\(/);
	});

	it.each([[['--prot', '1']], [['--config', '{"x":1}']], [['--window', 'round']]])(
		'rejects %j with a hint',
		async (flags) => {
			const { output, exited } = await run(flags, /$^/);
			expect(await exited).toEqual([1, null]);
			expect(output).toMatch(/--help/);
		},
	);

	it('the sandbox accepts settings as flags', async () => {
		const own = await startSandbox([
			'--project-code',
			'P1',
			'--window',
			'fixed',
			'--accept-any-user',
			'--no-rate-headers',
			'--config',
			'{"limits":{"optIn":{"limit":2}}}',
		]);
		const optIn = async (headers: Record<string, string>) =>
			await own.call('PUT', '/v1.0/opt-in-management/user-preferences', {
				headers,
				data: {
					user_preferences: { customer_id: 'any', opt_in_status: 'OPTED_OUT', channel: 'email' },
				},
			});
		expect((await optIn({})).status).toBe(400);
		const first = await optIn({ 'MOE-PROJECT-CODE': 'P1' });
		expect(first.status).toBe(200);
		expect(first.headers).not.toHaveProperty('x-ratelimit-limit');
		await optIn({ 'MOE-PROJECT-CODE': 'P1' });
		expect((await optIn({ 'MOE-PROJECT-CODE': 'P1' })).status).toBe(429);
		expect(await own.configure({})).toMatchObject({ window: { kind: 'fixed' } });
		await own.stop();
	});
});
