import type { AuthProblem } from './auth.mts';

/** One request in the log. */
export interface Entry {
	seq: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
	/** When the limits counted it. */
	countedAt: number | null;
	/** null: none yet, or none at all */
	respondedAt: number | null;
	/** null: unknown endpoint */
	endpoint: string | null;
	method: string;
	path: string;
	query: Record<string, string>;
	workspace: string | null;
	headerNames: string[];
	/** Only the harmless ones. */
	headers: Record<string, string>;
	auth: 'right' | AuthProblem | null;
	/** Number of users in the request. */
	users: number;
	/** Parsed, or the text if it isn't JSON. */
	body: unknown;
	/** null: no response */
	status: number | null;
	outcome: 'pending' | 'responded' | 'cut' | 'half' | 'hanging';
	/** The change was made. */
	applied: boolean;
	/** ID of the fault's rule. */
	rule: string | null;
}
