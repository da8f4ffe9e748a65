import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import type { Reason } from '../api/errors';
import type { UserResponse } from '../api/schemas';
import type { AcceptedResponse } from '../api/transport';
import { openRun, type OpenRun, type Outcome } from '../delivery';
import { endpointRequest } from './endpointRequest';
import { getPreferencesByUser } from '../operations/preference/getByUser.operation';
import type { RunOptions } from '../operations/shared/options';
import type { UserLookup } from '../operations/shared/userIdentifier';

export type LookupOutcome = Outcome<AcceptedResponse<UserResponse>, Reason>;
type OnOutcome = (outcome: LookupOutcome) => void;

/** Looks up users during a run, within the rate limit that Get by User has in all executions. */
export class Lookups {
	private readonly run: OpenRun<UserLookup, AcceptedResponse<UserResponse>, Reason>;
	private readonly waiting: Array<OnOutcome | undefined> = [];

	constructor(context: IExecuteFunctions, account: Account, options: RunOptions) {
		this.run = openRun({
			...endpointRequest(context, getPreferencesByUser, account, options),
			signal: context.getExecutionCancelSignal(),
			onOutcome: (index, outcome) => {
				const onOutcome = this.waiting[index];
				this.waiting[index] = undefined;
				onOutcome?.(outcome);
			},
		});
	}

	/** Looks up a user. `partitionKey` is that of the change. */
	ask(value: UserLookup, partitionKey: string, onOutcome: OnOutcome): void {
		this.waiting.push(onOutcome);
		this.run.add([{ value, keys: [], partitionKey }]);
	}

	/** Ends the run once all lookups have their outcome. Resolves to the number of requests. */
	async close(): Promise<number> {
		this.run.close();
		return (await this.run.report).requests;
	}
}
