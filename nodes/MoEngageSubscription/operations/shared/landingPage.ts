import type { INodeProperties } from 'n8n-workflow';

import type { ItemReader } from './itemReader';
import { links } from './links';
import { inputErrors } from './inputErrors';
import { asId, asText } from './values';

/** The two encrypted strings in a landing page's URL. They go to MoEngage as they are. */
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
				description: 'The whole address with which MoEngage sent the user to your preference page',
			},
			{
				name: 'User ID and Campaign ID',
				value: 'ids',
				description: 'The two encrypted values user_id and cid from that address',
			},
		],
		default: 'landingPageUrl',
		description: 'How to tell MoEngage whose preferences are meant',
	},
	{
		displayName: 'Landing Page URL',
		name: 'landingPageUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/preferences?user_id=…&cid=…',
		displayOptions: { show: { identifyBy: ['landingPageUrl'] } },
		description: `The address the user came with; user_id and cid are read from it.${links.landingPage}`,
	},
	{
		displayName: 'Encrypted User ID',
		name: 'userId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.query.user_id }}',
		displayOptions: { show: { identifyBy: ['ids'] } },
		description: 'The value of user_id in the landing page URL, not your own ID of the user',
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
	// Not read as an ID: an unresolved {{ … }} in another part of the URL does no harm.
	const url = asText(item.parameter('landingPageUrl'), label);
	if (url === '') throw inputErrors.empty(label);
	const { user_id, cid } = visitorIn(url, label);
	return {
		user_id: item.checked(asId(user_id, 'user_id'), 'user_id'),
		cid: item.checked(asId(cid, 'cid'), 'cid'),
	};
}

/** The visitor whom a landing page's address names; `label` is where the address was entered. */
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

/** A value in the query or in the fragment, where pages that run in the browser keep theirs. */
function inUrl(url: string, name: 'user_id' | 'cid'): string {
	// Not URLSearchParams: it reads a plus sign, which encrypted text may hold, as a space.
	const raw = new RegExp(`[?&#]${name}=([^&#]*)`).exec(url)?.[1] ?? '';
	try {
		return decodeURIComponent(raw).trim();
	} catch {
		return raw;
	}
}
