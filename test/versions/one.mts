// Checks one n8n version in its own process. run.mts starts it and reads the last line of its output.
import { closeOnSignal, openTestEnvironment } from '../harness/test-environment.mts';
import { log, UserError } from '../harness/log.mts';
import { checkAll } from './checks.mts';

const handle = openTestEnvironment({ loud: false, built: true, recipe: process.argv[2] });
closeOnSignal(handle);
const passed: Record<string, boolean> = {};
const messageOf = (problem: unknown) =>
	problem instanceof Error ? problem.message : String(problem);
try {
	const environment = await handle.ready;
	await checkAll(environment, (name, problem) => {
		passed[name] = problem === undefined;
		log(`  ${name}: ${problem === undefined ? 'ok' : `NOT OK. ${messageOf(problem)}`}`);
	});
} catch (problem) {
	log(problem instanceof UserError ? problem.message : messageOf(problem));
}
await handle.close();
log(JSON.stringify({ passed }));
