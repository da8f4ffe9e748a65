// Two workers, two lists and a storm of single contacts at once, one workspace's limit for all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { differences, expect } from '../../demo/lib/expected.mjs';
import { openCluster } from './cluster.mjs';
import { refusedShare, sayFigures } from './figures.mjs';
import { runRound } from './storm.mjs';

/** @type {ReturnType<typeof openCluster>} */
let open;
/** @type {import('./cluster.mjs').Cluster} */
let cluster;
/** @type {{ [heading: string]: import('./storm.mjs').Round }} */
const rounds = {};

before(async () => {
	open = openCluster();
	cluster = await open.ready;
});
after(async () => {
	sayFigures(rounds);
	await open.close();
});

/** The workers don't see each other: what MoEngage tells of the limit is all they share. */
const ROUNDS = [
	{ name: 'rate headers', headers: { rate: true }, refusedAtMost: 0.08 },
	{ name: 'no headers', headers: { rate: false }, refusedAtMost: 0.35 },
];

for (const { name, headers, refusedAtMost } of ROUNDS) {
	test(`${name}: both workers deliver all of it, ≤ ${100 * refusedAtMost} % 429s`, async () => {
		const round = await runRound(cluster, name.replace(' ', '-'), headers);
		rounds[name] = round;
		const { rows, users, known, answers, executions, perWorker, lists, requests } = round;

		const columns = { id: 'id', categories: ['Newsletter', 'Promotional'], unsubscribed: 'out' };
		const wanted = expect(rows, { ...columns, known });
		assert.deepEqual(wanted.refused, []);
		assert.deepEqual(differences(wanted.users, users), []);
		assert.ok(wanted.users.size > 5000, `${wanted.users.size} users are no load`);

		assert.deepEqual([...new Set(answers)], [200]);
		assert.equal(executions.length, answers.length);
		assert.deepEqual([...new Set(executions.map(({ status }) => status))], ['success']);
		assert.deepEqual(lists, [2500, 2500], 'one item comes out for each row');

		assert.equal(
			perWorker.reduce((sum, taken) => sum + taken),
			executions.length,
		);
		const least = executions.length / 10;
		for (const taken of perWorker) assert.ok(taken > least, `a worker took ${taken} executions`);

		const share = refusedShare(round);
		assert.ok(share <= refusedAtMost, `${(100 * share).toFixed(1)} % refused`);
		const statuses = new Set(requests.map(({ status }) => status));
		statuses.delete(429);
		assert.deepEqual([...statuses], [200]);
		// More than one window's worth, or nothing had to be shared.
		assert.ok(requests.length > 110, `${requests.length} requests are no load`);
	});
}
