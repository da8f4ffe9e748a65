import { PROBE_ALONE_MS } from '../tuning';

/** What the probe needs to know of a batch. */
interface ProbeBatch {
	readonly sentAt: number;
	readonly records: ReadonlyArray<{ readonly state: string }>;
}

/**
 * The first request of an account and its settings goes alone: a wrong key then costs one request,
 * not as many as may be in flight. A slow response isn't waited for, or contacts of a storm would be
 * held up by it.
 */
export class CredentialProbe {
	private batch?: ProbeBatch;

	constructor(private verified: boolean) {}

	/** Whether MoEngage has authenticated a request with this account. */
	get isVerified(): boolean {
		return this.verified;
	}

	/** Until when no other request may leave; Infinity until this one has been sent again. */
	get until(): number {
		if (this.verified || this.batch === undefined) return -Infinity;
		const open = this.batch.records.find(({ state }) => state !== 'settled');
		if (open === undefined) return -Infinity;
		return open.state === 'inFlight' ? this.batch.sentAt + PROBE_ALONE_MS : Infinity;
	}

	onSent(batch: ProbeBatch): void {
		if (!this.verified) this.batch ??= batch;
	}

	onVerified(isVerified: boolean): void {
		this.verified = isVerified;
		// Nothing of the executions in it may be kept while others go on.
		if (isVerified) this.batch = undefined;
	}
}
