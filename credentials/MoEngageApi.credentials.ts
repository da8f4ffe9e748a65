import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

/** Trims pasted whitespace; an expression can resolve to a number. */
const trimmed = (field: string) => `String($credentials.${field} ?? "").trim()`;

/**
 * The URL of the selected data center. A custom URL receives the API key only over https, or over http
 * on localhost, and only if every value fits into a header. Anything else resolves to a host that
 * can't exist and whose name states the reason.
 */
const baseUrl = `={{ !/^[\\x20-\\x7e]*$/.test(${trimmed('workspaceId')} + ${trimmed('apiKey')} + ${trimmed('projectCode')})
	? "https://workspace-id-api-key-and-project-code-must-be-plain-ascii.invalid"
	: $credentials.dataCenter === "custom"
	? (/^(https:\\/\\/|http:\\/\\/(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\])([:\\/]|$))[^@]*$/i.test(${trimmed('baseUrl')})
		? ${trimmed('baseUrl')}.replace(/([^\\/])\\/+$/, "$1").replace(/^(https:\\/\\/[^\\/:]*[^\\/:.])\\.(?=[:\\/]|$)/i, "$1")
		: "https://base-url-must-begin-with-https.invalid")
	: $credentials.dataCenter
		? "https://api-" + $credentials.dataCenter + ".moengage.com"
		: "https://choose-a-data-center.invalid" }}`;

export class MoEngageApi implements ICredentialType {
	name = 'moEngageApi';

	displayName = 'MoEngage API';

	icon: Icon = {
		light: 'file:../icons/subscription.svg',
		dark: 'file:../icons/subscription.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-moengage/n8n-nodes-moengage/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Workspace ID',
			name: 'workspaceId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 8SIW681S80Z08KSHQFSTIZ8T',
			hint: 'In MoEngage, at the top of Settings > Account > APIs. Formerly called App ID.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'In MoEngage, from the Data tile in Settings > Account > APIs; in newer accounts, from Settings > Account > API keys',
		},
		{
			displayName: 'Data Center',
			name: 'dataCenter',
			type: 'options',
			// No default: a wrong data center looks like a wrong key.
			default: '',
			required: true,
			hint: 'The number in the URL of your MoEngage dashboard, such as 02 in dashboard-02.moengage.com. Not listed? Choose Custom.',
			options: [
				{ name: 'Choose…', value: '' },
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
			hint: 'The URL of the API, which starts with https://api- and has the same number as your dashboard',
			displayOptions: { show: { dataCenter: ['custom'] } },
		},
		{
			displayName:
				'The base URL must start with <b>https://</b>, so that the API key is encrypted. Only localhost may use http://.',
			name: 'baseUrlNotice',
			type: 'notice',
			default: '',
			displayOptions: {
				show: { dataCenter: ['custom'] },
				hide: {
					baseUrl: [
						'',
						// No regular expression: n8n lets each take 250 ms only, and on a busy machine the
						// credential then can't be read.
						{ _cnd: { startsWith: 'https://' } },
						{ _cnd: { startsWith: 'http://localhost' } },
						{ _cnd: { startsWith: 'http://127.' } },
						{ _cnd: { startsWith: 'http://[::1]' } },
						{ _cnd: { startsWith: ' ' } },
						{ _cnd: { startsWith: '=' } },
					],
				},
			},
		},
		{
			displayName:
				'This is the URL of the dashboard. Enter the URL of the API: <b>api-</b> in place of <b>dashboard-</b>.',
			name: 'dashboardNotice',
			type: 'notice',
			default: '',
			displayOptions: {
				show: { dataCenter: ['custom'], baseUrl: [{ _cnd: { includes: '://dashboard-' } }] },
			},
		},
		{
			displayName: 'Project Code',
			name: 'projectCode',
			type: 'string',
			default: '',
			placeholder: 'e.g. my_project',
			hint: 'The ID of the project to work in. Required if your workspace has Portfolio.',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Required by the trigger only: at least 32 random characters, for example from your password manager. Enter the same secret in MoEngage.',
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
				// n8n can't omit a header, and MoEngage may reject an empty one. Without a project code,
				// this line sets the header above again, to the same value.
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
		// n8n reads each rule separately, but its type requires all of them to be of one kind.
		rules: [
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'error',
					message:
						"This workspace ID and API key don't match in this data center. Check all three.",
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'fail',
					message:
						"This workspace ID and API key don't match in this data center. Check all three.",
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: undefined,
					message:
						"The server at this URL didn't return a valid MoEngage response. Check the data center or base URL.",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'MoEngage rejected the workspace ID or API key. Check both, that the key is from the Data tile, and that the data center matches the URL of your dashboard.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'MoEngage blocked this request. In MoEngage, check Settings > Account > Security > API firewall, and allow the IP address of your n8n instance.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'There is no MoEngage API at this URL. Check the data center or base URL.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message: 'MoEngage received too many requests. Wait a minute, then try again.',
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}
