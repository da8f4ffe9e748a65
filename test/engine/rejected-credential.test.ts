import { BULK, OPT_IN, rows, suite } from '../support/engineSuite';

const optIn = { ...OPT_IN, email: '', optInStatus: 'OPTED_OUT' };
const resubscribe = {
	resource: 'resubscription',
	operation: 'resubscribe',
	email: '={{ $json.id }}@x.com',
	esp: 'SENDGRID',
	updateEsp: true,
	options: {},
};

describe('A response that blames the credential', () => {
	const t = suite();
	const CONTINUE = { onError: 'continueErrorOutput' } as const;

	const expectNotSent = async (
		run: ReturnType<typeof t.run>,
		count: number,
		most: number,
		message: RegExp,
	) => {
		const { main, errors } = await run;
		expect(main).toEqual([]);
		expect(errors).toHaveLength(count);
		for (const { json } of errors) expect(json.error).toMatch(message);
		expect((await t.sandbox.log()).length).toBeLessThanOrEqual(most);
	};

	it.each([
		['Bulk Update', BULK, 2000, 1],
		['Resubscribe', resubscribe, 500, 1],
		['Opt-In', optIn, 500, 5],
	])(
		'a missing project code ends %s after the requests in flight',
		async (_, node, count, most) => {
			await t.sandbox.configure({
				workspaces: [{ id: t.sandbox.workspaceId, apiKey: t.sandbox.apiKey, projectCode: 'shop' }],
			});
			const run = t.run(node, rows(count), CONTINUE);
			await expectNotSent(run, count, most, /^Not sent: MoEngage requires a valid 'Project Code'/);
		},
	);

	it('a firewall block ends the run and names the setting in MoEngage', async () => {
		await t.sandbox.configure({ ipAllowed: false });
		const { errors } = await t.run(BULK, rows(200), CONTINUE);
		expect(errors).toHaveLength(200);
		expect(errors[0].json.error).toBe("Not sent: MoEngage's API firewall blocked this request");
		expect(errors[0].json.message).toContain('Settings > Account > Security > API firewall');
		expect(await t.sandbox.log()).toHaveLength(1);
	});

	it('a rejected app key ends an update by landing page link', async () => {
		await t.sandbox.addFaults([{ do: 'example', example: 'internalAppKey' }]);
		const update = {
			...BULK,
			operation: 'update',
			identifyBy: 'ids',
			userId: '={{ $json.id }}',
			campaignId: 'c',
		};
		const run = t.run(update, rows(100), CONTINUE);
		await expectNotSent(
			run,
			100,
			5,
			/^Not sent: MoEngage rejected the 'Workspace ID' or 'API Key'/,
		);
	});

	it('300 unknown users in a row don’t end the run', async () => {
		const { errors } = await t.run(optIn, rows(300, 'unknown'), CONTINUE);
		expect(errors).toHaveLength(300);
		for (const { json } of errors) expect(json.error).toMatch(/^Rejected: /);
	});
});
