import type { IDataObject } from 'n8n-workflow';

import { toItem } from '../../../nodes/MoEngageSubscriptionTrigger/toItem';

const streams = (fields: IDataObject) =>
	toItem({ source: 'streams', code: 'MOE_EMAIL_UNSUBSCRIBE', name: '', fields });

describe('toItem', () => {
	it('an event has all fields under their documented names', () => {
		const fields = {
			event_name: 'Email Unsubscribed',
			event_code: 'MOE_EMAIL_UNSUBSCRIBE',
			event_uuid: 'u-1',
			event_time: 1764000000,
			uid: 'user-1',
			email_id: 'a@example.com',
			mobile_number: '+15550100',
			event_attributes: { campaign_id: 'c' },
			user_attributes: { moengage_user_id: '65f', moe_unsubscribe: true },
			device_attributes: { moengage_device_id: 'd' },
		};
		const [code, name] = [fields.event_code, fields.event_name];
		expect(toItem({ source: 'streams', code, name, fields })).toEqual({
			event: 'emailUnsubscribed',
			event_name: 'Email Unsubscribed',
			event_code: 'MOE_EMAIL_UNSUBSCRIBE',
			event_uuid: 'u-1',
			event_time: '2025-11-24T16:00:00.000Z',
			customer_id: 'user-1',
			email: 'a@example.com',
			mobile_number: '+15550100',
			moengage_user_id: '65f',
			event_attributes: { campaign_id: 'c' },
			user_attributes: { moengage_user_id: '65f', moe_unsubscribe: true },
			source: 'streams',
		});
	});

	it('missing and blank fields are null, missing attributes are empty', () => {
		expect(streams({ uid: ' ', event_attributes: null })).toEqual({
			event: 'emailUnsubscribed',
			event_name: null,
			event_code: 'MOE_EMAIL_UNSUBSCRIBE',
			event_uuid: null,
			event_time: null,
			customer_id: null,
			email: null,
			mobile_number: null,
			moengage_user_id: null,
			event_attributes: {},
			user_attributes: {},
			source: 'streams',
		});
	});

	it('IDs sent as numbers become text', () => {
		expect(streams({ uid: 42, mobile_number: 15550100 })).toMatchObject({
			customer_id: '42',
			mobile_number: '15550100',
		});
	});

	it.each([
		[1764000000, '2025-11-24T16:00:00.000Z'],
		['1764000000', '2025-11-24T16:00:00.000Z'],
		[1764000000.5, '2025-11-24T16:00:00.500Z'],
		[1764000000123, '2025-11-24T16:00:00.123Z'],
		['2025-11-24T16:00:00Z', '2025-11-24T16:00:00.000Z'],
		['2025-11-24T18:00:00+02:00', '2025-11-24T16:00:00.000Z'],
		['2025-11-24 16:00:00', null],
		['24/11/2025', null],
		['yesterday', null],
		[1e30, null],
		[-5, null],
		[true, null],
		['', null],
	])('the event time %p becomes %p', (given, expected) => {
		expect(streams({ event_time: given }).event_time).toBe(expected);
	});

	it('other fields of a Connector body are attributes of the event', () => {
		const fields = { event_name: 'x', customer_id: '7', email: 'a@b.c', category: 'News', n: 1 };
		const item = toItem({ source: 'connector', code: '', name: 'x', fields });
		expect(item).toMatchObject({ event: 'other', customer_id: '7', email: 'a@b.c' });
		expect(item.event_attributes).toEqual({ category: 'News', n: 1 });
	});
});
