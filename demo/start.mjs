// npm start: n8n with this package in it, beside a MoEngage sandbox, on this machine alone.
// --once ends after the main job, with 0 where all arrived as it should.
import { inspect } from 'node:util';
import { runMainJob } from './lib/main-job.mjs';
import { duration, log, UserError } from './lib/log.mjs';
import { landingLink } from './lib/visitor.mjs';
import { closeOnSignal, loadWorkflow, openTestEnvironment } from './lib/test-environment.mjs';

/** The other examples; those that wait for visitors are switched on. */
const OTHERS = {
	'crm-webhook.json': { active: true },
	'opt-in.json': { active: true },
	'resubscribe.json': { active: false },
	'preference-page.json': { active: true },
};

const once = process.argv.includes('--once');
const started = Date.now();
log('MoEngage for n8n, on this machine: nothing leaves it but the downloads from npm.');
const handle = openTestEnvironment({ sandboxConfig: { acceptAnyUser: true } });
closeOnSignal(handle);
try {
	const environment = await handle.ready;
	const { client, owner, sandbox, server } = environment;
	const main = await loadWorkflow(environment, 'contact-list.json');
	for (const [file, { active }] of Object.entries(OTHERS)) {
		const workflow = await loadWorkflow(environment, file);
		if (active) await client.activate(workflow);
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
	const visitor = (await sandbox.users()).find(({ unsubscribed }) => !unsubscribed);
	log(`
  Editor           ${server.url}
  Email            ${owner.email}
  Password         ${owner.password}
  This workflow    ${server.url}/workflow/${main.id}
  Sandbox          ${sandbox.url}/_sandbox/state

  Four more examples are in the editor. Open these two as your customers would:
  Preference page  ${await landingLink(environment, visitor?.customer_id ?? 'visitor')}
  Double opt-in    ${server.url}/webhook/newsletter
                   (no mail leaves this machine: read it under Executions, node “The Mail”)
  A CRM may call   ${server.url}/webhook/crm-consent

  This n8n is for trying out: what you change in it is gone when it ends. Ctrl-C ends it.
`);
} catch (problem) {
	// Ctrl-C while something was under way: whoever heard it ends this process.
	if (!handle.closing()) {
		if (problem instanceof UserError) log(`\n${problem.message}`);
		else log(`\nThis should not have happened, please report it:\n${inspect(problem)}`);
		await handle.close();
		process.exit(1);
	}
}
