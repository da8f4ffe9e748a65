/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test sends signals to the live check's process */
import { ID, expectRestored, live, sandbox } from './liveCheck';

it('the live check restores the user if a step fails', async () => {
	await sandbox.addFaults([{ do: 'cut-after', endpoint: 'bulkUpdate', after: 1 }]);
	const { code, output } = await live(['--yes']);
	expect([code, output]).toEqual([1, expect.stringContaining('No response to POST')]);
	const unsubscribed = (await sandbox.log()).some(
		({ body, applied }) => applied && body?.user_preferences?.[0]?.unsubscribe_all === true,
	);
	expect(unsubscribed).toBe(true);
	await expectRestored();
});

it.each(['SIGINT', 'SIGTERM'] as const)(
	'the live check restores the user on %s',
	async (signal) => {
		await sandbox.addFaults([{ do: 'delay', endpoint: 'bulkUpdate', after: 1, delayMs: 700 }]);
		const { code, output } = await live(['--yes'], {}, async (pid) => {
			const sent = async () => (await sandbox.log({ endpoint: 'bulkUpdate' })).length;
			for (let i = 0; i < 300 && (await sent()) < 2; i++)
				await new Promise((done) => setTimeout(done, 20));
			process.kill(pid, signal);
		});
		expect([code, output]).toEqual([1, expect.stringContaining('The test user is as it was.')]);
		await expectRestored();
	},
);

it('the live check reports that the user could not be restored', async () => {
	await sandbox.addFaults([{ do: 'status', status: 500, endpoint: 'v5UpdatePreferences' }]);
	const { code, output } = await live(['--yes'], { MOENGAGE_WAIT_S: '0.1' });
	expect(code).toBe(1);
	expect(output).toMatch(/COULD NOT BE RESTORED:\n.*"Newsletter":false/);
});

it('the live check rejects a test user who is unsubscribed from all', async () => {
	await sandbox.seedUsers([{ customer_id: ID, unsubscribed: true }]);
	const { output } = await live(['--yes']);
	expect(output).toContain('Choose a test user who is not unsubscribed from all.');
	expect((await sandbox.user(ID))?.changes).toBe(0);
});

it('the live check prints no key, user or workspace, even if MoEngage repeats them', async () => {
	const key = sandbox.apiKey;
	const message = `no ${ID} with ${key} in ${sandbox.workspaceId}, see ada@people.example`;
	await sandbox.addFaults([{ do: 'reject', endpoint: 'bulkUpdate', message }]);
	const ran = await live(['--yes']);
	expect(ran.row('body key')).toMatch(/^DIFFERS .*400 "Bad Request: no … with … in …, see …"$/);
	const wrong = await live(['--yes'], { MOENGAGE_API_KEY: 'not-the-key' });
	expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('does not accept')]);
	const basic = Buffer.from(`${sandbox.workspaceId}:${key}`).toString('base64');
	for (const secret of [key, ID, basic, sandbox.workspaceId, 'not-the-key', 'people.example'])
		expect(ran.output + wrong.output).not.toContain(secret);
});
