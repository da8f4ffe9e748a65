import { count, customers, Rig } from './rig';
import { OK, type Effect, type ServerVerdict } from './server';
import { expectIdle } from './sweep';

const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
const CUT: Effect = { verdict: LOST, applyAfter: 0, respondAfter: 100 };
const BAD: ServerVerdict = { kind: 'rejected', reason: 'bad request', fingerprint: 'bad' };

/** A rig whose server gives these responses in turn, the last one from then on. */
function script(...effects: (Effect | ServerVerdict)[]): Rig {
	let turn = 0;
	return new Rig(1, {
		respond: () => {
			const effect = effects[Math.min(turn, effects.length - 1)];
			turn += 1;
			return 'verdict' in effect ? effect : { verdict: effect };
		},
	});
}

describe('A rejection after an attempt that may have been applied', () => {
	test('P17: applied and cut, then rejected: the outcome is unconfirmed and keeps the rejection', async () => {
		const rig = script(CUT, BAD);
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes).toEqual([
			expect.objectContaining({ status: 'unconfirmed', rejection: 'bad request', attempts: 2 }),
		]);
		await expectIdle(rig);
	});

	test('P17: a timeout in a batch limited to one record, then rejected: the outcome is unconfirmed', async () => {
		const rig = script({ verdict: LOST, respondAfter: 30_000 }, BAD);
		const { outcomes } = await rig.deliver(customers(1), {
			policy: { ...rig.policy, batchSize: 1 },
		});
		expect(outcomes[0]).toMatchObject({ status: 'unconfirmed', rejection: 'bad request' });
	});

	// A 503 may come from a proxy behind which the change went through: the safer reading of
	// "may have been applied" counts it, too.
	test('P17: a 503, then rejected: the outcome is unconfirmed', async () => {
		const rig = script({ kind: 'transient', reason: '503' }, BAD);
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0]).toMatchObject({ status: 'unconfirmed', rejection: 'bad request' });
	});

	test('a request that never left, then rejected: the outcome is rejected', async () => {
		const rig = script({ kind: 'transient', reason: 'ECONNREFUSED', notTaken: true }, BAD);
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: 'bad request' });
	});

	test('a request over the limit, then rejected: the outcome is rejected', async () => {
		const rig = script({ kind: 'throttled', rate: { retryAfterMs: 1000 } }, BAD);
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0]).toMatchObject({ status: 'rejected', attempts: 1 });
	});

	test('P17: a request that never left, then cut, then rejected: the outcome is unconfirmed', async () => {
		const rig = script({ kind: 'transient', reason: 'ECONNREFUSED', notTaken: true }, CUT, BAD);
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0]).toMatchObject({ status: 'unconfirmed', rejection: 'bad request' });
	});

	test('P17: a cut batch whose retry is rejected stays unconfirmed through bisecting', async () => {
		let first = true;
		const rig = new Rig(1, {
			respond: (values) => {
				if (first) {
					first = false;
					return CUT;
				}
				return { verdict: values.includes('u7') ? BAD : OK, applyAfter: 0 };
			},
		});
		const { outcomes } = await rig.deliver(customers(50));
		expect(count(outcomes)).toEqual({ accepted: 49, unconfirmed: 1 });
		expect(outcomes[7]).toMatchObject({ status: 'unconfirmed', rejection: 'bad request' });
		await expectIdle(rig);
	});

	test('P17: a cut batch that is rejected as a whole on the retry is unconfirmed as a whole', async () => {
		const rig = script(CUT, BAD);
		const { outcomes } = await rig.deliver(customers(50), {
			settings: { onRejectedBatch: 'rejectBatch' },
		});
		expect(count(outcomes)).toEqual({ unconfirmed: 50 });
	});

	// The end of the run doesn't undo what the first attempt may have applied.
	test('P17: a cut batch and a fatal response afterwards: the outcome is unconfirmed', async () => {
		const rig = script(CUT, { kind: 'fatal', reason: '401' });
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0].status).toBe('unconfirmed');
		await expectIdle(rig);
	});

	test('P17: a part of a cut batch that configuration ends is unconfirmed, not "not sent"', async () => {
		let first = true;
		const rig = new Rig(1, {
			respond: () => {
				const cut = first;
				first = false;
				return cut ? CUT : { verdict: BAD };
			},
		});
		const { outcomes } = await rig.deliver(customers(50));
		expect(outcomes.filter(({ status }) => status !== 'unconfirmed')).toEqual([]);
		await expectIdle(rig);
	});

	test('P4, P17: a merged record that was cut and rejected is split; only its bad part is unconfirmed', async () => {
		let first = true;
		const parts = (values: readonly unknown[]) => values.flatMap((value) => value as string[]);
		const rig = new Rig(1, {
			respond: (values) => {
				const cut = first;
				first = false;
				if (cut) return { verdict: LOST, respondAfter: 100 };
				return parts(values).includes('bad') ? { verdict: BAD } : undefined;
			},
		});
		const records = ['good', 'bad', 'good too'].map((part) => ({
			...customers(1)[0],
			value: [part],
		}));
		const { outcomes } = await rig.deliver(records, {
			merge: (earlier, later) => [...(earlier as string[]), ...(later as string[])],
		});
		expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'unconfirmed', 'accepted']);
		expect(outcomes[1]).toMatchObject({ rejection: 'bad request' });
		await expectIdle(rig);
	});
});
