/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test measures its own process */
import { recordOf, row } from './people';
import { count, Rig } from './rig';

/** A cost per row that grows with the rows before it would take minutes here. */
test('10,000 rows of alternating kinds take less than 10 s of CPU time', async () => {
	const rig = new Rig(6, { policy: { limit: 100_000, batchSize: 1 }, latency: () => 50 });
	const rows = Array.from({ length: 10_000 }, (_, i) => {
		const person = Math.floor(i / 2);
		const profile = { id: `c${person}`, uid: `m${person}`, email: `e${person}` };
		return row(i, i % 2 === 0 ? 'id' : 'email', profile);
	});
	const from = process.cpuUsage();
	const { outcomes } = await rig.deliver(rows.map(recordOf));
	expect(count(outcomes)).toEqual({ accepted: 10_000 });
	const { user, system } = process.cpuUsage(from);
	expect((user + system) / 1000).toBeLessThan(10_000);
});
