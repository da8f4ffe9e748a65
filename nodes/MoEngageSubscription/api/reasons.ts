/**
 * Why something was not accepted, in the words that a person sees. All texts about MoEngage's
 * answers stand here, those about an item's values in operations/shared/refusals.ts: the
 * documentation is written from both.
 */
export interface Reason {
	/** What happened. */
	message: string;
	/** How to fix it. */
	description: string;
	/** MoEngage's status, where there was an answer. */
	httpCode?: string;
}

const CREDENTIAL_CHECK =
	'Open the MoEngage credential and check three things: the workspace ID, the API key of the Data tile (Settings > Account > APIs), and that the data center is the one in the address of your MoEngage dashboard.';

function quoted(said: string): string {
	return said === '' ? '' : ` MoEngage says: "${said}"`;
}

/** Statuses that need words of their own. `said` is MoEngage's own words, or empty. */
const STATUS: Record<number, (said: string) => Omit<Reason, 'httpCode'>> = {
	401: (said) => ({
		message: 'MoEngage did not accept this workspace ID and API key in this data center',
		description: CREDENTIAL_CHECK + quoted(said),
	}),
	403: (said) => ({
		message: 'This API key may not use this MoEngage API',
		description: `Ask MoEngage support whether the API is switched on for your workspace, check the project code in the credential if you use Portfolio, and check the IP allow-list in Settings > Account > APIs.${quoted(said)}`,
	}),
	404: (said) => ({
		message: 'MoEngage does not know this API at this address',
		description: `Check the data center, or the base URL if you set one, in the MoEngage credential.${quoted(said)}`,
	}),
	405: (said) => ({
		message: 'Something at this address does not take MoEngage requests',
		description: `Check the data center, or the base URL if you set one, in the MoEngage credential.${quoted(said)}`,
	}),
	408: (said) => ({
		message: 'MoEngage took too long to receive the request',
		description: `Run the workflow again later. If it happens often, choose a smaller batch size in the node's options.${quoted(said)}`,
	}),
	409: (said) => ({
		message: 'No API secret is set up for this workspace in MoEngage',
		description: `In MoEngage, open Settings > Account > APIs and create a key in the Data tile, then put it into the credential.${quoted(said)}`,
	}),
	415: (said) => ({
		message: 'Something at this address does not take MoEngage requests',
		description: `A proxy may be changing requests on their way. Ask whoever runs your network, or check the base URL in the credential.${quoted(said)}`,
	}),
};

/** The reason for a status that isn't a refusal of what was sent. */
export function byStatus(status: number, said: string): Reason {
	const httpCode = String(status);
	const own = STATUS[status];
	if (own !== undefined) return { ...own(said), httpCode };
	if (status >= 500)
		return {
			message: 'MoEngage could not deal with the request just now',
			description: `Run the workflow again later for these items. If it goes on, tell MoEngage support (status ${status}).${quoted(said)}`,
			httpCode,
		};
	return {
		message: `MoEngage turned the request away (status ${status})`,
		description: `${CREDENTIAL_CHECK} An IP allow-list in MoEngage or a proxy in your network can also cause this.${quoted(said)}`,
		httpCode,
	};
}

/** The statuses above, for the documentation. */
export const STATUSES = Object.keys(STATUS).map(Number);

/** What the system's names of a fault mean. */
export const FAULT: Record<string, string> = {
	ECONNREFUSED: 'nothing answers at its address',
	ENOTFOUND: 'its address is not known',
	EAI_AGAIN: 'the name service does not answer',
	EHOSTUNREACH: 'there is no way to its address',
	ENETUNREACH: 'there is no way to its address',
	CERT_HAS_EXPIRED: 'its certificate has expired',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
	SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another address',
};

/** Reasons that come from elsewhere than a status of their own. */
export const because = {
	/** `problem` is a sentence about one of the credential's fields. */
	credential: (problem: string): Reason => ({
		message: problem,
		description: 'Open the MoEngage credential of this node and correct it.',
	}),
	/** `said` is n8n's word about an expression. */
	expression: (said: string): Reason => ({
		message: `A parameter could not be read for this item: ${said}`,
		description: 'Open the node and check the expressions, which are marked there.',
	}),
	refused: (status: number, said: string, reads = false): Reason => ({
		message: `MoEngage refused this ${reads ? 'request' : 'change'}${said === '' ? '' : `: ${said}`}`,
		description: `Correct what MoEngage names in this item, then run the workflow again for it.${
			/categor/i.test(said) ? ' Categories must be active in MoEngage and spelled as there.' : ''
		}`,
		httpCode: String(status),
	}),
	contradicted: (status: number, said: string): Reason => ({
		message: `MoEngage accepted the request (status ${status}), but with the words of a refusal${said === '' ? '' : `: ${said}`}`,
		description:
			'Look the user up in MoEngage, correct what MoEngage names, and run the workflow again for this item; sending a change twice does no harm.',
		httpCode: String(status),
	}),
	headers: (status: number, said: string): Reason => ({
		message: 'MoEngage did not accept what the credential says',
		description: `${CREDENTIAL_CHECK} With Portfolio, check the project code as well.${quoted(said)}`,
		httpCode: String(status),
	}),
	redirected: (status: number, host: string | undefined): Reason => ({
		message: `This address sends requests on to ${host ?? 'another address'}`,
		description:
			'Nothing was sent there, because the request holds your API key. Check the data center, or the base URL if you set one, in the MoEngage credential.',
		httpCode: String(status),
	}),
	unreadable: (status: number): Reason => ({
		message: 'The answer could not be read, so it may not be from MoEngage',
		description:
			'A proxy or firewall between n8n and MoEngage may have answered instead. Check the base URL in the credential, then run the workflow again for these items.',
		httpCode: String(status),
	}),
	tooLarge: (status: number): Reason => ({
		message: 'The answer was far larger than any that MoEngage sends',
		description:
			'Check the data center, or the base URL if you set one, in the MoEngage credential.',
		httpCode: String(status),
	}),
	timedOut: (ms: number): Reason => ({
		message: `MoEngage did not answer within ${ms / 1000} s`,
		description:
			"Run the workflow again for these items; sending a change twice does no harm. If it happens often, choose a longer timeout in the node's options.",
	}),
	/**
	 * `code` is the system's name of the fault, such as ECONNREFUSED. Not in the message: n8n puts
	 * words of its own in place of a message that holds one.
	 */
	unreachable: (code: string | undefined): Reason => ({
		message: `MoEngage could not be reached: ${FAULT[code ?? ''] ?? 'the connection was lost'}`,
		description: `Check that n8n can reach the internet and that the data center or base URL in the MoEngage credential is right, then run the workflow again for these items.${code === undefined ? '' : ` (${code})`}`,
	}),
};
