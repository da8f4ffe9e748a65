import { People, recordOf, row, type Kind, type Profile, type Row } from './people';
import { customer, count, Rig, type RigOptions } from './rig';
import { LATE_MS } from './server';
import { expectIdle } from './sweep';

const PEOPLE = 200;

function profiles(): Profile[] {
	return Array.from({ length: PEOPLE }, (_, i) => ({ id: `c${i}`, uid: `m${i}`, email: `e${i}` }));
}

/** Rows of every person, one after the other: the kinds of identifier that name them in turn. */
function rowsOf(people: readonly Profile[], kinds: readonly Kind[]): Row[] {
	return people.flatMap((profile, p) =>
		kinds.map((kind, k) => row(p * kinds.length + k, kind, profile)),
	);
}

async function deliver(kinds: readonly Kind[], respond?: RigOptions['respond']) {
	const people = new People(profiles(), true);
	const rows = rowsOf(people.profiles, kinds);
	const rig: Rig = new Rig(3, {
		policy: { limit: 1000, batchSize: 1 },
		latency: () => 100 + rig.random() * 800,
		apply: (values) => people.apply(values),
		respond,
	});
	const report = await rig.deliver(rows.map(recordOf));
	expect(count(report.outcomes)).toEqual({ accepted: rows.length });
	const wrong = people.last.filter((mark, p) => mark !== (p + 1) * kinds.length - 1);
	return { wrong: wrong.length, report, rig };
}

describe('Rows that name one person by different identifiers', () => {
	test.each<[string, Kind[]]>([
		['a customer ID, then an email', ['id', 'email']],
		['both, then a customer ID, then an email', ['email+id', 'id', 'email']],
		['a MoEngage ID, then an email', ['uid', 'email']],
	])('P3: the last row takes effect for all 200 users named by %s', async (_, kinds) => {
		const { wrong, rig } = await deliver(kinds);
		expect(wrong).toBe(0);
		await expectIdle(rig);
	});

	test('P3: the second row doesn’t overtake the first one after a 503', async () => {
		const failed = new Set<number>();
		const { wrong } = await deliver(['uid', 'email'], (values) => {
			const [{ mark }] = values as Row[];
			if (mark % 2 === 1 || failed.has(mark)) return undefined;
			failed.add(mark);
			return { verdict: { kind: 'transient', reason: '503' } };
		});
		expect(wrong).toBe(0);
	});

	test('a report counts the records that waited for another kind of identifier', async () => {
		expect((await deliver(['id', 'email'])).report.serialized).toBeGreaterThan(0);
		expect((await deliver(['id', 'id'])).report.serialized).toBe(0);
	});

	test('records of different kinds are never in flight together, not even of two runs', async () => {
		const inFlight = { id: 0, email: 0 };
		let met = 0;
		const rig: Rig = new Rig(5, { policy: { limit: 1000, batchSize: 1 } });
		const start = (kind: 'id' | 'email') =>
			rig.start(
				profiles()
					.slice(0, 40)
					.map((profile, i) => recordOf(row(i, kind, profile))),
				{
					send: async (values, context) => {
						inFlight[kind] += values.length;
						if (inFlight.id > 0 && inFlight.email > 0) met += 1;
						const verdict = await rig.server.send(values, context);
						inFlight[kind] -= values.length;
						return verdict;
					},
				},
			);
		await rig.clock.until(Promise.all([start('id'), start('email')]));
		expect(met).toBe(0);
		await expectIdle(rig);
	});
});

describe('A run that follows a stopped one for the same user', () => {
	/** Returns what the server applied after the first run was stopped with its request in flight. */
	async function afterStop(lateMs: number, keys: [string, string], kinds: [string, string]) {
		const applied: unknown[] = [];
		const rig: Rig = new Rig(1, {
			respond: ([value]) =>
				value === 'opt-in'
					? {
							verdict: { kind: 'transient', reason: 'timeout', noResponse: true },
							respondAfter: 30_000,
							applyAfter: lateMs,
						}
					: undefined,
			apply: (values) => void applied.push(...values),
		});
		const controller = new AbortController();
		const record = (value: string, i: number) => ({
			...customer('c1'),
			keys: [keys[i]],
			kind: kinds[i],
			value,
		});
		const first = rig.start([record('opt-in', 0)], { signal: controller.signal });
		await rig.clock.until(rig.clock.sleep(1000));
		controller.abort();
		const second = rig.start([record('opt-out', 1)]);
		const [stopped, sent] = await rig.clock.until(Promise.all([first, second]));
		await expectIdle(rig);
		expect(stopped.outcomes[0].status).toBe('unconfirmed');
		expect(sent.outcomes[0].status).toBe('accepted');
		return applied;
	}

	test.each([1500, 5000, LATE_MS])(
		'P3: the newer change takes effect although the server applies the stopped one %i ms late',
		async (lateMs) => {
			const applied = await afterStop(lateMs, ['id:c1', 'id:c1'], ['id', 'id']);
			expect(applied.at(-1)).toBe('opt-out');
		},
	);

	test('P3: the newer change takes effect if it names the user by another identifier', async () => {
		const applied = await afterStop(5000, ['id:c1', 'email:e1'], ['id', 'email']);
		expect(applied.at(-1)).toBe('opt-out');
	});

	test('P3: a timeout whose retry was accepted does not overwrite the next row late', async () => {
		const applied: unknown[] = [];
		let first = true;
		const rig: Rig = new Rig(2, {
			policy: { batchSize: 1 },
			respond: () => {
				if (!first) return undefined;
				first = false;
				const verdict = { kind: 'transient', reason: 'timeout', noResponse: true } as const;
				return { verdict, respondAfter: 5000, applyAfter: 5000 + LATE_MS - 500 };
			},
			apply: (values) => void applied.push(...values),
		});
		const records = ['opt-in', 'opt-out'].map((value) => ({ ...customer('c1'), value }));
		const report = await rig.deliver(records);
		await expectIdle(rig);
		expect(count(report.outcomes)).toEqual({ accepted: 2 });
		expect(applied.at(-1)).toBe('opt-out');
	});
});
