import type { Batch } from '../batch';
import type { QueuedRecord } from '../record';
import type { AnyOutcome, Run } from '../run';
import type { NotSentCause } from '../types';
import type { BatchBisection } from './bisection';

/** What a verdict asks the endpoint's queue to do, in this order. */
export type Effect =
	| { kind: 'settle'; record: QueuedRecord; outcome: AnyOutcome }
	/** Something of the run was accepted. */
	| { kind: 'resume'; run: Run }
	/** The run sends nothing more. */
	| { kind: 'stop'; run: Run; cause: NotSentCause; reason?: unknown }
	/** Every run with an open record of this partition sends nothing more. */
	| { kind: 'stopPartition'; key: string; reason: unknown }
	/** Settles the records of stopped runs among these. */
	| { kind: 'leaveOver'; records: readonly QueuedRecord[] }
	/** Sends the open records of the batch again. */
	| { kind: 'resend'; batch: Batch; records: readonly QueuedRecord[]; notBefore: number }
	/** Sends the records of each run again, without those of the others. */
	| { kind: 'separate'; batch: Batch; records: readonly QueuedRecord[] }
	/** Puts records back into their queues, to leave in smaller batches. */
	| { kind: 'requeue'; records: readonly QueuedRecord[] }
	/** Takes merged records apart and sends the first of each again, with the others. */
	| { kind: 'split'; batch: Batch; records: readonly QueuedRecord[] }
	/** Looks for the records at fault. */
	| { kind: 'bisect'; bisection: BatchBisection; records: readonly QueuedRecord[] }
	/** Sends the bisection's next part, or ends it. */
	| { kind: 'step'; bisection: BatchBisection };
