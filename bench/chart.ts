/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- writes a picture */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { World } from '../test/virtual/world';
import { drawChart, type Line } from './drawChart';
import { measure } from './measure';
import { SERVERS } from './servers';
import { STRATEGIES } from './strategies';

const FILE = path.join(__dirname, '../docs/images/makespan.svg');
const LATENCY = 500;
const BATCHES = [5, 10, 20, 40, 60, 80, 100, 101, 125, 150, 200, 201, 250, 300, 301, 400, 401, 500];
/** With one request per user, longer lists take long to simulate and show the same. */
const ONE_PER_USER_MAX = 100;
/** It loses users, so its time says nothing. */
const LOSES_USERS = 'HTTP Request node, as it is';

/** Draws the makespan of lists against the bound, from the same measurements as the tables. */
export async function writeChart(): Promise<void> {
	const server = SERVERS.find(({ name }) => name === 'sliding');
	if (server === undefined) throw new Error('no server to draw');
	const { options, bound } = server;
	const lines: Line[] = [
		{
			name: 'lower bound: the limit alone',
			points: BATCHES.map((n) => ({ users: n * 50, ms: bound(n, LATENCY) })),
		},
	];
	for (const strategy of STRATEGIES) {
		if (strategy.name === LOSES_USERS) continue;
		const points: Line['points'] = [];
		for (const batches of BATCHES) {
			if (strategy.perBatch > 1 && batches > ONE_PER_USER_MAX) break;
			const newWorld = (seed: number) => new World(seed, { ...options, L: LATENCY });
			const { ms } = await measure(strategy, newWorld, bound(batches, LATENCY), { batches });
			points.push({ users: batches * 50, ms });
		}
		lines.push({ name: strategy.name, points });
	}
	writeFileSync(FILE, drawChart(lines));
	console.log(`Chart: ${path.relative(process.cwd(), FILE)}`);
}
