import type { Reason } from '../../../nodes/MoEngageSubscription/api/errors';
import { errorOf, failureOf } from '../../../nodes/MoEngageSubscription/execution/itemResult';

const reason: Reason = { message: 'Why', description: 'How', httpCode: '500' };
const sent = { batch: 1, attempts: 2 };

describe('the error of an item', () => {
	it.each([
		['rejected', 'Customer ID is empty', 'Rejected: Customer ID is empty'],
		['rejected', 'There is no category to change', 'Rejected: there is no category to change'],
		['rejected', 'A category has no name', 'Rejected: a category has no name'],
		['rejected', 'MoEngage rejected this change', 'Rejected: MoEngage rejected this change'],
		['rejected', 'Another Field is empty', 'Rejected: Another Field is empty'],
		['notSent', 'The workflow was stopped', 'Not sent: the workflow was stopped'],
		['unconfirmed', 'No response came', 'Unconfirmed: no response came'],
	] as const)('the error of an item starts with its outcome: %s, %s', (status, message, error) => {
		expect(errorOf({ status, reason: { ...reason, message } })).toEqual({
			...reason,
			message: error,
		});
	});
});

describe('failureOf', () => {
	it('an unconfirmed record keeps its reason', () => {
		expect(failureOf({ status: 'unconfirmed', reason, ...sent })).toEqual({
			status: 'unconfirmed',
			reason,
		});
		expect(failureOf({ status: 'unconfirmed', ...sent }).reason.message).toBe('No response came');
	});

	it('an unconfirmed record names the missing response and the later rejection', () => {
		const timeout = { message: "MoEngage didn't respond within 30 s", description: 'Run again.' };
		const rejection = {
			message: 'The values of this item are too long for MoEngage',
			description: 'Shorten them.',
			httpCode: '413',
		};
		const outcome = { status: 'unconfirmed', reason: timeout, rejection, ...sent } as const;
		expect(failureOf(outcome).reason).toEqual({
			message:
				"MoEngage didn't respond within 30 s; on a later attempt, the values of this item are too long for MoEngage",
			description: expect.stringMatching(/^Shorten them\. MoEngage may have applied the change/),
			httpCode: '413',
		});
		expect(failureOf(outcome, true).reason.description).toBe('Shorten them.');
	});

	it('a server that responds with errors isn’t reported as one that can’t be reached', () => {
		const found = failureOf({ status: 'notSent', cause: 'unreachable', reason });
		expect(found.reason.message).toBe('MoEngage was unavailable for some time');
	});

	it.each(['configuration', 'unreachable', 'dayLimit', 'stopped'] as const)(
		'a record that wasn’t sent names the cause: %s',
		(cause) => {
			const found = failureOf({ status: 'notSent', cause, reason });
			expect(errorOf(found).message).toMatch(/^Not sent: \S/);
			expect(found.reason.description).toContain('Why');
			const { description } = failureOf({ status: 'notSent', cause }).reason;
			expect(description).not.toContain('undefined');
		},
	);

	it('a record that a fatal response left unsent has the reason of that response', () => {
		expect(failureOf({ status: 'notSent', cause: 'fatal', reason }).reason).toEqual(reason);
	});
});
