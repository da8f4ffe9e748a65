/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test starts the live check in its own process, as a user does */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { startSandbox, type SandboxHandle } from '../support/sandbox';

const MAIN = path.resolve(__dirname, '../live/main.mts');
export const ID = 'ada.test@people.example';
const BEFORE = { Newsletter: false, Surveys: true, Promotional: true };

jest.setTimeout(60_000);

export let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await sandbox.reset();
	// To see whether these APIs are on, the check sends requests without a user.
	await sandbox.configure({ invalidRequestsExpected: ['optIn', 'resubscribe'] });
	await sandbox.seedUsers([{ customer_id: ID, categories: BEFORE }]);
});

interface Ran {
	code: number | null;
	output: string;
	/** The table's row for a point. */
	row(point: string): string | undefined;
}

export async function live(
	flags: string[],
	env: NodeJS.ProcessEnv = {},
	meanwhile?: (pid: number) => Promise<void>,
): Promise<Ran> {
	const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...flags], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			PATH: process.env.PATH,
			MOENGAGE_WORKSPACE_ID: sandbox.workspaceId,
			MOENGAGE_API_KEY: sandbox.apiKey,
			MOENGAGE_BASE_URL: sandbox.url,
			MOENGAGE_TEST_CUSTOMER_ID: ID,
			MOENGAGE_WAIT_S: '1',
			...env,
		},
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	const ended = once(child, 'close');
	await meanwhile?.(child.pid ?? 0);
	const [code] = (await ended) as [number | null];
	const row = (point: string) =>
		output.split('\n').find((line) => line.slice(12).startsWith(point));
	return { code, output, row };
}

/** Everything about the test user is as before. */
export async function expectRestored() {
	const user = await sandbox.user(ID);
	expect(user?.unsubscribed).toBe(false);
	expect(user?.categories).toMatchObject(BEFORE);
	// The others were never set, so they count as subscribed.
	const others = Object.entries(user?.categories ?? {}).filter(([name]) => !(name in BEFORE));
	expect(others.filter(([, subscribed]) => !subscribed)).toEqual([]);
}

export const writes = async () =>
	(await sandbox.log()).filter(
		({ method, applied, endpoint }) => method !== 'GET' && applied && endpoint !== 'authentication',
	);
