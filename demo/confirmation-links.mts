// The emails of the double opt-in example. It sends none here, so its links are read from n8n's executions.
import pWaitFor from 'p-wait-for';
import { itemsOf, type Json, type N8nClient } from '../test/harness/n8n-client.mts';
import { log, wait } from '../test/harness/log.mts';

const PATH = 'newsletter';
const WRITES_EMAIL = 'Write Email';
const POLL_MS = 2000;

interface Confirmation {
	execution: string;
	to: string;
	link: string;
}

async function confirmations(client: N8nClient, workflow: Json): Promise<Confirmation[]> {
	const executions = await client.executions(workflow.id);
	return executions.flatMap((execution) =>
		itemsOf(execution, WRITES_EMAIL).map(({ json }) => ({
			execution: execution.id,
			to: json.to,
			link: /https?:\S+/.exec(json.text)?.[0] ?? '',
		})),
	);
}

/** Signs up a visitor and returns the confirmation link that the email would have. */
export async function signUp(client: N8nClient, workflow: Json, email: string): Promise<string> {
	await client.webhook(PATH, { email });
	const find = async () => {
		const own = (await confirmations(client, workflow)).find(({ to }) => to === email);
		return own !== undefined && pWaitFor.resolveWith(own.link);
	};
	const timeout = { milliseconds: 10_000, fallback: () => '(see Executions in the editor)' };
	return await pWaitFor(find, { interval: 200, timeout });
}

/** Prints the link of each later sign-up until the process ends. */
export async function printConfirmationLinks(client: N8nClient, workflow: Json) {
	const printed = new Set(
		(await confirmations(client, workflow)).map(({ execution }) => execution),
	);
	for (;;) {
		await wait(POLL_MS);
		// n8n is unavailable while it restarts.
		const found = await confirmations(client, workflow).catch(() => []);
		for (const { execution, to, link } of found) {
			if (printed.has(execution)) continue;
			printed.add(execution);
			log(`Confirmation link for ${to}: ${link}`);
		}
	}
}
