import { users } from '../../../virtual/world';
import { SMALL } from '../properties/arbitraries';
import {
	inPartition,
	statuses,
	unauthorized,
	rejected,
	Script,
	type ServerVerdict,
} from '../script';

const policy = SMALL;

/** Rejects batches with records of several runs, then returns 401 for those of `a`. */
function unauthorizedWhileBisecting(values: string[]): ServerVerdict | undefined {
	if (new Set(values.map((value) => value[0])).size > 1) return rejected();
	return values[0].startsWith('a') ? unauthorized : undefined;
}

describe('A 401 during bisecting', () => {
	test.each([1, 2, 3, 4])(
		'a 401 during bisecting ends every run with an open record (%i records in the first run)',
		async (count) => {
			const script = new Script(unauthorizedWhileBisecting);
			const reports = await script.all(
				script.start(users(count, 'a'), { policy }),
				script.start(users(5 - count, 'b'), { policy }),
			);
			const failing = script.requests.findIndex(({ values }) =>
				values.every((value) => value.startsWith('a')),
			);
			// The parts of both runs leave at the same time, and nothing after them.
			expect(
				script.requests.slice(failing).every(({ at }) => at === script.requests[failing].at),
			).toBe(true);
			expect(script.requests).toHaveLength(3);
			expect(statuses(reports[0])).toContain('notSent');
			for (const status of reports.flatMap(statuses)) expect(status).not.toBe('unconfirmed');
		},
	);

	test('a 401 during bisecting doesn’t delay a run that starts while other requests are in flight', async () => {
		const script = new Script(unauthorizedWhileBisecting);
		const sendNow = script.sendAs();
		const send: typeof sendNow = async (values, context) => {
			if (values[0] === 'other0') await script.clock.sleep(5000);
			return await sendNow(values, context);
		};
		const [, , late] = await script.all(
			script.start([...users(4, 'a'), ...inPartition(1, 'other')], { policy, send }),
			script.start(users(1, 'b'), { policy }),
			script.startAt(3000, users(5, 'c'), { policy }),
		);
		expect(statuses(late)).toEqual(Array(5).fill('accepted'));
		expect(script.clock.now()).toBe(5500);
	});
});

describe('Stop while records of one user wait for each other', () => {
	test('a stopped run leaves no record in the partition it shares', async () => {
		const script = new Script();
		const stop = new AbortController();
		const same = Array.from({ length: 3 }, () => users(1, 'same')[0]);
		const running = [
			script.start(users(1, 'first'), { policy }),
			script.start(same, { policy, signal: stop.signal }),
		];
		stop.abort();
		running.push(script.start(users(20, 'later'), { policy }));
		const [, stopped, later] = await script.all(...running);
		expect(statuses(stopped)).toEqual(['notSent', 'notSent', 'notSent']);
		expect(statuses(later)).toEqual(Array(20).fill('accepted'));
		expect(Math.min(...script.sizes)).toBeGreaterThan(0);
	});
});
