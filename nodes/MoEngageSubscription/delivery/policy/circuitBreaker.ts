import { BREAKER_THRESHOLD } from '../tuning';

/**
 * Opens after several failures in a row: new batches then wait until something gets through, so
 * that a server that is down meets little more than retries.
 */
export class CircuitBreaker {
	private consecutiveFailures = 0;

	get isOpen(): boolean {
		return this.consecutiveFailures >= BREAKER_THRESHOLD;
	}

	onFailure(): void {
		this.consecutiveFailures += 1;
	}

	onSuccess(): void {
		this.consecutiveFailures = 0;
	}
}
