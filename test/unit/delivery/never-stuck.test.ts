import { users } from '../../virtual/world';
import { SMALL } from './arbitraries';
import {
	inPartition,
	statuses,
	unauthorized,
	rejected,
	Script,
	type ServerVerdict,
} from './script';

const policy = SMALL;

/** Refuses what holds records of several executions, then says 401 to those of `a`. */
function lockedInMidSearch(values: string[]): ServerVerdict | undefined {
	if (new Set(values.map((value) => value[0])).size > 1) return rejected();
	return values[0].startsWith('a') ? unauthorized : undefined;
}

describe('A 401 in the middle of the search for a bad record', () => {
	test.each([1, 2, 3, 4])(
		'ends every execution with an open record and spares none of the requests in flight, %i of them',
		async (count) => {
			const script = new Script(lockedInMidSearch);
			const reports = await script.all(
				script.start(users(count, 'a'), { policy }),
				script.start(users(5 - count, 'b'), { policy }),
			);
			const wrong = script.requests.findIndex(({ values }) =>
				values.every((value) => value.startsWith('a')),
			);
			// The parts of both leave at once, and nothing after them.
			expect(script.requests.slice(wrong).every(({ at }) => at === script.requests[wrong].at)).toBe(
				true,
			);
			expect(script.requests).toHaveLength(3);
			expect(statuses(reports[0])).toContain('notSent');
			for (const fate of reports.flatMap(statuses)) expect(fate).not.toBe('unknown');
		},
	);

	test('holds up nobody who comes while something else of these executions is under way', async () => {
		const script = new Script(lockedInMidSearch);
		const ask = script.sendAs();
		const send: typeof ask = async (values, context) => {
			if (values[0] === 'other0') await script.clock.sleep(5000);
			return await ask(values, context);
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

describe('An execution that is stopped while records of one user wait for each other', () => {
	test('leaves nothing in the lane that others share', async () => {
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
