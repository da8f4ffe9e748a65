import { OPT_IN, suite } from '../support/engineSuite';
import type { SandboxUser } from '../support/sandbox';

const ids = Array.from({ length: 100 }, (_, i) => `user-${i}`);
const emailOf = (id: string) => `${id}@x.com`;

const byUser = {
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: '={{ $json.by }}',
	identifierValue: '={{ $json.user }}',
	channel: 'email',
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: true }] },
	globallyUnsubscribed: '={{ $json.gone }}',
	options: {},
};
const known = ids.map((id) => ({ id, email: emailOf(id), status: 'OPT_IN_PENDING' }));
const inThenOut = ids.flatMap((id) => [
	{ id, email: '', status: 'DOUBLE_OPTED_IN' },
	{ id: '', email: emailOf(id), status: 'OPTED_OUT' },
]);
const idsThenEmails = [
	...ids.map((id) => ({ id, email: '', status: 'DOUBLE_OPTED_IN' })),
	...ids.map((id) => ({ id: '', email: emailOf(id), status: 'OPTED_OUT' })),
];

describe('A change by customer ID and a later opt-out by email', () => {
	// A window of a second, so that v5's limit doesn't take minutes.
	const t = suite({ windowMs: 1000 });

	beforeEach(async () => {
		await t.sandbox.seedUsers(ids.map((id) => ({ customer_id: id, email_id: emailOf(id) })));
		// Requests in flight together overtake each other.
		await t.sandbox.addFaults([{ do: 'delay', delayMs: 0, jitterMs: 15 }]);
	});

	const usersWho = async (is: (user: SandboxUser | undefined) => boolean) =>
		(await Promise.all(ids.map(async (id) => await t.sandbox.user(id)))).filter(is).length;

	it.each([
		['next to each other', inThenOut],
		['after a row that names both', [...known, ...inThenOut]],
		['in one list after the other', idsThenEmails],
	])(
		'a later opt-out by email leaves every user opted out: %s',
		async (_name, items) => {
			const { main, hint } = await t.run(OPT_IN, items);
			expect(main.every(({ json }) => json.status === 'accepted')).toBe(true);
			expect(await usersWho((user) => user?.opt_in_status !== 'OPTED_OUT')).toBe(0);
			expect(hint).toMatch(/\d+ items? waited for users identified another way/);
		},
		60_000,
	);

	it('a later opt-out by email wins after a 503 for every other customer ID', async () => {
		const user = ids.filter((_, i) => i % 2 === 0);
		await t.sandbox.addFaults([{ do: 'status', status: 503, user, times: 20 }]);
		const { main } = await t.run(OPT_IN, inThenOut.slice(0, 80));
		expect(main.every(({ json }) => json.status === 'accepted')).toBe(true);
		const part = new Set(ids.slice(0, 40));
		const isLost = (one?: SandboxUser) =>
			part.has(one?.customer_id ?? '') && one?.opt_in_status !== 'OPTED_OUT';
		expect(await usersWho(isLost)).toBe(0);
	});

	it('a later unsubscribe by email leaves every v5 user globally unsubscribed', async () => {
		const items = ids.slice(0, 50).flatMap((id) => [
			{ by: 'uid', user: id, gone: 'no' },
			{ by: 'email', user: emailOf(id), gone: 'yes' },
		]);
		const { main } = await t.run(byUser, items);
		expect(main.every(({ json }) => json.status === 'accepted')).toBe(true);
		expect(await usersWho((user) => user?.unsubscribed === true)).toBe(50);
	});

	it('a list with one kind of identifier doesn’t wait', async () => {
		const { hint } = await t.run(OPT_IN, idsThenEmails.slice(0, ids.length));
		expect(hint).not.toContain('identified another way');
	});
});
