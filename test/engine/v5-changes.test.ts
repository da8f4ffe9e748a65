import { PROFILES, suite } from '../support/engineSuite';

const t = suite();

beforeEach(async () => await t.sandbox.seedUsers(PROFILES));

describe('A change without categories', () => {
	const alone = {
		resource: 'preference',
		operation: 'updateByUser',
		identifierType: '={{ $json.by }}',
		identifierValue: '={{ $json.user }}',
		channel: 'email',
		categoryInput: 'fields',
		categories: {},
		globallyUnsubscribed: '={{ $json.gone }}',
		options: { respectGlobalUnsubscribe: false },
	};

	it('a global unsubscribe is set and lifted alone', async () => {
		const gone = async () => (await t.sandbox.user('eve'))?.unsubscribed;
		await t.run(alone, [{ by: 'uid', user: 'eve', gone: 'yes' }]);
		expect(await gone()).toBe(true);
		const { main } = await t.run(alone, [{ by: 'uid', user: 'eve', gone: 'no' }]);
		expect(main[0].json.status).toBe('accepted');
		expect(await gone()).toBe(false);
		for (const { body } of await t.sandbox.log())
			expect(Object.keys(body as object)).not.toContain('categories');
		expect((await t.sandbox.user('eve'))?.categories.Newsletter).toBe(true);
	});

	it('a row whose categories are all blank is rejected and lifts nothing', async () => {
		await t.run(alone, [{ by: 'uid', user: 'bea', gone: 'yes' }]);
		const mapped = { ...alone, categoryInput: 'inputFields', categoryFieldNames: 'Newsletter' };
		const { error } = await t.run(mapped, [{ by: 'uid', user: 'bea', gone: 'no', Newsletter: '' }]);
		expect(error?.message).toBe('Rejected: there is no category to change');
		expect((await t.sandbox.user('bea'))?.unsubscribed).toBe(true);
	});

	it('a MoEngage ID with and without usr_ names one user, in order', async () => {
		const moeId = (await t.sandbox.user('bob'))?.moe_user_id as string;
		const bare = moeId.replace(/^usr_/, '');
		await t.run(
			alone,
			Array.from({ length: 8 }, (_, i) => ({
				by: 'moe_user_id',
				user: i % 2 === 0 ? bare : `usr_${bare}`,
				gone: i % 2 === 0 ? 'yes' : 'no',
			})),
		);
		const states = (await t.sandbox.log()).map(({ body }) => body.is_globally_unsubscribed);
		expect(states).toEqual([true, false, true, false, true, false, true, false]);
	});

	it('an email address of several profiles changes all, or says how to name one', async () => {
		const both = [{ by: 'email', user: 'two@x.com', gone: 'yes' }];
		await t.run(alone, both);
		for (const id of ['bob', 'bea']) expect((await t.sandbox.user(id))?.unsubscribed).toBe(true);
		await t.sandbox.configure({ emailUnsubscribe: false });
		const { errors } = await t.run(alone, both, { onError: 'continueErrorOutput' });
		expect(errors[0].json.error).toMatch(/^Rejected: /);
		expect(errors[0].json.message).toMatch(/^The email address belongs to several profiles/);
	});

	it('an unknown category is named in the error', async () => {
		const categories = { category: [{ name: 'Nwsletter', subscribed: false }] };
		const { error } = await t.run({ ...alone, categories }, [{ by: 'uid', user: 'eve', gone: 0 }]);
		expect(error?.message).toMatch(/^Rejected: .*\(categories\.Nwsletter\)$/);
		expect(error?.description).toMatch(/One unknown name rejects the whole change/);
	});
});

describe('Reads of all channels', () => {
	it('a lookup of all channels names no channel', async () => {
		const { main } = await t.run(
			{
				resource: 'preference',
				operation: 'getByUser',
				identifierType: 'uid',
				identifierValue: 'ada',
				channel: 'all',
				options: {},
			},
			[{}],
		);
		const [{ path }] = await t.sandbox.log();
		expect(path).not.toContain('channel');
		const categories = main[0].json.categories as Array<{ channel: string }>;
		expect(new Set(categories.map(({ channel }) => channel))).toEqual(new Set(['email', 'sms']));
		expect(main[0].json.channel).toBe('all');
	});

	it('Get Many of all channels returns the categories of each', async () => {
		const all = { resource: 'category', operation: 'getAll', channel: 'all', options: {} };
		const { main } = await t.run(all, [{}]);
		expect(new Set(main.map(({ json }) => json.channel))).toEqual(new Set(['email', 'sms']));
	});
});
