/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- test code: the seed must be seen and be settable */
import fc from 'fast-check';

/** One seed for a whole test file; `SEED=…` repeats a run. */
export const SEED = Number(process.env.SEED ?? Date.now() % 2_147_483_647);
const RUNS = Number(process.env.RUNS ?? 1000);
/** Mutation tests only ask whether a property holds, not for the smallest case against it. */
const endOnFailure = process.env.SHRINK === 'no';

let told = false;

/** Checks a property in virtual time; the seed is printed once a file. */
export async function check<T>(
	arbitrary: fc.Arbitrary<T>,
	holds: (value: T) => Promise<void>,
	runs = RUNS,
): Promise<void> {
	if (!told) console.log(`Properties: seed ${SEED}, ${runs} runs each (SEED=${SEED} repeats them)`);
	told = true;
	await fc.assert(fc.asyncProperty(arbitrary, holds), { seed: SEED, numRuns: runs, endOnFailure });
}
