import type { Reason } from '../../api/errors';

/** An item that can't be sent as it is. It costs no request and no other item its delivery. */
export class ItemError extends Error {
	readonly reason: Reason;

	/** `message` says what is wrong, `description` how to fix it; neither holds the value itself. */
	constructor(message: string, description: string) {
		super(message);
		this.name = 'Refusal';
		this.reason = { message, description };
	}
}
