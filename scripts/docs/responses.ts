/**
 * What each kind of response means for the items of its request. test/unit/api/responses.test.ts
 * checks every case; docs/responses.md lists them.
 */
import { endpoints } from '../../nodes/MoEngageSubscription/api/endpoints';

export type EndpointName = keyof typeof endpoints;

export type ItemOutcome = 'accepted' | 'rejected' | 'unconfirmed' | 'not sent' | 'sent again';

export interface ResponseCase {
	/** The sender of the response, or what it contains. */
	about: string;
	status: number;
	body: string;
	outcome: ItemOutcome;
	/** The endpoint of the case; if it's missing, all endpoints that write. */
	endpoint?: EndpointName;
}

const json = (value: unknown) => JSON.stringify(value);
const v5Error = (code: string, target: string) =>
	json({ error: { code, message: 'No such value', target } });

/** MoEngage's documented acceptance for each operation. */
const DOCUMENTED: ResponseCase[] = [
	{
		about: 'Update by Landing Page Link',
		endpoint: 'updatePreferences',
		body: json({ message: 'Success' }),
	},
	{
		about: 'Bulk Update',
		endpoint: 'bulkUpdatePreferences',
		body: json({ message: 'Your request has been processed' }),
	},
	{
		about: 'Update (Opt-In)',
		endpoint: 'updateOptIn',
		body: json({ message: 'Your request has been processed successfully' }),
	},
	{
		about: 'Resubscribe',
		endpoint: 'resubscribe',
		status: 202,
		body: json({ message: 'The request is submitted successfully.', response_id: 'SrTuWVlPsq' }),
	},
	{
		about: 'Update by User',
		endpoint: 'updatePreferencesByUser',
		status: 202,
		body: json({
			response_id: 'r1',
			type: 'subscription_preference',
			data: { message: 'The request is accepted' },
		}),
	},
	{
		about: 'Update by User, without a message',
		endpoint: 'updatePreferencesByUser',
		status: 202,
		body: json({ response_id: 'r1', type: 'subscription_preference' }),
	},
].map((one) => ({ status: 200, outcome: 'accepted', ...one }) as ResponseCase);

function each(
	outcome: ItemOutcome,
	status: number,
	bodies: ReadonlyArray<readonly [about: string, body: string]>,
): ResponseCase[] {
	return bodies.map(([about, body]) => ({ about, status, body, outcome }));
}

const ACCEPTED = each('accepted', 200, [
	['an empty body', ''],
	['whitespace', ' \r\n'],
	['a message with other keys', json({ message: 'ok', app_name: 'x' })],
	['a response ID', json({ response_id: 'r1' })],
	['a message under `data`', json({ data: { message: 'ok' } })],
	['status success', json({ status: 'success' })],
	['status success with a message', json({ status: 'success', message: 'ok' })],
	['an empty list of errors', json({ message: 'ok', errors: [], error: null })],
	['a byte order mark in front', `\uFEFF${json({ message: 'ok' })}`],
]);

const NOT_MOENGAGE = each('unconfirmed', 200, [
	['a firewall', 'Access denied by firewall'],
	['a bare word', 'OK'],
	['a script', 'window.location = "https://login.example/";'],
	['a sign-in page', '<!DOCTYPE html><title>Sign in to the network</title>'],
	['XML', '<?xml version="1.0"?><ok/>'],
	['a page in UTF-16', Buffer.from('<html>Sign in</html>', 'utf16le').toString()],
	[
		'a page in UTF-16 with a byte order mark',
		Buffer.from('\uFEFF<html>Sign in</html>', 'utf16le').toString(),
	],
	['JSON in UTF-16', Buffer.from(json({ message: 'ok' }), 'utf16le').toString()],
	['JSON that is cut off', '{"message": "Your requ'],
	['JSON followed by other text', '{"message": "ok"}<script src="x"></script>'],
	['JSONP', 'callback({"message": "ok"})'],
	['a protected JSON', `)]}',\n${json({ message: 'ok' })}`],
	['a form', 'message=ok&response_id=1'],
	['an event stream', 'data: {"message": "ok"}\n\n'],
	['a quoted word', '"ok"'],
	['a number', '1'],
	['a boolean', 'true'],
	['null', 'null'],
	['an empty object', '{}'],
	['an empty list', '[]'],
	['a list', json([{ message: 'ok' }])],
	['an unknown key', json({ result: 'ok' })],
	['a message in capital letters', json({ Message: 'ok' })],
	["a message that isn't text", json({ message: 7 })],
	['an object as the message', json({ message: { text: 'ok' } })],
	['an empty message', json({ message: ' ' })],
	['an empty response ID', json({ response_id: '' })],
	['success false', json({ success: false })],
	['success false with a message', json({ message: 'ok', success: false })],
	['success "false"', json({ message: 'ok', success: 'false' })],
	['ok false', json({ message: 'ok', ok: false })],
	['a status of 401', json({ status: 401 })],
	['a status of 401 with a message', json({ status: 401, message: 'Unauthorized' })],
	['a status code in the body', json({ statusCode: 500, message: 'Internal server error' })],
	['a code', json({ code: 'ETIMEOUT', message: 'Upstream' })],
	["a status that isn't documented", json({ status: 'pending', message: 'ok' })],
	['error true', json({ error: true })],
	['error true with a message', json({ error: true, message: 'ok' })],
	['a list of errors', json({ errors: [{ message: 'no' }] })],
	['a list of errors with a message', json({ message: 'ok', errors: ['no'] })],
	['an error in capital letters', json({ message: 'ok', Error: 'no' })],
	['an error code', json({ message: 'ok', error_code: 17 })],
	['an exception', json({ message: 'ok', exception: 'java.lang.Error' })],
	['an error under `data`', json({ data: { error: { message: 'no' } } })],
	['an error under `data` with a response ID', json({ response_id: 'r', data: { error: 'no' } })],
	['success false under `data`', json({ response_id: 'r', data: { success: false } })],
	['text under `data`', json({ data: 'ok' })],
	['a list under `data`', json({ data: [{ message: 'ok' }] })],
	['a gateway that denies', json({ message: 'Access Denied' })],
	['a gateway that forbids', json({ message: 'Forbidden' })],
	['a gateway that blocks', json({ message: 'Your request has been blocked', response_id: 'r' })],
	['a gateway that failed', json({ message: 'Internal Server Error' })],
	['a portal that asks to sign in', json({ message: 'Please log in to continue' })],
	['a denial under `data`', json({ response_id: 'r', data: { message: 'Not authorized' } })],
	['status success under `data` only', json({ data: { status: 'success' } })],
]);

const CONTRADICTED = each('unconfirmed', 200, [
	['status error', json({ status: 'error' })],
	['status fail with a message', json({ status: 'fail', message: 'Try later' })],
	['an error object', json({ error: { message: 'no', err_code: 'InvalidInput' } })],
	['an error with a message', json({ message: 'ok', error: { message: 'no' } })],
	['an error as text', json({ error: 'IP Validation Required' })],
	['a title', json({ title: 'Categories Required', description: 'x' })],
	['a printed title', 'title="Internal Error" description="Please Contact Moengage Team"'],
]);

const OTHER_2XX: ResponseCase[] = [
	...each('accepted', 201, [['a message', json({ message: 'ok' })]]),
	...each('accepted', 204, [['no content', '']]),
	...each('unconfirmed', 203, [['changed by a proxy', json({ message: 'ok' })]]),
	...each('unconfirmed', 206, [['part of a response', json({ message: 'ok' })]]),
	...each('unconfirmed', 207, [['several results', json({ message: 'ok' })]]),
];

const OTHER: ResponseCase[] = [
	...[400, 413, 414, 422, 431].flatMap((status) =>
		each('rejected', status, [['the values that were sent', json({ message: 'No such value' })]]),
	),
	{
		about: 'the credential’s headers',
		status: 400,
		body: json({ error: { message: 'x', err_code: 'InvalidHeaderValue' } }),
		outcome: 'not sent',
		endpoint: 'resubscribe',
	},
	...[301, 307].flatMap((status) => each('not sent', status, [['a redirect', '']])),
	...[401, 403, 405, 415].flatMap((status) =>
		each('not sent', status, [['the credential or the URL', json({ message: 'x' })]]),
	),
	{
		about: 'no API secret',
		status: 409,
		body: '',
		outcome: 'not sent',
		endpoint: 'updatePreferences',
	},
	...[402, 404, 406, 407, 410, 418, 421, 423, 425, 426, 451].flatMap((status) =>
		each('not sent', status, [['a proxy, or another server', '']]),
	),
	...[404, 409].map(
		(status): ResponseCase => ({
			about: 'about the user',
			status,
			body: v5Error('NotFound', 'user_identifier_value'),
			outcome: 'rejected',
			endpoint: 'updatePreferencesByUser',
		}),
	),
	...[404, 409].map(
		(status): ResponseCase => ({
			about: 'a body that isn’t MoEngage’s',
			status,
			body: json({ message: 'no route' }),
			outcome: 'not sent',
			endpoint: 'updatePreferencesByUser',
		}),
	),
	...[408, 500, 502, 503, 504, 520].flatMap((status) =>
		each('unconfirmed', status, [['a server error', json({ title: 'Internal Error' })]]),
	),
	...each('sent again', 429, [['over the rate limit', '']]),
];

const READS: ResponseCase[] = [
	['preferences', '{"categories": {"Newsletter": true}}', 'accepted'],
	['preferences, and an error', '{"categories": {}, "error": "no"}', 'rejected'],
	['preferences, and success false', '{"categories": {}, "success": false}', 'rejected'],
	['an empty body', '', 'rejected'],
	['text', 'Access denied by firewall', 'rejected'],
	['a sign-in page', '<html></html>', 'unconfirmed'],
	['JSON that is cut off', '{"categories": {', 'unconfirmed'],
].map(([about, body, outcome]) => ({
	about,
	status: 200,
	body,
	outcome: outcome as ItemOutcome,
	endpoint: 'getPreferences',
}));

export const SECTIONS: ReadonlyArray<readonly [title: string, cases: readonly ResponseCase[]]> = [
	["MoEngage's documented acceptances", DOCUMENTED],
	['Other acceptances of a change', ACCEPTED],
	["A 2xx that isn't MoEngage's", NOT_MOENGAGE],
	['A 2xx with a rejection in its body', CONTRADICTED],
	['Other 2xx', OTHER_2XX],
	['Other statuses', OTHER],
	['Lookups', READS],
];

/** Formats a body for a table cell; characters that can't be printed are escaped. */
function shown(body: string): string {
	if (body === '') return '(empty)';
	const text = JSON.stringify(body)
		.slice(1, -1)
		.replaceAll('\\"', '"')
		.replaceAll(
			/[^\x20-\x7e]/g,
			(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
		);
	return `\`${(text.length > 90 ? `${text.slice(0, 89)}…` : text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function section([title, cases]: (typeof SECTIONS)[number]): string {
	const lines = cases.map(({ about, status, body, outcome }) =>
		row([String(status), about, shown(body), outcome]),
	);
	return [
		`## ${title}`,
		'',
		row(['status', 'sender or content', 'body', 'outcome']),
		row(['---', '---', '---', '---']),
		...lines,
	].join('\n');
}

/** Returns docs/responses.md. */
export function responsesPage(): string {
	return `# Which response leads to which outcome

<!-- Generated by \`npm run docs\` from scripts/docs/responses.ts. Change it there. -->

Only a response that MoEngage documents counts as an acceptance. Any other 2xx may come from a proxy, a firewall, or a sign-in
page, so the node resends the change and, if the response stays the same, reports the item as unconfirmed.

- **accepted**: the item goes to the success output.
- **rejected**: \`error\` starts with \`Rejected: \`. A batch is split until the item at fault is found.
- **not sent**: \`error\` starts with \`Not sent: \`. Nothing was changed, and no further request is made.
- **unconfirmed**: after the attempts that **Options > Attempts per Request** allows, \`error\` starts with \`Unconfirmed: \`. The change may
  or may not have been applied. This also applies to an item that was rejected after an attempt without a response.
- **sent again**: the node waits for the rate limit and resends the batch. A 429 doesn't count as an attempt.

${SECTIONS.map(section).join('\n\n')}
`;
}
