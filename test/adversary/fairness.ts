/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a report for the terminal */
import {
	nextToBadList,
	nextToHanging,
	nextToLimitedRun,
	nextToOtherKind,
	bisectingPerMinute,
	LEAD_MS,
	quantile,
	type Contact,
} from './load';

/**
 * Prints how long single contacts of other executions wait, in milliseconds at 500 ms latency, next
 * to what may block them: `npx tsx test/adversary/fairness.ts`, with SEED=… and RUNS=… for other seeds.
 */
const SEED = Number(process.env.SEED ?? 1);
const SEEDS = Array.from({ length: Number(process.env.RUNS ?? 3) }, (_, i) => SEED + i);

function line(name: string, seed: number, single: readonly Contact[], more: string): void {
	const [p50, p99, max] = [0.5, 0.99, 1].map((q) => String(quantile(single, q)).padStart(8));
	const lost = single.filter(({ outcome }) => outcome.status !== 'accepted').length;
	const seen = `${String(single.length).padStart(6)} contacts, ${lost} not accepted`;
	console.log(
		`${name.padEnd(44)} ${String(seed).padStart(5)} ${p50} ${p99} ${max}   ${seen}; ${more}`,
	);
}

async function rejected(name: string, seed: number, bad: (i: number) => string | undefined) {
	for (const poisson of [false, true]) {
		const load = { gap: poisson ? 1000 : 3000, poisson };
		const { rig, single, report, ms } = await nextToBadList(seed, { size: 1000, bad }, load);
		const list = `list ${Math.round(ms / 1000)} s, ${report.requests} requests, bisecting ${bisectingPerMinute(rig)}/min`;
		const label = `${name}, ${poisson ? '1/s at random' : 'every 3 s'}`;
		line(
			label,
			seed,
			single.filter(({ at }) => at >= LEAD_MS),
			list,
		);
	}
}

async function main(): Promise<void> {
	console.log(`${'next to'.padEnd(44)}  seed      p50      p99      max`);
	for (const seed of SEEDS) {
		await rejected('1,000 rejected users, one message', seed, () => 'bad');
		await rejected('1,000 rejected users, 7 messages', seed, (i) => `fault ${i % 7}`);
		await rejected('1,000 users, half rejected', seed, (i) => (i % 2 ? 'bad' : undefined));
		const limited = await nextToLimitedRun(seed, 1000, 2);
		line('a run set to 2 per minute', seed, limited.single, `its own: ${limited.ofRun}/min`);
		const byEmail = await nextToOtherKind(seed, 1000);
		line('1,000 opt-ins by another identifier', seed, byEmail, '');
		for (const gap of [3000, 1000]) {
			const hanging = await nextToHanging(seed, gap);
			line(`five hanging, one per ${gap / 1000} s`, seed, hanging.single, '');
		}
	}
}

void main();
