import { contacts, unreadable } from './load';
import { count, customer, customers, Rig } from './rig';
import type { ServerVerdict } from './server';
import { expectIdle } from './sweep';

const STRAY: ServerVerdict = { kind: 'fatal', reason: '404', scope: 'run' };

function isOf(prefix: string): (values: readonly unknown[]) => boolean {
	return (values) => values.some((value) => String(value).startsWith(prefix));
}

describe('A fatal response of scope "run"', () => {
	test.each([1, 50, 200])(
		'a single fatal response of scope "run" doesn’t end a run of %i records',
		async (size) => {
			let first = true;
			const rig = new Rig(1, {
				respond: () => {
					const stray = first;
					first = false;
					return stray ? { verdict: STRAY } : undefined;
				},
			});
			const { outcomes } = await rig.deliver(customers(size));
			expect(count(outcomes)).toEqual({ accepted: size });
			await expectIdle(rig);
		},
	);

	test('a second fatal response of scope "run" ends the run of one record', async () => {
		const rig = new Rig(1, { respond: () => ({ verdict: STRAY }) });
		const { outcomes } = await rig.deliver(customers(1));
		expect(rig.server.log).toHaveLength(2);
		expect(outcomes).toEqual([{ status: 'notSent', cause: 'fatal', reason: '404' }]);
		await expectIdle(rig);
	});

	test('P5: a second fatal response of scope "run" ends a list after few requests', async () => {
		const rig = new Rig(1, { respond: () => ({ verdict: STRAY }) });
		const { outcomes } = await rig.deliver(customers(5000));
		// Requests in flight when the second response arrives can't be recalled.
		expect(rig.server.log.length).toBeLessThanOrEqual(10);
		expect(count(outcomes)).toEqual({ notSent: 5000 });
		await expectIdle(rig);
	});

	test('a fatal response of scope "run" affects no other run in the partition, present or later', async () => {
		const rig = new Rig(2, {
			respond: (values) => (isOf('a')(values) ? { verdict: STRAY } : undefined),
		});
		const [ended, other, single] = await rig.clock.until(
			Promise.all([
				rig.start(customers(200, 'a')),
				rig.start(customers(200, 'b')),
				contacts(rig, [3000, 5000, 10_000, 70_000]),
			]),
		);
		expect(count(ended.outcomes)).toEqual({ notSent: 200 });
		expect(count(other.outcomes)).toEqual({ accepted: 200 });
		expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: 4 });
		await expectIdle(rig);
	});

	// A run that only shares a batch with the faulty one has had no such response for its own records.
	test('a run that shared a batch with the faulty run is judged by its own responses', async () => {
		const rig = new Rig(3, {
			respond: (values) => (isOf('a')(values) ? { verdict: STRAY } : undefined),
		});
		const [ended, other] = await rig.clock.until(
			Promise.all([rig.start([customer('a0')]), rig.start([customer('b0')])]),
		);
		expect(ended.outcomes[0].status).toBe('notSent');
		expect(other.outcomes[0].status).toBe('accepted');
	});

	test('a fatal response without a scope ends every run of the partition and no other', async () => {
		const rig = new Rig(4, {
			respond: (values) =>
				isOf('a')(values) ? { verdict: { kind: 'fatal', reason: '401' } } : undefined,
		});
		const apart = customers(100, 'b').map((record) => ({ ...record, partitionKey: 'other' }));
		const [one, two, other] = await rig.clock.until(
			Promise.all([
				rig.start(customers(100, 'a')),
				rig.start(customers(100, 'a2')),
				rig.start(apart),
			]),
		);
		expect(count(one.outcomes)).toEqual({ notSent: 100 });
		expect(count(two.outcomes)).toEqual({ notSent: 100 });
		expect(count(other.outcomes)).toEqual({ accepted: 100 });
	});
});

describe('A fatal response of scope "sender"', () => {
	test.each([1, 10, 60])(
		'a fatal response of scope "sender" stops the sender and sends the %i others in its batch',
		async (others) => {
			const rig = new Rig(5);
			const [sender, ...rest] = await rig.clock.until(
				Promise.all([
					rig.start([customer('a')], { send: unreadable }),
					...customers(others).map((record) => rig.start([record])),
				]),
			);
			expect(sender.outcomes).toEqual([
				{ status: 'notSent', cause: 'fatal', reason: 'the credential can’t be read' },
			]);
			expect(count(rest.flatMap(({ outcomes }) => outcomes))).toEqual({ accepted: others });
			expect(rig.server.log.flatMap(({ values }) => values)).not.toContain('a');
			await expectIdle(rig);
		},
	);

	test('a list that can’t be sent stops without a request, and the other runs continue', async () => {
		const rig = new Rig(6);
		const [sender, other, single] = await rig.clock.until(
			Promise.all([
				rig.start(customers(500, 'a'), { send: unreadable }),
				rig.start(customers(500)),
				contacts(rig, [1000, 2000, 3000]),
			]),
		);
		expect(count(other.outcomes)).toEqual({ accepted: 500 });
		expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: 3 });
		expect(count(sender.outcomes)).toEqual({ notSent: 500 });
		expect(rig.server.log.length).toBeLessThanOrEqual(14);
		await expectIdle(rig);
	});

	test('a sender whose earlier attempt was cut leaves an unconfirmed outcome', async () => {
		let turn = 0;
		const rig: Rig = new Rig(7, {
			respond: () => ({
				verdict: { kind: 'transient', reason: 'cut', noResponse: true },
				applyAfter: 0,
			}),
		});
		const { outcomes } = await rig.deliver([customer('a')], {
			send: async (values, context) =>
				await (turn++ === 0 ? rig.server.send(values, context) : unreadable(values, context)),
		});
		expect(outcomes[0].status).toBe('unconfirmed');
	});
});
