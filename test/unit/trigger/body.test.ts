import fc from 'fast-check';

import { LIMITS, readBody } from '../../../nodes/MoEngageSubscriptionTrigger/body';
import { toItem } from '../../../nodes/MoEngageSubscriptionTrigger/toItem';

const UNSUBSCRIBE = { event_code: 'MOE_EMAIL_UNSUBSCRIBE', event_uuid: 'u1', uid: '7' };

/** Returns the number of events, or the status and reason. */
function outcome(body: unknown, bytes = 0): unknown {
	const read = readBody(body, bytes);
	return 'events' in read ? read.events.length : `${read.status} ${read.reason}`;
}

describe('readBody', () => {
	it('a Streams body has one event per entry, in order and unchanged', () => {
		const second = { event_name: 'Email Resubscribed', extra: { a: [1] } };
		const read = readBody({ app_name: 'a', events: [UNSUBSCRIBE, second] }, 0);
		expect(read).toEqual({
			events: [
				{ source: 'streams', code: 'MOE_EMAIL_UNSUBSCRIBE', name: '', fields: UNSUBSCRIBE },
				{ source: 'streams', code: '', name: 'Email Resubscribed', fields: second },
			],
		});
	});

	it('a Connector body is one event', () => {
		const body = { event_name: ' Email Unsubscribed ', uid: 7 };
		expect(readBody(body, 0)).toEqual({
			events: [{ source: 'connector', code: '', name: 'Email Unsubscribed', fields: body }],
		});
	});

	it('a Connector body sent as text is read as JSON', () => {
		expect(outcome(JSON.stringify(UNSUBSCRIBE))).toBe(1);
	});

	it('an empty batch is read as no event', () => {
		expect(outcome({ events: [] })).toBe(0);
	});

	it('an event with unusual values in all other fields is still read', () => {
		const odd = {
			event_time: {},
			uid: [],
			email_id: 1,
			event_attributes: 'x',
			user_attributes: null,
		};
		expect(outcome({ events: [{ ...UNSUBSCRIBE, ...odd }] })).toBe(1);
	});

	const noObject =
		"400 The body isn't a JSON object. Send JSON with Content-Type: application/json.";
	const noEvent = "400 The body has neither 'events' nor an 'event_name' or 'event_code'.";
	it.each([
		['no body', undefined, noObject],
		['null', null, noObject],
		['a list', [UNSUBSCRIBE], noObject],
		['a number', 1, noObject],
		['text that is not JSON', '{', noObject],
		['text with a JSON list', '[]', noObject],
		['an empty object', {}, noEvent],
		['a blank code', { event_code: ' ' }, noEvent],
		['a code that is a list', { event_code: ['MOE_EMAIL_SPAM'] }, noEvent],
		['events as an object', { events: {} }, "400 'events' must be a list."],
		['events as null', { events: null, ...UNSUBSCRIBE }, "400 'events' must be a list."],
		[
			'a bad event among good ones',
			{ events: [UNSUBSCRIBE, {}, UNSUBSCRIBE] },
			"400 Event 2 of 3 has no 'event_name' or 'event_code'.",
		],
		[
			'an event that is null',
			{ events: [null] },
			"400 Event 1 of 1 has no 'event_name' or 'event_code'.",
		],
	])('%s is rejected with a reason', (_what, body, expected) => {
		expect(outcome(body)).toBe(expected);
	});

	it('a body above the size limit is rejected', () => {
		expect(outcome(UNSUBSCRIBE, LIMITS.bytes)).toBe(1);
		expect(outcome(UNSUBSCRIBE, LIMITS.bytes + 1)).toBe('413 The body is larger than 5 MB.');
		const events = (count: number) => ({ events: Array(count).fill(UNSUBSCRIBE) });
		expect(outcome(events(LIMITS.events))).toBe(1000);
		expect(outcome(events(LIMITS.events + 1))).toBe('413 The body is larger than 1000 events.');
	});

	it('any JSON body is read in full or rejected in full, and never throws', () => {
		const key = fc.constantFrom('event_code', 'event_name', 'uid', '__proto__', 'event_time');
		const event = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
		const body = fc.oneof(
			fc.jsonValue(),
			fc.string(),
			fc.record({ events: fc.oneof(fc.jsonValue(), fc.array(event)) }),
			event,
		);
		fc.assert(
			fc.property(body, (given) => {
				const read = readBody(given, 0);
				if ('reason' in read) return expect(read.reason).toMatch(/\.$/);
				const sent = (given as { events?: unknown[] } | string)?.['events' as never] as unknown;
				if (Array.isArray(sent)) expect(read.events.map(({ fields }) => fields)).toEqual(sent);
				for (const one of read.events) {
					const item = toItem(one);
					expect(Object.keys(item)).toHaveLength(12);
					expect(item.event_name ?? item.event_code).toMatch(/\S/);
				}
			}),
		);
	});

	it('a reason never contains text of the body', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[A-Z]{8}$/), (text) => {
				for (const body of [text, [text], { [text]: text }, { events: [{ [text]: text }] }])
					expect(JSON.stringify(readBody(body, 0))).not.toContain(text);
			}),
		);
	});
});
