/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- test code: the seed must be visible and configurable */
import fc from 'fast-check';

/** The seed of a test file; `SEED=…` repeats a run. */
export const SEED = Number(process.env.SEED ?? Date.now() % 2_147_483_647);
const RUNS = Number(process.env.RUNS ?? 1000);
/** Mutation tests need only whether a property holds, not its smallest counterexample. */
const endOnFailure = process.env.SHRINK === 'no';

let seedPrinted = false;

/** Checks a property in virtual time; the seed is printed once per file. */
export async function check<T>(
	arbitrary: fc.Arbitrary<T>,
	holds: (value: T) => Promise<void>,
	runs = RUNS,
): Promise<void> {
	if (!seedPrinted)
		console.log(`Properties: seed ${SEED}, ${runs} runs each (SEED=${SEED} repeats them)`);
	seedPrinted = true;
	await fc.assert(fc.asyncProperty(arbitrary, holds), { seed: SEED, numRuns: runs, endOnFailure });
}
