import type { Config } from '../config.mts';
import type { Operation, Violation } from '../contract.mts';
import type { HttpRequest, HttpResponse } from '../http.mts';
import type { MoengageEvent } from '../events/record.mts';
import type { WorkspaceState } from '../state.mts';

export interface Context {
	operation: Operation;
	/** One that the document allows. */
	request: HttpRequest;
	config: Config;
	state: WorkspaceState;
	/** Makes an asynchronous change. */
	later: (change: () => void) => void;
	/** Sends the events of a change. */
	raise: (events: MoengageEvent[]) => void;
}

export interface Handler {
	/** Customer IDs and email addresses in the request. */
	users: (request: HttpRequest) => string[];
	/** The response to a request that the document doesn't allow. */
	invalid: (operation: Operation, violation: Violation) => HttpResponse;
	/** Checks what the document can't express, applies the change, returns the response. */
	handle: (context: Context) => HttpResponse;
}
