import type { Reason } from '../../api/errors';

/** An item that can't be sent as it is. It needs no request and doesn't affect other items. */
export class ItemError extends Error {
	readonly reason: Reason;

	/**
	 * `message` states what is wrong, and `description` how to fix it. Neither contains the value
	 * itself.
	 */
	constructor(message: string, description: string) {
		super(message);
		this.name = 'ItemError';
		this.reason = { message, description };
	}
}
