// One n8n with the packed package, in a process of its own: run.mjs starts it and reads the last line.
import { closeOnSignal, openBench } from '../../demo/lib/workbench.mjs';
import { say, Trouble } from '../../demo/lib/say.mjs';
import { checkAll } from './checks.mjs';

const bench = openBench({ loud: false, built: true, recipe: process.argv[2] });
closeOnSignal(bench);
/** @type {Record<string, boolean>} */
const passed = {};
const words = (/** @type {unknown} */ problem) =>
	problem instanceof Error ? problem.message : String(problem);
try {
	const parts = await bench.ready;
	await checkAll(parts, (name, problem) => {
		passed[name] = problem === undefined;
		say(`  ${name}: ${problem === undefined ? 'ok' : `NOT OK. ${words(problem)}`}`);
	});
} catch (problem) {
	say(problem instanceof Trouble ? problem.message : words(problem));
}
await bench.close();
say(JSON.stringify({ passed }));
