// npm run dev: a real n8n with this package, a MoEngage sandbox, and the examples, until Ctrl-C. With
// --watch, it reloads the package when its sources change. With --once, it ends after the main job, with
// code 0 if the result matches the file.
import { inspect, parseArgs } from 'node:util';
import type { Json } from '../test/harness/n8n-client.mts';
import { runMainJob } from '../test/harness/main-job.mts';
import { duration, log, UserError } from '../test/harness/log.mts';
import { addPeople, connectTwoWay, moengagePage } from '../test/harness/two-way.mts';
import { landingLink } from '../test/harness/visitor.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
} from '../test/harness/test-environment.mts';
import { printConfirmationLinks, signUp } from './confirmation-links.mts';
import { watchSources } from './watch.mts';

/** The other examples except two-way. Those with webhooks are activated. */
const OTHERS = {
	'crm-webhook.json': { active: true },
	'opt-in.json': { active: true },
	'resubscribe.json': { active: false },
	'only-changes.json': { active: false },
	'retry-rejected.json': { active: false },
	'preference-page.json': { active: true },
};

/** A contact who signs up for the newsletter when the demo starts. */
const NEW_CONTACT = 'new-contact@example.com';

/** A contact on both sides of the two-way example. */
const CONTACT = { id: 'two-way-contact', optOut: false, changedAt: '2026-01-15T10:00:00.000Z' };

function readFlags() {
	try {
		const options = { watch: { type: 'boolean' }, once: { type: 'boolean' } } as const;
		return parseArgs({ options }).values;
	} catch (problem) {
		console.error(
			`${(problem as Error).message.split('. ')[0]}. The options are --watch and --once.`,
		);
		process.exit(1);
	}
}

const { once = false, watch = false } = readFlags();
const started = Date.now();
log(
	'MoEngage for n8n. Everything runs on this machine; only the downloads from npm use the network.',
);
const handle = openTestEnvironment({ sandboxConfig: { acceptAnyUser: true } });
closeOnSignal(handle);
try {
	const environment = await handle.ready;
	const { client, owner, sandbox, server } = environment;
	const main = await loadWorkflow(environment, 'contact-list.json');
	const others: Record<string, Json> = {};
	for (const [file, { active }] of Object.entries(OTHERS)) {
		const workflow = await loadWorkflow(environment, file);
		if (active) await client.activate(workflow);
		others[file] = workflow;
	}
	log();
	log(`Running “${main.name}” …`);
	const { right } = await runMainJob(environment, main);
	log();
	log(`Ready after ${duration(Date.now() - started)}.`);
	if (once) {
		await handle.close();
		process.exit(right ? 0 : 1);
	}
	await connectTwoWay(environment);
	await addPeople(environment, [CONTACT]);
	const optIn = others['opt-in.json'];
	const confirmation = await signUp(client, optIn, NEW_CONTACT);
	const visitor = (await sandbox.users()).find(({ unsubscribed }) => !unsubscribed);
	log(`
  Editor           ${server.url}
  Email            ${owner.email}
  Password         ${owner.password}
  This workflow    ${server.url}/workflow/${main.id}
  Sandbox          ${sandbox.url}/_sandbox/state

  The editor has seven more examples. Open these pages as your customers would:
  Preference page  ${await landingLink(environment, visitor?.customer_id ?? 'visitor')}
  Double opt-in    ${server.url}/webhook/newsletter
                   (no email leaves this machine; each confirmation link appears here)
  Confirmation     ${confirmation}
                   (of ${NEW_CONTACT})
  CRM webhook      ${server.url}/webhook/crm-consent
  Two-way          ${moengagePage(environment, CONTACT.id)}
                   (unsubscribe there, then see the contact in the CRM: ${sandbox.url}/_sandbox/crm)

  Changes in this n8n are lost when it stops. Press Ctrl-C to stop it.
`);
	if (watch) {
		log('Watching nodes/, credentials/, and icons/ for changes.');
		watchSources(environment);
	}
	void printConfirmationLinks(client, optIn);
} catch (problem) {
	// After Ctrl-C, the signal handler ends this process.
	if (!handle.closing()) {
		if (problem instanceof UserError) log(`\n${problem.message}`);
		else log(`\nUnexpected error. Please report it:\n${inspect(problem)}`);
		await handle.close();
		process.exit(1);
	}
}
