/**
 * Why something was not accepted, as users read it. All texts about MoEngage's responses are here,
 * those about an item's values in operations/shared/refusals.ts: the documentation is generated from
 * both. `errorOf` in fate.ts puts the outcome in front.
 */
export interface Reason {
	/** What happened. */
	message: string;
	/** How to fix it. */
	description: string;
	/** The HTTP status, if there was a response. */
	httpCode?: string;
}

const CREDENTIAL_CHECK =
	'Open the MoEngage credential and check three things: the workspace ID, the API key of the Data tile (Settings > Account > APIs), and that the data center is the one in the URL of your MoEngage dashboard.';
const URL_CHECK =
	"Check the 'Data Center' in the MoEngage credential, or the 'Base URL' if you set one.";

function quoted(said: string): string {
	return said === '' ? '' : ` MoEngage's message: "${said}"`;
}

/** Statuses that need their own text. `said` is MoEngage's message, or empty. */
const STATUS: Record<number, (said: string) => Omit<Reason, 'httpCode'>> = {
	401: (said) => ({
		message: 'MoEngage rejected this workspace ID and API key in this data center',
		description: CREDENTIAL_CHECK + quoted(said),
	}),
	403: (said) => ({
		message: "This API key isn't allowed to use this MoEngage API",
		description: `Ask MoEngage support whether the API is enabled for your workspace, check the 'Project Code' in the credential if you use Portfolio, and check the IP allowlist in Settings > Account > APIs.${quoted(said)}`,
	}),
	404: (said) => ({
		message: 'There is no such MoEngage API at this URL',
		description: `${URL_CHECK}${quoted(said)}`,
	}),
	405: (said) => ({
		message: "The server at this URL doesn't accept MoEngage API requests",
		description: `${URL_CHECK}${quoted(said)}`,
	}),
	408: (said) => ({
		message: 'MoEngage took too long to receive the request',
		description: `Run the workflow again later. If this keeps happening, choose a smaller 'Batch Size' in the node's options.${quoted(said)}`,
	}),
	409: (said) => ({
		message: 'No API secret is set up for this workspace in MoEngage',
		description: `In MoEngage, open Settings > Account > APIs and create a key in the Data tile, then enter it in the credential.${quoted(said)}`,
	}),
	415: (said) => ({
		message: "The server at this URL doesn't accept MoEngage API requests",
		description: `A proxy may be changing requests on the way. Ask your network administrator, or check the 'Base URL' in the credential.${quoted(said)}`,
	}),
};

/** The reason for a status that doesn't reject the values that were sent. */
export function byStatus(status: number, said: string): Reason {
	const httpCode = String(status);
	const own = STATUS[status];
	if (own !== undefined) return { ...own(said), httpCode };
	if (status >= 500)
		return {
			message: "MoEngage couldn't process the request",
			description: `Run the workflow again later for these items. If this keeps happening, contact MoEngage support (status ${status}).${quoted(said)}`,
			httpCode,
		};
	return {
		message: `MoEngage, or a proxy in front of it, rejected the request (status ${status})`,
		description: `${CREDENTIAL_CHECK} An IP allowlist in MoEngage or a proxy in your network can also cause this.${quoted(said)}`,
		httpCode,
	};
}

/** The statuses above, for the documentation. */
export const STATUSES = Object.keys(STATUS).map(Number);

/** Reasons that don't come from a status alone. */
export const errors = {
	/** `problem` is a sentence about one of the credential's fields. */
	credential: (problem: string): Reason => ({
		message: problem,
		description: 'Open the MoEngage credential of this node and correct it.',
	}),
	credentialChanged: (): Reason => ({
		message: 'The credential changed while the workflow was running',
		description:
			'Nothing is sent to another workspace or with another API key in the middle of a run. Run the workflow again for these items.',
	}),
	credentialUnreadable: (): Reason => ({
		message: "The MoEngage credential couldn't be read",
		description:
			'Open the MoEngage credential of this node, check that it still exists and that its expressions work, then run the workflow again for these items.',
	}),
	/** `said` is n8n's message about an expression. */
	expression: (said: string): Reason => ({
		message: `A parameter couldn't be read for this item: ${said}`,
		description: 'Open the node and check the expressions, which are marked there.',
	}),
	rejected: (status: number, said: string, reads = false): Reason => ({
		message: `MoEngage rejected this ${reads ? 'request' : 'change'}${said === '' ? '' : `: ${said}`}`,
		description: `Fix the value that MoEngage reports for this item, then run the workflow again for it.${
			/categor/i.test(said) ? ' Categories must be active in MoEngage and spelled as there.' : ''
		}`,
		httpCode: String(status),
	}),
	/** `alone`: the request held one item. */
	tooLong: (status: number, said: string, _reads?: boolean, alone = false): Reason => ({
		message: alone
			? 'The values of this item are too long for MoEngage'
			: 'This batch is too large for MoEngage',
		description: `${alone ? 'Shorten the values of this item, such as its IDs and category names' : "Choose a smaller 'Batch Size' in the node's options"}, then run the workflow again.${quoted(said)}`,
		httpCode: String(status),
	}),
	contradicted: (status: number, said: string): Reason => ({
		message: `MoEngage returned success (status ${status}), but the response body reports a rejection${said === '' ? '' : `: ${said}`}`,
		description:
			'Look the user up in MoEngage, fix the value that MoEngage reports, and run the workflow again for this item; sending a change twice does no harm.',
		httpCode: String(status),
	}),
	headers: (status: number, said: string): Reason => ({
		message: "MoEngage rejected the credential's request headers",
		description: `${CREDENTIAL_CHECK} With Portfolio, check the 'Project Code' as well.${quoted(said)}`,
		httpCode: String(status),
	}),
	redirected: (status: number, host: string | undefined): Reason => ({
		message: `This URL redirects to ${host ?? 'another URL'}`,
		description: `Nothing was sent there, because the request holds your API key. ${URL_CHECK}`,
		httpCode: String(status),
	}),
	unreadable: (status: number): Reason => ({
		message: "The response isn't one that MoEngage sends",
		description:
			"A proxy or firewall between n8n and MoEngage may have responded instead. Check the 'Base URL' in the credential, then run the workflow again for these items.",
		httpCode: String(status),
	}),
	tooLarge: (status: number): Reason => ({
		message: 'The response was far larger than any that MoEngage sends',
		description: URL_CHECK,
		httpCode: String(status),
	}),
	timedOut: (ms: number): Reason => ({
		message: `MoEngage didn't respond within ${ms / 1000} s`,
		description:
			"Run the workflow again for these items; sending a change twice does no harm. If this keeps happening, choose a longer 'Timeout' in the node's options.",
	}),
	stopped: (): Reason => ({
		message: 'The workflow was stopped before a response came',
		description: 'Run the workflow again for these items; sending a change twice does no harm.',
	}),
	/** `fault` is what happened, `code` the system's name for it, such as ECONNREFUSED. */
	unreachable: (fault: string, code?: string): Reason => ({
		message: `MoEngage couldn't be reached: ${fault}`,
		// Not in the message: n8n replaces a message that contains such a code.
		description: `Check that n8n can reach the internet and that the 'Data Center' or 'Base URL' in the MoEngage credential is right, then run the workflow again for these items.${code === undefined ? '' : ` (${code})`}`,
	}),
};
