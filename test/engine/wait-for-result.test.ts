import { suite } from '../support/engineSuite';

const t = suite({ windowMs: 2000 });

const UPDATE = {
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: 'uid',
	identifierValue: '={{ $json.id }}',
	channel: 'email',
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: '={{ $json.news }}' }] },
	globallyUnsubscribed: '={{ $json.all }}',
};
const waiting = (waitForResult: number) => ({
	...UPDATE,
	options: { waitForResult, respectGlobalUnsubscribe: false },
});

const people = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ id: `user-${index}`, news: 'no', all: 'no' }));

beforeEach(async () => {
	await t.sandbox.seedUsers(people(60).map(({ id }) => ({ customer_id: id })));
});

describe('Wait for Result', () => {
	it('a change that MoEngage applies late comes out as applied', async () => {
		await t.sandbox.configure({ asyncMs: 1500 });
		const { main } = await t.run(waiting(10), [
			...people(1),
			{ id: 'user-1', news: '', all: 'yes' },
		]);
		expect(main.map(({ json }) => json.status)).toEqual(['applied', 'applied']);
		expect((await t.sandbox.user('user-0'))?.categories.Newsletter).toBe(false);
		expect((await t.sandbox.user('user-1'))?.unsubscribed).toBe(true);
	});

	it('a change that takes too long comes out as accepted', async () => {
		await t.sandbox.configure({ asyncMs: 30_000 });
		const started = Date.now();
		const { main, hint } = await t.run(waiting(2), people(2));
		expect(main.map(({ json }) => json.status)).toEqual(['accepted', 'accepted']);
		expect(Date.now() - started).toBeLessThan(25_000);
		expect(hint).toContain('2 changes were accepted, but not seen to be applied');
	});

	it('60 users wait at the same time, within the limit of lookups', async () => {
		await t.sandbox.configure({ asyncMs: 1000 });
		const started = Date.now();
		const { main } = await t.run(waiting(20), people(60));
		expect(new Set(main.map(({ json }) => json.status))).toEqual(new Set(['applied']));
		expect(Date.now() - started).toBeLessThan(45_000);
		const { v5GetPreferences } = await t.sandbox.counters();
		expect(v5GetPreferences.maxInWindow).toBeLessThanOrEqual(100);
	});

	it('two changes of one user are both seen, one after the other', async () => {
		await t.sandbox.configure({ asyncMs: 300 });
		const { main } = await t.run(waiting(10), [
			{ id: 'user-0', news: 'no', all: 'no' },
			{ id: 'user-0', news: 'yes', all: 'no' },
		]);
		expect(main.map(({ json }) => json.status)).toEqual(['applied', 'applied']);
	});

	it('0 seconds doesn’t look anything up', async () => {
		const { main } = await t.run(waiting(0), people(1));
		expect(main[0].json.status).toBe('accepted');
		expect((await t.sandbox.log()).map(({ method }) => method)).toEqual(['PATCH']);
	});

	it('lookups that aren’t allowed end the wait, and the change stays accepted', async () => {
		await t.sandbox.configure({ switchedOff: ['v5GetPreferences'] });
		const started = Date.now();
		const { main } = await t.run(waiting(60), people(3));
		expect(main.map(({ json }) => json.status)).toEqual(Array(3).fill('accepted'));
		expect(Date.now() - started).toBeLessThan(45_000);
	});

	it('Stop ends the wait at once', async () => {
		await t.sandbox.configure({ asyncMs: 60_000 });
		const started = Date.now();
		await t.run(waiting(60), people(3), { cancelWhen: t.sandbox.firstRequest('v5GetPreferences') });
		expect(Date.now() - started).toBeLessThan(45_000);
	});
});
