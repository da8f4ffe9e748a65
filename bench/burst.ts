/* eslint-disable no-console -- prints tables */
import { constantLevel, tender } from '../test/virtual/tender';
import { World } from '../test/virtual/world';
import { measure, row, seconds, SEEDS, show, showTrips } from './measure';
import { BURST_SERVERS, RAISED_SERVERS } from './servers';
import { STRATEGIES, type Strategy } from './strategies';

const BATCHES = [20, 60, 100];
const LATENCIES = [100, 500, 2000];
const SLOPES = [0.1, 0.25, 0.5];

const head = BATCHES.flatMap((n) => LATENCIES.map((ms) => `N${n}/${ms / 1000}s`));
const onePerBatch = (strategies: Strategy[]) => strategies.filter(({ perBatch }) => perBatch === 1);

/** Lists that fit one window, in round trips: the server alone would need one. */
export async function bursts(): Promise<void> {
	console.log('\nLists that fit one window, in round trips (the server alone: 1.0 L)');
	for (const server of BURST_SERVERS) {
		for (const [when, before] of [
			['first list (cold)', 0],
			['second list (warm)', 1],
		] as const) {
			console.log(`\n${server.name}, ${when}`);
			row('strategy', head);
			for (const strategy of onePerBatch(STRATEGIES)) {
				const cells: string[] = [];
				for (const batches of BATCHES) {
					for (const L of LATENCIES) {
						const newWorld = (seed: number) => new World(seed, { ...server.options, L });
						const bound = server.bound(batches, L);
						const cell = await measure(strategy, newWorld, bound, { batches, before });
						cells.push(showTrips(cell, L));
					}
				}
				row(strategy.name, cells);
			}
		}
	}
}

/** A server that gets slower for each request in flight above eight, against its best level. */
export async function tenderServers(): Promise<void> {
	const L = 500;
	console.log(
		'\nTender server: each request in flight above 8 makes requests slower by a part of 0.5 s',
	);
	console.log('The bound is the best time with any constant number of requests in flight.');
	row(
		'strategy',
		SLOPES.flatMap((slope) => BATCHES.map((n) => `N${n}/+${slope * 100}%`)),
	);
	const bounds = new Map<string, number>();
	for (const slope of SLOPES) {
		for (const n of BATCHES) {
			const times: number[] = [];
			for (let level = 1; level <= 100; level += 1)
				times.push(await constantLevel(tender(SEEDS[0], L, slope), level, n));
			bounds.set(`${slope} ${n}`, Math.min(...times));
		}
	}
	row('lower bound', [...bounds.values()].map(seconds));
	for (const strategy of onePerBatch(STRATEGIES)) {
		const cells: string[] = [];
		for (const slope of SLOPES) {
			for (const batches of BATCHES) {
				const newWorld = (seed: number) => tender(seed, L, slope);
				const bound = bounds.get(`${slope} ${batches}`)!;
				cells.push(show(await measure(strategy, newWorld, bound, { batches })));
			}
		}
		row(strategy.name, cells);
	}
}

/** Workspaces with a raised limit, which only the rate headers report. */
export async function raisedLimits(): Promise<void> {
	const batches = 1000;
	for (const server of RAISED_SERVERS) {
		console.log(`\n${server.name}`);
		row(
			'strategy',
			LATENCIES.map((ms) => `N${batches}/${ms / 1000}s`),
		);
		row(
			'lower bound',
			LATENCIES.map((ms) => seconds(server.bound(batches, ms))),
		);
		for (const strategy of onePerBatch(STRATEGIES)) {
			const cells: string[] = [];
			for (const L of LATENCIES) {
				const newWorld = (seed: number) => new World(seed, { ...server.options, L });
				cells.push(show(await measure(strategy, newWorld, server.bound(batches, L), { batches })));
			}
			row(strategy.name, cells);
		}
	}
}
