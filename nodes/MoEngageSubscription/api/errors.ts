import { adviceFor } from './advice';
import type { Blamed } from './blame';

/**
 * Why an item wasn't accepted, as shown to users. The texts about MoEngage's responses are in this
 * file, and those about an item's values in operations/shared/inputErrors.ts; docs/errors.md is
 * generated from both. `errorOf` in execution/itemResult.ts puts the outcome in front.
 */
export interface Reason {
	/** What happened. */
	message: string;
	/** How to fix it. */
	description: string;
	/** The HTTP status, if there was a response. */
	httpCode?: string;
}

/** The two places in MoEngage where keys are managed. */
const KEY_PLACES =
	'Settings > Account > APIs, Data tile, or in newer accounts Settings > Account > API keys';
const CREDENTIAL_CHECK = `Open the MoEngage credential and check 'Workspace ID', 'API Key', and 'Data Center'. In MoEngage, the key is in ${KEY_PLACES}. 'Data Center' must match the URL of your MoEngage dashboard.`;
const URL_CHECK =
	"Check the 'Data Center' in the MoEngage credential, or the 'Base URL' if you set one.";

function quoted(message: string): string {
	return message === '' ? '' : ` MoEngage's message: "${message}"`;
}

/** How to fix a rejection without specific advice. */
function generalAdvice(message: string): string {
	const fix = 'Fix the value MoEngage reported for this item, then rerun the workflow for it.';
	if (!/categor/i.test(message)) return fix;
	return `${fix} Categories must be active in MoEngage, and their names must match exactly.`;
}

/** Statuses that need their own text. `message` is MoEngage's message, or empty. */
const STATUS: Record<number, (message: string) => Omit<Reason, 'httpCode'>> = {
	401: (message) => ({
		message: 'MoEngage rejected this workspace ID and API key in this data center',
		description: CREDENTIAL_CHECK + quoted(message),
	}),
	403: (message) => ({
		message: "This API key isn't allowed to use this MoEngage API",
		description: `Check that the 'API Key' in the credential covers this API (Settings > Account > API keys). With Portfolio, check the 'Project Code' as well. Ask MoEngage support whether the API is enabled for your workspace and open to your IP address.${quoted(message)}`,
	}),
	404: (message) => ({
		message: 'There is no such MoEngage API at this URL',
		description: `${URL_CHECK}${quoted(message)}`,
	}),
	405: (message) => ({
		message: "The server at this URL doesn't accept MoEngage API requests",
		description: `${URL_CHECK}${quoted(message)}`,
	}),
	408: (message) => ({
		message: 'MoEngage took too long to receive the request',
		description: `Run the workflow again later. If this keeps happening, choose a smaller 'Batch Size' in the node's options.${quoted(message)}`,
	}),
	409: (message) => ({
		message: 'No API secret is set up for this workspace in MoEngage',
		description: `In MoEngage, create a key in ${KEY_PLACES}. Then enter it as 'API Key' in the credential.${quoted(message)}`,
	}),
	415: (message) => ({
		message: "The server at this URL doesn't accept MoEngage API requests",
		description: `A proxy may be changing the requests. Ask your network administrator, or check the 'Base URL' in the credential.${quoted(message)}`,
	}),
};

/** Reasons for what a response can blame in the credential. */
const BLAMED: Record<Blamed, Omit<Reason, 'httpCode'>> = {
	projectCode: {
		message: "MoEngage requires a valid 'Project Code'",
		description:
			"This workspace uses Portfolio. Open the MoEngage credential and enter the ID of your project in 'Project Code'. In MoEngage, it is in Settings > Account > Portfolio.",
	},
	apiKey: {
		message: "MoEngage rejected the 'Workspace ID' or 'API Key' in the credential",
		description: CREDENTIAL_CHECK,
	},
	headers: {
		message: "MoEngage rejected the credential's request headers",
		description: `${CREDENTIAL_CHECK} With Portfolio, check the 'Project Code' as well.`,
	},
	firewall: {
		message: "MoEngage's API firewall blocked this request",
		description:
			"In MoEngage, open Settings > Account > Security > API firewall and allow the IP address of your n8n instance. Each API has its own category there, so a passing credential test doesn't prove access to this API.",
	},
	scope: {
		message: 'The API key lacks the permission for this API',
		description:
			"Open the MoEngage credential. Its 'API Key' needs the scope read:subscriptions for lookups and write:subscriptions for updates. In MoEngage, open Settings > Account > API keys and add this API to the key, or enter another key.",
	},
	feature: {
		message: "Email Opt-in Management isn't enabled for this workspace",
		description:
			'MoEngage offers it as early access. Ask MoEngage support to enable it for your workspace, then run the workflow again.',
	},
};

/** Returns the reason for a status that isn't about the values that were sent. */
export function byStatus(status: number, message: string): Reason {
	const httpCode = String(status);
	const own = STATUS[status];
	if (own !== undefined) return { ...own(message), httpCode };
	if (status >= 500)
		return {
			message: "MoEngage couldn't process the request",
			description: `Run the workflow again later for these items. If this keeps happening, contact MoEngage support (status ${status}).${quoted(message)}`,
			httpCode,
		};
	return {
		message: `MoEngage, or a proxy in front of it, rejected the request (status ${status})`,
		description: `${CREDENTIAL_CHECK} An IP allowlist in MoEngage or a proxy in your network can also cause this.${quoted(message)}`,
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
			"A run doesn't switch to another workspace or API key. Run the workflow again for these items.",
	}),
	credentialUnreadable: (): Reason => ({
		message: "The MoEngage credential couldn't be read",
		description:
			'Open the MoEngage credential of this node, and check that it still exists and that its expressions work. Then run the workflow again for these items.',
	}),
	/** `problem` is n8n's message about an expression. */
	expression: (problem: string): Reason => ({
		message: `A parameter couldn't be read for this item: ${problem}`,
		description: 'Open the node and check the expressions that are marked as invalid.',
	}),
	rejected: (status: number, message: string, reads = false): Reason => ({
		message: `MoEngage rejected this ${reads ? 'request' : 'change'}${message === '' ? '' : `: ${message}`}`,
		description: adviceFor(status, message) ?? generalAdvice(message),
		httpCode: String(status),
	}),
	/** `isSingle`: the request contained one item. */
	tooLong: (status: number, message: string, _reads?: boolean, isSingle = false): Reason => ({
		message: isSingle
			? 'The values of this item are too long for MoEngage'
			: 'This batch is too large for MoEngage',
		description: `${isSingle ? 'Shorten the values of this item, such as its IDs and category names' : "Choose a smaller 'Batch Size' in the node's options"}, then run the workflow again.${quoted(message)}`,
		httpCode: String(status),
	}),
	contradicted: (status: number, message: string): Reason => ({
		message: `MoEngage returned success (status ${status}), but the response body reports a rejection${message === '' ? '' : `: ${message}`}`,
		description:
			'Look up the user in MoEngage, fix the value MoEngage reported, and rerun the workflow for this item. Sending a change twice does no harm.',
		httpCode: String(status),
	}),
	/** `part` is what the response blames in the credential or its account. */
	blamed: (part: Blamed, status: number, message: string): Reason => ({
		message: BLAMED[part].message,
		description: BLAMED[part].description + quoted(message),
		httpCode: String(status),
	}),

	redirected: (status: number, host: string | undefined): Reason => ({
		message: `This URL redirects to ${host ?? 'another URL'}`,
		description: `The node doesn't follow redirects, because the request contains your API key. ${URL_CHECK}`,
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
	/** `fault` is what happened, and `code` the system's error code, such as ECONNREFUSED. */
	unreachable: (fault: string, code?: string): Reason => ({
		message: `MoEngage couldn't be reached: ${fault}`,
		// Not in the message: n8n replaces a message that contains such a code.
		description: `Check that n8n can reach the internet and that the 'Data Center' or 'Base URL' in the MoEngage credential is right. Then run the workflow again for these items.${code === undefined ? '' : ` (${code})`}`,
	}),
};
