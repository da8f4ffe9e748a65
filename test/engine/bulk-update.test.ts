import { Engine } from '../support/engine';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

let engine: Engine;
let sandbox: SandboxHandle;

beforeAll(async () => {
	[engine, sandbox] = await Promise.all([Engine.load(), startSandbox()]);
}, 60_000);
afterAll(async () => await sandbox?.stop());
beforeEach(async () => await sandbox.reset());

const credential = () => ({
	workspaceId: sandbox.workspaceId,
	apiKey: sandbox.apiKey,
	dataCenter: 'custom',
	baseUrl: sandbox.url,
	projectCode: '',
});

const bulk = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: '={{ $json.id }}',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
	unsubscribeAll: '={{ $json.all }}',
	options: {},
};

describe('Bulk Update', () => {
	it('sends 137 items with 3 duplicates and 3 bad ones in 3 requests', async () => {
		const items = Array.from({ length: 137 }, (_, i) => ({
			id: `user-${i < 131 ? i : i - 131}`,
			Newsletter: i % 2 === 0 ? 'yes' : 'FALSE',
			Promotional: i < 131 ? 1 : 'off',
			all: 'no',
		}));
		items[134] = { ...items[134], id: '' };
		items[135] = { ...items[135], id: '  ' };
		items[136] = { ...items[136], Newsletter: 'perhaps' };
		const result = await engine.run({
			parameters: bulk,
			items,
			credential: credential(),
			onError: 'continueErrorOutput',
		});
		expect(result.error).toBeUndefined();
		expect(result.hints.map(({ message }) => message)).toEqual([
			'134 users in 3 requests; 3 rejected; 3 combined with another change of the same user',
		]);
		expect(result.main).toHaveLength(134);
		expect(result.errors.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 134 },
			{ item: 135 },
			{ item: 136 },
		]);
		const log = await sandbox.log();
		expect(log.map(({ users }) => users).sort()).toEqual([31, 50, 50]);
	});
});
