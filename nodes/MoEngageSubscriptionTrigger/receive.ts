import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { OWN_CHANGE } from '../MoEngageSubscription/api/ownChange';
import { CREDENTIAL } from '../MoEngageSubscription/api/transport';
import { DEFAULT_HEADER, isAuthentic, type Authentication } from './authenticate';
import { readBody, type ReceivedEvent } from './body';
import { deduplicatorOf } from './deduplicate';
import { eventFilter } from './events';
import { attributesOf, toItem, uuidOf } from './toItem';

interface TriggerOptions {
	ignoreOwnChanges?: boolean;
	/** Seconds. */
	ignoreRepeats?: number;
	simplify?: boolean;
}

/** Handles one call of the webhook: rejects it, or starts an execution with an item per wanted event. */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const authentication = context.getNodeParameter('authentication', 'header') as Authentication;
	const secret = await webhookSecret(context);
	if (secret === undefined) return reject(context, 503, UNREADABLE);
	const headerName = String(context.getNodeParameter('headerName', DEFAULT_HEADER)).trim();
	if (!isAuthentic(context.getHeaderData(), { authentication, headerName, secret }))
		return reject(
			context,
			401,
			secret === '' ? NO_SECRET : 'The webhook secret is missing or wrong.',
		);

	const body = readBody(context.getBodyData(), bodySize(context));
	if ('reason' in body) return reject(context, body.status, body.reason);

	const options = context.getNodeParameter('options', {}) as TriggerOptions;
	const events = newEvents(context, wantedEvents(context, body.events, options));
	if (events.length === 0) return { webhookResponse: { message: 'No new event to process' } };
	return { workflowData: [events.map((event) => itemOf(event, options))] };
}

/** Usually temporary, so MoEngage should repeat the call. */
const UNREADABLE =
	"n8n can't read this trigger's credential. If this keeps happening, select the credential again and save the workflow.";
const NO_SECRET = "Set 'Webhook Secret' in the credential of this trigger in n8n.";

/** Returns `undefined` if n8n can't read the credential now. */
async function webhookSecret(context: IWebhookFunctions): Promise<string | undefined> {
	try {
		const { webhookSecret = '' } = await context.getCredentials(CREDENTIAL);
		return String(webhookSecret).trim();
	} catch {
		return undefined;
	}
}

/** n8n responds by itself unless the node has done so; it starts no execution either way. */
function reject(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/** Bytes of the body, after decompression. */
function bodySize(context: IWebhookFunctions): number {
	return context.getRequestObject().rawBody?.length ?? 0;
}

function wantedEvents(
	context: IWebhookFunctions,
	events: ReceivedEvent[],
	options: TriggerOptions,
): ReceivedEvent[] {
	const isWanted = eventFilter(
		context.getNodeParameter('events', []) as string[],
		String(context.getNodeParameter('otherEvents', '')),
	);
	return events.filter(
		(event) =>
			isWanted(event.code, event.name) && !(options.ignoreOwnChanges && isOwnChange(event)),
	);
}

const isOwnChange = (event: ReceivedEvent) =>
	attributesOf(event)[OWN_CHANGE.attribute] === OWN_CHANGE.value;

/** Returns the events that are neither repeated in this call nor passed on by an earlier one. */
function newEvents(context: IWebhookFunctions, events: ReceivedEvent[]): ReceivedEvent[] {
	const isTest = context.getMode() === 'manual';
	const earlier = deduplicatorOf(context.getWorkflow().id ?? '', context.getNode().id);
	const inCall = new Set<string>();
	return events.filter(({ fields }) => {
		const uuid = uuidOf(fields);
		if (uuid === null) return true;
		if (inCall.has(uuid) || (!isTest && earlier.has(uuid))) return false;
		inCall.add(uuid);
		return true;
	});
}

function itemOf(event: ReceivedEvent, { simplify = true }: TriggerOptions): INodeExecutionData {
	return { json: simplify ? toItem(event) : event.fields };
}
