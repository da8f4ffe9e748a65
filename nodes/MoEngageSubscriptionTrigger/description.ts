import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { OWN_CHANGE, OWN_CHANGE_LABELS } from '../MoEngageSubscription/api/ownChange';
import { DEFAULT_HEADER } from './authenticate';
import { eventOptions, OTHER } from './events';

const notice = (name: string, displayName: string): INodeProperties => ({
	displayName,
	name,
	type: 'notice',
	default: '',
});

/** All parameters of the trigger. */
export const fields: INodeProperties[] = [
	notice(
		'urlNotice',
		'Paste the <b>Production URL</b> into MoEngage, not the Test URL, which works only while you listen for a test event. Then activate the workflow.',
	),
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Basic Auth',
				value: 'basicAuth',
				description: "Any user name, with the credential's 'Webhook Secret' as the password",
			},
			{
				name: 'Header',
				value: 'header',
				description: "A header with the credential's 'Webhook Secret' as its value",
			},
		],
		default: 'header',
		description:
			"How MoEngage proves that a call comes from it. Calls without the credential's 'Webhook Secret' are rejected.",
	},
	{
		displayName: 'Header Name',
		name: 'headerName',
		type: 'string',
		noDataExpression: true,
		required: true,
		default: DEFAULT_HEADER,
		displayOptions: { show: { authentication: ['header'] } },
		description: 'Name of the header to set in MoEngage',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		noDataExpression: true,
		required: true,
		options: eventOptions,
		default: ['emailUnsubscribed', 'categoriesUpdated', 'optInStatusUpdated', 'resubscribed'],
		description: 'The events that start the workflow. MoEngage gets a success response for others.',
	},
	{
		displayName: 'Other Events',
		name: 'otherEvents',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. SMS Keyword Received, MOE_EMAIL_OPEN',
		displayOptions: { show: { events: [OTHER] } },
		description:
			"Comma-separated names or codes of the events. If empty, all events that aren't in the list above.",
	},
	notice(
		'connectorNotice',
		'<b>Connector campaign:</b> have it ignore DND and frequency capping, otherwise MoEngage may drop events. MoEngage waits 5 seconds and accepts only the status 200, which this trigger returns.',
	),
	notice(
		'streamsNotice',
		'<b>Streams:</b> ask MoEngage support to add the user attribute <code>moe_em_unsub_categories</code>, so that events include the unsubscribed categories.',
	),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: OWN_CHANGE_LABELS.ignore,
				name: 'ignoreOwnChanges',
				type: 'boolean',
				default: true,
				description: `Whether to ignore events with the attribute ${OWN_CHANGE.attribute} = ${OWN_CHANGE.value}, which '${OWN_CHANGE_LABELS.mark}' in Update by User adds`,
			},
			{
				displayName: 'Ignore Repeated Bodies (Seconds)',
				name: 'ignoreRepeats',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 3600 },
				default: 60,
				description:
					"How long an event without event_uuid is ignored if it equals the user's latest event. Add event_time to the body in MoEngage, so that two equal changes differ.",
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description:
					'Whether to return a simplified version of the response instead of the raw data',
			},
		],
	},
];

/** What the panel shows before the first event. */
export const triggerPanel: INodeTypeDescription['triggerPanel'] = {
	header: 'Receive events from MoEngage',
	executionsHelp: {
		inactive:
			"<b>1.</b> In the credential, set 'Webhook Secret' to at least 32 random characters, for example from your password manager. <b>2.</b> Click <b>Listen for test event</b>, and have MoEngage send a test to the <b>Test URL</b> with that secret. <b>3.</b> Activate the workflow, and enter the <b>Production URL</b> in MoEngage.",
		active:
			"MoEngage's events start this workflow. Executions are in the <b>Executions</b> tab. To see events here, click <b>Listen for test event</b>, and send a test to the <b>Test URL</b>.",
	},
	activationHint:
		'Once you have activated the workflow and entered the Production URL in MoEngage, each event starts an execution, which you find in the Executions tab.',
};

export const activationMessage =
	"You can now enter this trigger's Production URL in MoEngage: in Streams, ask your MoEngage contact; in a Connector campaign, enter it as the URL.";
