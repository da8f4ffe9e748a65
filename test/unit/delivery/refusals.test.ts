import { fold, record } from '../../virtual/preferences';
import { users } from '../../virtual/world';
import {
	ambiguous,
	inPartition,
	statuses,
	unauthorized,
	rejected,
	Script,
	type ServerVerdict,
} from './script';

const has = (...bad: string[]) => {
	return (values: string[]) => (values.some((v) => bad.includes(v)) ? rejected() : undefined);
};

describe('A refused batch', () => {
	test('of one record is that record’s own', async () => {
		const script = new Script(() => rejected('no'));
		const { outcomes, requests } = await script.deliver(users(1));
		expect(outcomes).toEqual([{ status: 'rejected', reason: 'no', batch: 1, attempts: 1 }]);
		expect(requests).toBe(1);
	});

	test('is asked in parts; each record is told the last request that it was in', async () => {
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

	test('is over for an execution that wants no parts; the others go on', async () => {
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

	test('costs those nothing that come later, when it is down to nobody', async () => {
		const settings = { onRejectedBatch: 'rejectBatch' } as const;
		const script = new Script((_, number) => (number === 1 ? rejected() : undefined));
		await script.deliver(users(50), { settings });
		await script.deliver(users(50, 'later'));
		expect(script.times).toEqual([0, 500]);
	});
});

describe('While nothing of a refused batch has been accepted', () => {
	test('no other batch of the same account and settings leaves, of others they do', async () => {
		const script = new Script((values) => {
			return values.some((value) => value.startsWith('u')) ? rejected() : undefined;
		});
		const [report] = await script.all(
			script.start(users(100), { settings: { batchSize: 2 } }),
			script.start(inPartition(2, 'f')),
		);
		// Whole, then one by one. The next five were under way together; they wait for one another.
		// The third makes it suspicious: twelve from the rest of the list are rejected too.
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
		expect(statuses(report).filter((fate) => fate === 'rejected')).toHaveLength(6 + 12);
		expect(script.requests).toHaveLength(own.length + 1);
	});

	test('refused batches that were under way wait; all go on at the first acceptance', async () => {
		const script = new Script((_values, _number, at) => (at === 500 ? rejected() : undefined));
		const report = await script.deliver(users(12), { settings: { batchSize: 2 } });
		// One is let in, five are rejected, one of them is bisected, then all five, two in flight at once.
		const waves = [0, 500, 1000, 1500, 2000, 2500].map((wave) =>
			script.times.filter((at) => at === wave),
		);
		expect(waves.map(({ length }) => length)).toEqual([1, 5, 1, 2, 2, 2]);
		expect(new Set(statuses(report))).toEqual(new Set(['accepted']));
	});

	test('the next refused one is looked into when the one before was refused whole', async () => {
		const script = new Script((values, _, at) => {
			if (at === 0) return undefined;
			return at > 3000 || values[0] > 'u6' ? undefined : rejected(values.join());
		});
		const report = await script.deliver(users(10), { settings: { batchSize: 2 } });
		// Other words each time: not the configuration; the rest is delivered.
		expect(statuses(report).slice(0, 2)).toEqual(['accepted', 'accepted']);
		expect(statuses(report).slice(8)).toEqual(['accepted', 'accepted']);
		expect(statuses(report)).not.toContain('notSent');
	});
});

describe('Combined changes that are refused', () => {
	const change = (mark: number, all = false) => {
		return record({ user: 'ada', categories: { A: true }, all, marks: [mark] });
	};
	const marksOf = (values: unknown[]) =>
		(values as { marks: number[] }[]).map(({ marks }) => marks);

	test('are tried one by one, in order, with the tries they have had', async () => {
		const script = new Script((values) => {
			return marksOf(values).flat().includes(1) ? rejected() : undefined;
		});
		const { outcomes, merged: combined } = await script.deliver([change(0), change(1), change(2)], {
			merge: fold,
		});
		expect(combined).toBe(2);
		expect(script.requests.map(({ values }) => marksOf(values))).toEqual([
			...[[[0, 1, 2]], [[0]], [[1]], [[2]]],
		]);
		expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'rejected', 'accepted']);
		expect(outcomes.map((one) => 'attempts' in one && one.attempts)).toEqual([2, 2, 2]);
	});

	test('are not when the run has stopped meanwhile', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : unauthorized));
		const report = await script.deliver(
			[change(0), change(1), { ...change(2), keys: ['bob'], partitionKey: 'f' }],
			{ merge: fold },
		);
		expect(script.requests.length).toBeLessThanOrEqual(3);
		expect(statuses(report)[2]).toBe('notSent');
	});
});

describe('A refusal that may have been taken', () => {
	const odd = (...people: string[]) => {
		return (values: string[]) =>
			values.some((value) => people.includes(value)) ? ambiguous : undefined;
	};
	const unknown = { status: 'unknown', reason: 'odd' };

	test('is found like any other, and nobody is called refused', async () => {
		const { outcomes } = await new Script(odd('u1')).deliver(users(3));
		expect(outcomes[1]).toEqual({ ...unknown, batch: 3, attempts: 2 });
		expect([outcomes[0].status, outcomes[2].status]).toEqual(['accepted', 'accepted']);
	});

	test('is not split where no parts are wanted', async () => {
		const settings = { onRejectedBatch: 'rejectBatch' } as const;
		const { outcomes, requests } = await new Script(odd('u1')).deliver(users(2), { settings });
		expect(outcomes).toEqual([
			{ ...unknown, batch: 1, attempts: 1 },
			{ ...unknown, batch: 1, attempts: 1 },
		]);
		expect(requests).toBe(1);
	});

	test('leaves nobody who was in it called not sent when the run stops', async () => {
		const script = new Script(() => ambiguous);
		const { outcomes } = await script.deliver(users(100), { settings: { batchSize: 2 } });
		const sent = new Set(script.requests.flatMap(({ values }) => values));
		expect(sent.size).toBeLessThan(100);
		outcomes.forEach(({ status }, index) => {
			expect(status).toBe(sent.has(`u${index}`) ? 'unknown' : 'notSent');
		});
	});

	test('is unconfirmed even if a clear response says later that it is rejected', async () => {
		const script = new Script((values, number) => {
			return number === 1 ? ambiguous : has('u0')(values);
		});
		const { outcomes } = await script.deliver(users(2));
		expect(outcomes[0]).toMatchObject({ status: 'unknown', reason: 'odd', rejection: 'bad' });
		expect(outcomes[1].status).toBe('accepted');
	});

	test('goes for each of the changes that were combined', async () => {
		const change = (mark: number) =>
			record({ user: 'ada', categories: { [mark]: true }, all: false, marks: [mark] });
		const records = [change(1), change(2)];
		const script = new Script((_, number) => (number === 1 ? ambiguous : unauthorized));
		const { outcomes } = await script.deliver(records, { merge: fold });
		expect(outcomes.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
	});
});

test('Whoever was not in a refused batch hears the reason that is meant for others', async () => {
	const script = new Script(([who]) => ({
		...(rejected() as Extract<ServerVerdict, { kind: 'rejected' }>),
		reason: `${who} is bad`,
		sharedReason: 'somebody is bad',
	}));
	const { outcomes } = await script.deliver(users(100), { settings: { batchSize: 2 } });
	expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: 'u0 is bad' });
	const notSent = outcomes.filter(({ status }) => status === 'notSent');
	expect(notSent.length).toBeGreaterThan(50);
	for (const outcome of notSent)
		expect(outcome).toEqual({
			status: 'notSent',
			cause: 'configuration',
			reason: 'somebody is bad',
		});
});
