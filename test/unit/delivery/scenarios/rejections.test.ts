import { mergeChanges, record } from '../../../virtual/preferences';
import { users } from '../../../virtual/world';
import {
	ambiguous,
	inPartition,
	statuses,
	unauthorized,
	rejected,
	Script,
	type ServerVerdict,
} from '../script';

const has = (...bad: string[]) => {
	return (values: string[]) => (values.some((v) => bad.includes(v)) ? rejected() : undefined);
};

describe('A rejected batch', () => {
	test('a rejected batch of one record rejects that record', async () => {
		const script = new Script(() => rejected('no'));
		const { outcomes, requests } = await script.deliver(users(1));
		expect(outcomes).toEqual([{ status: 'rejected', reason: 'no', batch: 1, attempts: 1 }]);
		expect(requests).toBe(1);
	});

	test('a rejected batch is bisected; each record reports its last request', async () => {
		const script = new Script(has('u0'));
		const { outcomes } = await script.deliver(users(3));
		expect(script.requests.map(({ values }) => values)).toEqual([
			['u0', 'u1', 'u2'],
			['u0'],
			['u1'],
			['u2'],
		]);
		expect(outcomes).toEqual([
			{ status: 'rejected', reason: 'bad', batch: 2, attempts: 2 },
			{ status: 'accepted', result: 'ok 3', batch: 3, attempts: 2 },
			{ status: 'accepted', result: 'ok 4', batch: 4, attempts: 2 },
		]);
		expect(new Set(script.requests.map(({ batchId }) => batchId)).size).toBe(4);
	});

	test('a rejected setting costs its own partition a request per batch, and others nothing', async () => {
		const common = { ...rejected('wrong ESP'), common: true } as ServerVerdict;
		const script = new Script(([first]) => (first?.startsWith('wrong') ? common : undefined));
		const report = await script.deliver([
			...inPartition(120, 'wrong'),
			...inPartition(10, 'right'),
		]);
		const [wrong, right] = [statuses(report).slice(0, 120), statuses(report).slice(120)];
		expect([new Set(wrong), new Set(right)]).toEqual([
			new Set(['rejected']),
			new Set(['accepted']),
		]);
		expect([right.length, report.requests]).toEqual([10, 4]);
	});

	test('a rejected batch is bisected only for the runs that want it', async () => {
		const script = new Script(has('whole0'));
		const [whole, parts] = await script.all(
			script.start(users(2, 'whole'), { settings: { onRejectedBatch: 'rejectBatch' } }),
			script.start(users(2, 'parts')),
		);
		expect(statuses(whole)).toEqual(['rejected', 'rejected']);
		expect(statuses(parts)).toEqual(['accepted', 'accepted']);
		expect(whole.requests).toBe(1);
		expect(script.requests[0].values).toHaveLength(4);
	});

	test('a rejected batch that isn’t bisected costs later runs nothing', async () => {
		const settings = { onRejectedBatch: 'rejectBatch' } as const;
		const script = new Script((_, number) => (number === 1 ? rejected() : undefined));
		await script.deliver(users(50), { settings });
		await script.deliver(users(50, 'later'));
		expect(script.times).toEqual([0, 500]);
	});
});

describe('Before any record of a rejected batch is accepted', () => {
	test('bisecting suspends its own run, but not runs of another partition', async () => {
		const script = new Script((values) => {
			return values.some((value) => value.startsWith('u')) ? rejected() : undefined;
		});
		const [report] = await script.all(
			script.start(users(100), { settings: { batchSize: 2 } }),
			script.start(inPartition(2, 'f')),
		);
		// Whole, then one by one. The next five were in flight together and are bisected in turn.
		// The third makes the run suspicious: twelve far records are rejected, too.
		const own = script.requests.filter(({ values }) => values[0].startsWith('u'));
		const sent = own.map(({ values }) => values.join());
		expect(sent.slice(0, 12)).toEqual([
			...['u0,u1', 'u0', 'u1', 'u2,u3', 'u4,u5', 'u6,u7', 'u8,u9', 'u10,u11'],
			...['u2', 'u3', 'u4', 'u5'],
		]);
		expect(sent[12]).toBe('u99');
		expect(new Set(own.slice(12).flatMap(({ values }) => values)).size).toBe(12);
		expect(report.outcomes.at(-2)).toEqual({
			status: 'notSent',
			cause: 'configuration',
			reason: 'bad',
		});
		expect(statuses(report).filter((status) => status === 'rejected')).toHaveLength(6 + 12);
		expect(script.requests).toHaveLength(own.length + 1);
	});

	test('rejected batches in flight wait for the bisection; the first acceptance resumes them all', async () => {
		const script = new Script((_values, _number, at) => (at === 500 ? rejected() : undefined));
		const report = await script.deliver(users(12), { settings: { batchSize: 2 } });
		// One is accepted, five are rejected, one of them is bisected, then all five, two in flight at once.
		const waves = [0, 500, 1000, 1500, 2000, 2500].map((wave) =>
			script.times.filter((at) => at === wave),
		);
		expect(waves.map(({ length }) => length)).toEqual([1, 5, 1, 2, 2, 2]);
		expect(new Set(statuses(report))).toEqual(new Set(['accepted']));
	});

	test('the next rejected batch is bisected if the one before was rejected as a whole', async () => {
		const script = new Script((values, _, at) => {
			if (at === 0) return undefined;
			return at > 3000 || values[0] > 'u6' ? undefined : rejected(values.join());
		});
		const report = await script.deliver(users(10), { settings: { batchSize: 2 } });
		// Each rejection has another message, so it isn’t the configuration; the rest is delivered.
		expect(statuses(report).slice(0, 2)).toEqual(['accepted', 'accepted']);
		expect(statuses(report).slice(8)).toEqual(['accepted', 'accepted']);
		expect(statuses(report)).not.toContain('notSent');
	});
});

describe('Rejected merged changes', () => {
	const change = (mark: number, all = false) => {
		return record({ user: 'ada', categories: { A: true }, all, marks: [mark] });
	};
	const marksOf = (values: unknown[]) =>
		(values as { marks: number[] }[]).map(({ marks }) => marks);

	test('rejected merged changes are sent one by one in order and keep their attempts', async () => {
		const script = new Script((values) => {
			return marksOf(values).flat().includes(1) ? rejected() : undefined;
		});
		const { outcomes, merged } = await script.deliver([change(0), change(1), change(2)], {
			merge: mergeChanges,
		});
		expect(merged).toBe(2);
		expect(script.requests.map(({ values }) => marksOf(values))).toEqual([
			...[[[0, 1, 2]], [[0]], [[1]], [[2]]],
		]);
		expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'rejected', 'accepted']);
		expect(outcomes.map((one) => 'attempts' in one && one.attempts)).toEqual([2, 2, 2]);
	});

	test('rejected merged changes aren’t resent if their run has stopped meanwhile', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : unauthorized));
		const report = await script.deliver(
			[change(0), change(1), { ...change(2), keys: ['bob'], partitionKey: 'f' }],
			{ merge: mergeChanges },
		);
		expect(script.requests.length).toBeLessThanOrEqual(3);
		expect(statuses(report)[2]).toBe('notSent');
	});
});

describe('An ambiguous rejection', () => {
	const odd = (...people: string[]) => {
		return (values: string[]) =>
			values.some((value) => people.includes(value)) ? ambiguous : undefined;
	};
	const unconfirmed = { status: 'unconfirmed', reason: 'odd' };

	test('an ambiguous rejection is bisected and leaves its record unconfirmed, not rejected', async () => {
		const { outcomes } = await new Script(odd('u1')).deliver(users(3));
		expect(outcomes[1]).toEqual({ ...unconfirmed, batch: 3, attempts: 2 });
		expect([outcomes[0].status, outcomes[2].status]).toEqual(['accepted', 'accepted']);
	});

	test('an ambiguous rejection isn’t bisected with rejectBatch', async () => {
		const settings = { onRejectedBatch: 'rejectBatch' } as const;
		const { outcomes, requests } = await new Script(odd('u1')).deliver(users(2), { settings });
		expect(outcomes).toEqual([
			{ ...unconfirmed, batch: 1, attempts: 1 },
			{ ...unconfirmed, batch: 1, attempts: 1 },
		]);
		expect(requests).toBe(1);
	});

	test('records with an ambiguous rejection stay unconfirmed when the run stops', async () => {
		const script = new Script(() => ambiguous);
		const { outcomes } = await script.deliver(users(100), { settings: { batchSize: 2 } });
		const sent = new Set(script.requests.flatMap(({ values }) => values));
		expect(sent.size).toBeLessThan(100);
		outcomes.forEach(({ status }, index) => {
			expect(status).toBe(sent.has(`u${index}`) ? 'unconfirmed' : 'notSent');
		});
	});

	test('a record with an ambiguous rejection stays unconfirmed if it is rejected later', async () => {
		const script = new Script((values, number) => {
			return number === 1 ? ambiguous : has('u0')(values);
		});
		const { outcomes } = await script.deliver(users(2));
		expect(outcomes[0]).toMatchObject({ status: 'unconfirmed', reason: 'odd', rejection: 'bad' });
		expect(outcomes[1].status).toBe('accepted');
	});

	test('an ambiguous rejection leaves each merged change unconfirmed', async () => {
		const change = (mark: number) =>
			record({ user: 'ada', categories: { [mark]: true }, all: false, marks: [mark] });
		const records = [change(1), change(2)];
		const script = new Script((_, number) => (number === 1 ? ambiguous : unauthorized));
		const { outcomes } = await script.deliver(records, { merge: mergeChanges });
		expect(outcomes.map(({ status }) => status)).toEqual(['unconfirmed', 'unconfirmed']);
	});
});

test('records outside a rejected batch report the shared reason', async () => {
	const script = new Script(([user]) => ({
		...(rejected() as Extract<ServerVerdict, { kind: 'rejected' }>),
		reason: `${user} is bad`,
		sharedReason: 'a user is bad',
	}));
	const { outcomes } = await script.deliver(users(100), { settings: { batchSize: 2 } });
	expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: 'u0 is bad' });
	const notSent = outcomes.filter(({ status }) => status === 'notSent');
	expect(notSent.length).toBeGreaterThan(50);
	for (const outcome of notSent)
		expect(outcome).toEqual({
			status: 'notSent',
			cause: 'configuration',
			reason: 'a user is bad',
		});
});
