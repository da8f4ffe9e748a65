import type { INodeProperties } from 'n8n-workflow';

import type { ItemReader } from './itemReader';
import { links } from './links';
import { inputErrors } from './inputErrors';
import { asId, asText } from './values';

/** The two encrypted strings in a landing page URL. They are sent to MoEngage unchanged. */
export interface Visitor {
	user_id: string;
	cid: string;
}

export const visitorFields: INodeProperties[] = [
	{
		displayName: 'Identify User By',
		name: 'identifyBy',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Landing Page URL',
				value: 'landingPageUrl',
				description: 'The full URL of the preference page link the user opened',
			},
			{
				name: 'User ID and Campaign ID',
				value: 'ids',
				description: 'The two encrypted values user_id and cid from that URL',
			},
		],
		default: 'landingPageUrl',
		description: 'How to identify the user',
	},
	{
		displayName: 'Landing Page URL',
		name: 'landingPageUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/preferences?user_id=…&cid=…',
		displayOptions: { show: { identifyBy: ['landingPageUrl'] } },
		description: `The full URL of the preference page link the user opened. The node reads user_id and cid from it.${links.landingPage}.`,
	},
	{
		displayName: 'Encrypted User ID',
		name: 'userId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.query.user_id }}',
		displayOptions: { show: { identifyBy: ['ids'] } },
		description: 'The value of user_id in the landing page URL, not your own ID for the user',
	},
	{
		displayName: 'Encrypted Campaign ID',
		name: 'campaignId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.query.cid }}',
		displayOptions: { show: { identifyBy: ['ids'] } },
		description: 'The value of cid in the landing page URL',
	},
];

export function readVisitor(item: ItemReader): Visitor {
	if (item.parameter('identifyBy') === 'ids')
		return {
			user_id: item.id('userId', 'Encrypted User ID'),
			cid: item.id('campaignId', 'Encrypted Campaign ID'),
		};
	const label = 'Landing Page URL';
	// Not read as an ID, because an unresolved {{ … }} in another part of the URL does no harm.
	const url = asText(item.parameter('landingPageUrl'), label);
	if (url === '') throw inputErrors.empty(label);
	const { user_id, cid } = visitorIn(url, label);
	return {
		user_id: item.checked(asId(user_id, 'user_id'), 'user_id'),
		cid: item.checked(asId(cid, 'cid'), 'cid'),
	};
}

/** Returns the visitor in a landing page URL. `label` is the name of the parameter with the URL. */
export function visitorIn(url: string, label: string): Visitor {
	const visitor = { user_id: inUrl(url, 'user_id'), cid: inUrl(url, 'cid') };
	const missing = Object.entries(visitor).filter(([, value]) => value === '');
	if (missing.length > 0)
		throw inputErrors.noVisitor(
			label,
			missing.map(([name]) => name),
		);
	return visitor;
}

/** Returns a value from the query, or from the fragment, which pages that run in the browser use. */
function inUrl(url: string, name: 'user_id' | 'cid'): string {
	// Not URLSearchParams: it reads a plus, which encrypted text can contain, as a space.
	const raw = new RegExp(`[?&#]${name}=([^&#]*)`).exec(url)?.[1] ?? '';
	try {
		return decodeURIComponent(raw).trim();
	} catch {
		return raw;
	}
}
