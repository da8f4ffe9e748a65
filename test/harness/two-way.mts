// Connects the two-way example with the sandbox: MoEngage's events and the CRM's changes start it.
import { randomBytes } from 'node:crypto';
import type { Json } from './n8n-client.mts';
import { loadWorkflow, type TestEnvironment } from './test-environment.mts';

/**
 * Activates the example, and has both sides call it.
 *
 * @param timing settings of the sandbox's destination and webhook
 * @returns the workflow as created
 */
export async function connectTwoWay(
	environment: TestEnvironment,
	timing: { moengage?: object; crm?: object } = {},
): Promise<Json> {
	const { client, sandbox, server, webhookSecret } = environment;
	const workflow = await loadWorkflow(environment, 'two-way.json');
	await client.activate(workflow);
	const triggerOf = (name: string) => workflow.nodes.find((node: Json) => node.name === name);
	const { webhookId } = triggerOf('Change in MoEngage');
	const { path } = triggerOf('Change in CRM').parameters;
	const auth = { kind: 'header', name: 'X-Webhook-Secret', value: webhookSecret };
	const moengage = { url: `${server.url}/webhook/${webhookId}/webhook`, auth };
	await sandbox.control('/configure', { destinations: [{ ...moengage, ...timing.moengage }] });
	await sandbox.control('/crm/webhook', { url: `${server.url}/webhook/${path}`, ...timing.crm });
	return workflow;
}

/** Adds people to both sides, with links to MoEngage's preference page. */
export async function addPeople({ sandbox }: TestEnvironment, people: Person[]) {
	const email = (id: string) => `${id}@example.com`;
	await sandbox.control('/users', {
		users: people.map(({ id, optOut: unsubscribed }) => ({
			customer_id: id,
			email_id: email(id),
			unsubscribed,
		})),
	});
	await sandbox.control('/crm/contacts', {
		contacts: people.map(({ id, optOut, changedAt }) => ({
			id,
			email: email(id),
			email_opt_out: optOut,
			consent_changed_at: changedAt,
		})),
	});
	const links = people.map(({ id }) => ({ ...pageIds(id), customer_id: id }));
	await sandbox.control('/landing-links', { links });
}

export interface Person {
	id: string;
	optOut: boolean;
	/** ISO 8601. */
	changedAt: string;
}

const CAMPAIGN = randomBytes(6).toString('base64url');
const pageIds = (id: string) => ({ user_id: Buffer.from(id).toString('base64url'), cid: CAMPAIGN });

/** @returns URL of MoEngage's preference page for a person */
export function moengagePage({ sandbox }: Pick<TestEnvironment, 'sandbox'>, id: string): string {
	return `${sandbox.url}/preference-page?${new URLSearchParams(pageIds(id)).toString()}`;
}
