import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

/** Takes pasted blanks off; a number is possible where the value comes from an expression. */
const trimmed = (field: string) => `String($credentials.${field} ?? "").trim()`;

/**
 * The address of the chosen data center. A custom one gets the key only by https, or by http on
 * this very machine: anything else leads to a name that can never exist.
 */
const baseUrl = `={{ $credentials.dataCenter === "custom"
	? (/^(https:\\/\\/|http:\\/\\/(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\])([:\\/]|$))[^@]*$/i.test(${trimmed('baseUrl')})
		? ${trimmed('baseUrl')}.replace(/([^\\/])\\/+$/, "$1")
		: "https://base-url-must-begin-with-https.invalid")
	: "https://api-" + $credentials.dataCenter + ".moengage.com" }}`;

export class MoEngageApi implements ICredentialType {
	name = 'moEngageApi';

	displayName = 'MoEngage API';

	icon: Icon = {
		light: 'file:../icons/subscription.svg',
		dark: 'file:../icons/subscription.dark.svg',
	};

	documentationUrl = 'https://developers.moengage.com/hc/en-us/articles/4404674776724-Overview';

	properties: INodeProperties[] = [
		{
			displayName: 'Workspace ID',
			name: 'workspaceId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 8SIW681S80Z08KSHQFSTIZ8T',
			description: 'In MoEngage: Settings > Account > APIs, at the top. Formerly called App ID.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'In MoEngage: Settings > Account > APIs, from the tile <b>Data</b>',
		},
		{
			displayName: 'Data Center',
			name: 'dataCenter',
			type: 'options',
			default: '01',
			required: true,
			description:
				'The number in the address of your MoEngage dashboard: dashboard-<b>01</b>.moengage.com is 01',
			options: [
				{ name: '01 (US)', value: '01' },
				{ name: '02 (EU)', value: '02' },
				{ name: '03 (India)', value: '03' },
				{ name: '04 (US)', value: '04' },
				{ name: '05 (Singapore)', value: '05' },
				{ name: '06 (Indonesia)', value: '06' },
				{ name: '101', value: '101' },
				{ name: 'Custom', value: 'custom' },
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://api-07.moengage.com',
			description:
				'Where the API is, for a data center that is not in the list. Begins with https:// (http:// only for this very machine).',
			displayOptions: { show: { dataCenter: ['custom'] } },
		},
		{
			displayName: 'Project Code',
			name: 'projectCode',
			type: 'string',
			default: '',
			placeholder: 'e.g. my_project',
			description: 'Only where your workspace has Portfolio: the ID of the project to work in',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			auth: {
				username: `={{ ${trimmed('workspaceId')} }}`,
				password: `={{ ${trimmed('apiKey')} }}`,
			},
			headers: {
				'MOE-APPKEY': `={{ ${trimmed('workspaceId')} }}`,
				// n8n can't leave a header out, and MoEngage may refuse an empty one. Where there is no
				// project code, this line sets the header above once more, to the same value.
				[`={{ ${trimmed('projectCode')} ? "MOE-PROJECT-CODE" : "MOE-APPKEY" }}`]: `={{ ${trimmed('projectCode')} || ${trimmed('workspaceId')} }}`,
			},
		},
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: baseUrl,
			url: '/v1/integrations/authentication',
			body: {
				app_id: `={{ ${trimmed('workspaceId')} }}`,
				app_secret: `={{ ${trimmed('apiKey')} }}`,
				source: 'n8n',
				region: `={{ $credentials.dataCenter === "custom" ? ((${trimmed('baseUrl')}.match(/api-(\\d{2,3})\\./) || [])[1] || "01") : $credentials.dataCenter }}`,
			},
			disableFollowRedirect: true,
		},
		// n8n reads each rule for itself; its type wants them all of one kind.
		rules: [
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'error',
					message:
						'MoEngage does not know this workspace ID with this API key in this data center. Check all three.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'fail',
					message:
						'MoEngage does not know this workspace ID with this API key in this data center. Check all three.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: undefined,
					message:
						'Something answered at this address, but not as MoEngage does. Check the data center or base URL.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'MoEngage did not accept the workspace ID or API key. Check both, that the key is from the tile Data, and that the data center is the one in the address of your dashboard.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'MoEngage knows this key but does not let it in from here. Check the IP allow-list in Settings > Account > APIs.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'There is no MoEngage API at this address. Check the data center or base URL.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message: 'MoEngage had too many requests just now. Wait a minute, then try again.',
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}
