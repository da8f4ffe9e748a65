/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- test code: the seed is printed and can be set */
import { SEED } from '../support/properties';
import type { Rig } from './rig';

const RUNS = Number(process.env.RUNS ?? 1000);

/** An engine without runs releases everything within this time, in milliseconds. */
const IDLE_MS = 60_000;

/**
 * Runs a scenario for many seeds and expects no difference in any; `SEED=… RUNS=1` repeats one.
 * `differs` returns what went wrong, or undefined.
 */
export async function sweep(
	differs: (seed: number) => Promise<string | undefined>,
	runs = RUNS,
): Promise<void> {
	console.log(`Seeds ${SEED} … ${SEED + runs - 1} (SEED=${SEED} repeats them)`);
	const differences: string[] = [];
	for (let seed = SEED; seed < SEED + runs; seed += 1) {
		let found: string | undefined;
		try {
			found = await differs(seed);
		} catch (error) {
			found = error instanceof Error ? error.message : String(error);
		}
		if (found !== undefined) differences.push(`seed ${seed}: ${found}`);
	}
	expect({ count: differences.length, first: differences.slice(0, 3) }).toEqual({
		count: 0,
		first: [],
	});
}

/** P7 and P13: nothing is left in the engine, and no timer is pending for long. */
export async function expectIdle(rig: Rig): Promise<void> {
	const { held, drainMs } = await rig.rest();
	expect(Object.values(held).filter((left) => left !== 0)).toEqual([]);
	expect(drainMs).toBeLessThanOrEqual(IDLE_MS);
}

/** The same for scenarios that run under many seeds. */
export async function leftOver(rig: Rig): Promise<string | undefined> {
	const { held, drainMs } = await rig.rest();
	if (Object.values(held).some((left) => left !== 0))
		return `still referenced: ${JSON.stringify(held)}`;
	return drainMs > IDLE_MS ? `a timer waits for ${drainMs} ms` : undefined;
}
