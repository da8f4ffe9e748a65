import { BREAKER_THRESHOLD } from '../tuning';

/**
 * Opens after several failures in a row: new batches then wait until something gets through, so
 * that a server that is down meets little more than retries.
 */
export class CircuitBreaker {
	private consecutiveFailures = 0;
	private successSentAt = -Infinity;

	get isOpen(): boolean {
		return this.consecutiveFailures >= BREAKER_THRESHOLD;
	}

	get hasFailed(): boolean {
		return this.consecutiveFailures > 0;
	}

	/** The failure of a request that left before a later one got through says nothing new. */
	onFailure(sentAt: number): void {
		if (sentAt >= this.successSentAt) this.consecutiveFailures += 1;
	}

	onSuccess(sentAt: number): void {
		this.successSentAt = Math.max(this.successSentAt, sentAt);
		this.consecutiveFailures = 0;
	}
}
