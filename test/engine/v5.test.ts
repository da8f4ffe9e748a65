import { PROFILES, suite } from '../support/engineSuite';

const t = suite();

beforeEach(async () => await t.sandbox.seedUsers(PROFILES));

describe('Get by User', () => {
	const get = {
		resource: 'preference',
		operation: 'getByUser',
		identifierType: '={{ $json.by }}',
		identifierValue: '={{ $json.user }}',
		channel: 'email',
		options: {},
	};

	it('Get by User reads users by ID or email, and each unknown user is an error', async () => {
		await t.sandbox.configure({ emailUnsubscribe: false });
		const { main, errors } = await t.run(
			get,
			[
				{ by: 'uid', user: 'ada' },
				{ by: 'email', user: ' ada@x.com ' },
				{ by: 'uid', user: 'nobody' },
				{ by: 'email', user: 'two@x.com' },
				{ by: 'email', user: 'ada' },
				{ by: 'phone', user: 'ada' },
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(main[1].json).toMatchObject({
			user_identifier_type: 'email',
			user_identifier_value: 'ada@x.com',
			is_globally_unsubscribed: false,
			categories: expect.arrayContaining([
				expect.objectContaining({ name: 'Newsletter', status: 'subscribed' }),
			]),
			status: 'found',
		});
		expect(errors.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(/^Rejected: MoEngage rejected/),
			expect.stringMatching(/^Rejected: MoEngage rejected/),
			"Rejected: 'Email' isn't an email address",
			"Rejected: 'Identify User By' isn't one of the supported values",
		]);
	});

	it('a key without the v5 scope is reported as such', async () => {
		await t.sandbox.configure({ switchedOff: ['v5GetPreferences'] });
		const { error } = await t.run(get, [{ by: 'uid', user: 'ada' }]);
		expect(error?.message).toBe('Not sent: the API key lacks the permission for this API');
	});

	it('a 404 that isn’t in the shape of v5 is about the URL', async () => {
		await t.sandbox.addFaults([{ do: 'status', status: 404, body: null }]);
		const { error } = await t.run(get, [
			{ by: 'uid', user: 'ada' },
			{ by: 'uid', user: 'bob' },
		]);
		expect(error?.message).toMatch(/^Not sent: there is no such MoEngage API at this URL/);
	});
});

describe('Update by User', () => {
	const update = {
		resource: 'preference',
		operation: 'updateByUser',
		identifierType: 'uid',
		identifierValue: '={{ $json.user }}',
		channel: 'email',
		categoryInput: 'fields',
		categories: { category: [{ name: 'Newsletter', subscribed: '={{ $json.news }}' }] },
		globallyUnsubscribed: '={{ $json.gone }}',
		options: {},
	};
	/** Its requests, without the lookups of Respect Global Unsubscribe. */
	const changes = async () =>
		(await t.sandbox.log()).filter(({ endpoint }) => endpoint === 'v5UpdatePreferences');

	it('Update by User sends the documented request, in order', async () => {
		const { main } = await t.run(update, [
			{ user: 'ada', news: 'no', gone: 'no' },
			{ user: 'ada', news: 'yes', gone: 'no' },
			{ user: 'ada', news: 'no', gone: 'no' },
			{ user: 'bob', news: '', gone: 1 },
		]);
		expect(main.map(({ json }) => json.status)).toEqual(Array(4).fill('accepted'));
		const log = await changes();
		const ada = log.filter(({ body }) => body.user_identifier_value === 'ada');
		expect(ada.map(({ body }) => body.categories.Newsletter)).toEqual([false, true, false]);
		expect(ada[0].body).toEqual({
			user_identifier_type: 'uid',
			user_identifier_value: expect.any(String),
			is_globally_unsubscribed: expect.any(Boolean),
			channel: 'email',
			categories: expect.any(Object),
		});
		expect((await t.sandbox.user('bob'))?.unsubscribed).toBe(true);
	});

	it('every item is sent with its own event attributes and request ID', async () => {
		const attribute = [
			{ name: ' source ', value: '={{ $json.from }}' },
			{ name: '__proto__', value: '={{ $json.count }}' },
		];
		const options = { eventAttributes: { attribute }, requestId: '={{ $json.ticket }}' };
		const { main } = await t.run({ ...update, options }, [
			{ user: 'ada', news: 1, gone: 0, from: 'page', count: 7, ticket: ' T-1 ' },
			{ user: 'bob', news: 1, gone: 0, from: true, count: '', ticket: 2 },
			{ user: 'ada', news: 1, gone: 0, from: ' ', count: null, ticket: '' },
		]);
		expect(main.map(({ json }) => json.request_id)).toEqual(['T-1', '2', undefined]);
		const sent = (await changes()).map(({ body }) => body);
		const of = (user: string) => sent.filter(({ user_identifier_value: id }) => id === user);
		expect(JSON.stringify(of('ada')[0].event_attributes)).toBe('{"source":"page","__proto__":"7"}');
		expect(of('ada')[0].request_id).toBe('T-1');
		expect(of('bob')[0]).toMatchObject({ event_attributes: { source: 'true' }, request_id: '2' });
		expect(Object.keys(of('ada')[1])).not.toContain('event_attributes');
		expect(Object.keys(of('ada')[1])).not.toContain('request_id');
	});

	it('Mark as Sent by n8n adds its attribute next to the user’s own', async () => {
		const attribute = [{ name: 'source', value: 'page' }];
		const options = { eventAttributes: { attribute }, markAsSent: '={{ $json.mark }}' };
		await t.run({ ...update, options }, [
			{ user: 'ada', news: 1, gone: 0, mark: true },
			{ user: 'bob', news: 1, gone: 0, mark: 'no' },
		]);
		const sent = (await changes()).map(({ body }) => body);
		const of = (user: string) => sent.find(({ user_identifier_value: id }) => id === user);
		expect(of('ada').event_attributes).toEqual({ sent_by: 'n8n', source: 'page' });
		expect(of('bob').event_attributes).toEqual({ source: 'page' });
	});

	it('an opt-out is sent without a mark that can’t be read', async () => {
		const { main } = await t.run({ ...update, options: { markAsSent: '={{ $json.mark }}' } }, [
			{ user: 'ada', news: 0, gone: 1, mark: 'maybe' },
		]);
		expect(main[0].json.warnings).toEqual([expect.stringContaining('Mark as Sent by n8n')]);
		expect((await t.sandbox.user('ada'))?.unsubscribed).toBe(true);
	});

	it('invalid event attributes reject only their item', async () => {
		const names = ['a', 'b', 'c', 'd', 'e', 'f'];
		const attribute = names.map((name) => ({
			name: `={{ $json.${name}_name ?? '${name}' }}`,
			value: `={{ $json.${name} }}`,
		}));
		const item = { user: 'ada', news: 1, gone: 0 };
		const six = Object.fromEntries(names.map((name) => [name, 1]));
		const { main, errors } = await t.run(
			{ ...update, options: { eventAttributes: { attribute } } },
			[
				{ ...item, ...six },
				{ ...item, a: 'x', a_name: 'n'.repeat(51) },
				{ ...item, a: '😀'.repeat(256) },
				{ ...item, a: 'x', a_name: '' },
				{ ...item, a: 'x', b: 'y', b_name: 'a' },
				{ ...item, a: [1] },
				{ ...item, ...six, f: '', a: '😀'.repeat(255), b_name: 'n'.repeat(50) },
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(errors.map(({ json }) => json.error)).toEqual([
			"Rejected: 'Event Attributes' has 6 attributes, but MoEngage accepts only 5",
			'Rejected: the name of an event attribute has 51 characters, but MoEngage accepts only 50',
			'Rejected: Event attribute "a" has 256 characters, but MoEngage accepts only 255',
			'Rejected: an event attribute has no name',
			'Rejected: Event attribute "a" is set more than once',
			'Rejected: Event attribute "a" must be text (got a list)',
		]);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 6 }]);
		expect(await changes()).toHaveLength(1);
	});

	it('a retry has the same idempotency key, and another change a new one', async () => {
		await t.sandbox.addFaults([{ do: 'cut-after', times: 1, endpoint: 'v5UpdatePreferences' }]);
		const keys = async () => (await changes()).map(({ headers }) => headers['idempotency-key']);
		await t.run(update, [{ user: 'ada', news: 1, gone: 0 }]);
		const first = await keys();
		expect(first).toHaveLength(2);
		expect(new Set(first).size).toBe(1);
		await t.run(update, [{ user: 'bob', news: 1, gone: 0 }]);
		expect(new Set(await keys()).size).toBe(2);
	});
});
