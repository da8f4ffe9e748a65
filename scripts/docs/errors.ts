/**
 * Writes docs/refusals.md from the places that the node itself takes its messages from: each error is
 * made by the node's own code, and its message is put down.
 */
import { MoEngageApi } from '../../credentials/MoEngageApi.credentials';
import { readAccount } from '../../nodes/MoEngageSubscription/api/account';
import { endpoints } from '../../nodes/MoEngageSubscription/api/endpoints';
import { LOST, NEVER_CONNECTED } from '../../nodes/MoEngageSubscription/api/networkFault';
import { errors, STATUSES, type Reason } from '../../nodes/MoEngageSubscription/api/errors';
import { writeResponse } from '../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../nodes/MoEngageSubscription/api/verdict';
import type { NotSentCause } from '../../nodes/MoEngageSubscription/delivery';
import { errorOf, reasonOf } from '../../nodes/MoEngageSubscription/execution/itemResult';
import { inputErrors } from '../../nodes/MoEngageSubscription/operations/shared/inputErrors';
import { warnings } from '../../nodes/MoEngageSubscription/operations/shared/warnings';
import {
	CATEGORY,
	SWITCH,
	wordsOf,
} from '../../nodes/MoEngageSubscription/operations/shared/flags';

/** Stands for a message of MoEngage, n8n or the system. */
const SAID = '…';

type Refusals = typeof inputErrors;

/** What each refusal is shown with. A refusal that is not here does not compile. */
const EXAMPLES: { [Name in keyof Refusals]: Array<Parameters<Refusals[Name]>> } = {
	empty: [['Customer ID']],
	notText: [['Customer ID', 'a list']],
	tooManyDigits: [['Customer ID']],
	notEmail: [
		['Email', 'other'],
		['Email', 'several'],
		['Email', 'spaced'],
		['Email', 'long'],
	],
	noIdentifier: [[]],
	noVisitor: [['Landing Page URL', ['user_id', 'cid']]],
	brokenMapping: [
		['Customer ID', 'null'],
		['Customer ID', '{{ … }}'],
	],
	halfCharacter: [['Customer ID']],
	neitherYesNorNo: [
		['Category "Newsletter"', 'a text', wordsOf(CATEGORY)],
		['Unsubscribe From All', 'a text', wordsOf(SWITCH)],
	],
	subscriptionState: [['Unsubscribe From All', wordsOf(SWITCH)]],
	noFlag: [['Unsubscribe From All']],
	noChoice: [
		['Opt-In Status', ['DOUBLE_OPTED_IN', 'OPT_IN_PENDING', 'OPTED_OUT'], false],
		['Identify User By', ['email', 'uid', 'moe_user_id'], true],
	],
	noCategory: [['Unsubscribe From All']],
	namelessCategory: [[]],
	noFieldNames: [[]],
	noSuchField: [['Newsletter']],
	notCategories: [['not valid JSON']],
	tooManyAttributes: [[6, 5]],
	namelessAttribute: [[]],
	repeatedAttribute: [['source']],
	tooLong: [['Event attribute "source"', 300, 255]],
	notNumber: [['Batch Size']],
	emptyOption: [['Preview Only']],
	noOperation: [[]],
	optionDiffers: [['Preview Only', 3]],
};

/** Rejections that are about the run, not about one of its items. */
const OF_RUN: Array<keyof Refusals> = ['notNumber', 'emptyOption', 'optionDiffers', 'noOperation'];

function made(names: Array<keyof Refusals>): Reason[] {
	return names.flatMap((name) => {
		const make = inputErrors[name] as (...args: unknown[]) => { reason: Reason };
		return EXAMPLES[name].map((args) => make(...args).reason);
	});
}

/** What each warning is shown with. A warning that isn't here doesn't compile. */
const WARNINGS: { [Name in keyof typeof warnings]: string[] } = {
	leftOut: [
		warnings.leftOut('', inputErrors.neitherYesNorNo('Category "Newsletter"', 'a text', '')),
		warnings.leftOut('Categories', undefined),
	],
	onlyOptOuts: [warnings.onlyOptOuts('Category "Newsletter"')],
	optedOut: [warnings.optedOut('Category "Newsletter"')],
	disagreement: [warnings.disagreement('Category "Newsletter"')],
	invisible: [warnings.invisible('Customer ID')],
};

const rejected = (reason: Reason) => errorOf({ status: 'rejected', reason });
const notSent = (reason: Reason) => errorOf({ status: 'notSent', reason });

const ofItems = (): Reason[] => [
	...made(
		(Object.keys(EXAMPLES) as Array<keyof Refusals>).filter((one) => !OF_RUN.includes(one)),
	).map(rejected),
	rejected(errors.expression(SAID)),
];

/** Credentials that can't be used, by the fault they have. */
const CREDENTIALS = [
	{ workspaceId: '' },
	{ apiKey: '' },
	{ dataCenter: '' },
	{ workspaceId: 'é' },
	{ apiKey: 'é' },
	{ projectCode: 'é' },
	...[
		'api',
		'https://me:key@api-01.moengage.com',
		'https://api-01.moengage.com?x',
		'https://dashboard-01.moengage.com',
		'http://api-01.moengage.com',
	].map((baseUrl) => ({ dataCenter: 'custom', baseUrl })),
];

const ofCredential = (): Reason[] => [
	...CREDENTIALS.map((fault) => {
		const good = { workspaceId: 'w', apiKey: 'k', dataCenter: '01' };
		const found = readAccount({ ...good, ...fault } as Record<string, string>);
		if (!('problem' in found)) throw new Error(`Taken for good: ${JSON.stringify(fault)}`);
		return notSent(errors.credential(found.problem));
	}),
	notSent(errors.credentialChanged()),
	notSent(errors.credentialUnreadable()),
];

const ofCredentialTest = (): string[] => {
	const rules = new MoEngageApi().test.rules ?? [];
	return [...new Set(rules.map(({ properties }) => properties.message))];
};

/** What one response leads to: the error that users read, by the node's own judgment. */
function errorFor(
	status: number,
	body: unknown,
	endpoint = endpoints.bulkUpdatePreferences,
	alone = true,
): Reason {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const headers = { location: 'https://elsewhere.example/' };
	const question = {
		endpoint,
		schema: writeResponse,
		people: [],
		isSingle: alone,
		secrets: [],
		now: 0,
	};
	const judged = verdict({ status, headers, body: text }, question);
	if (!('reason' in judged)) throw new Error(`No error: ${status}`);
	if (judged.kind === 'fatal') return notSent(judged.reason);
	const sent = { reason: judged.reason, batch: 1, attempts: 1 };
	const unsure = judged.kind === 'transient' || judged.ambiguous === true;
	const outcome = unsure ? 'unknown' : 'rejected';
	return errorOf({ status: outcome, reason: reasonOf({ status: outcome, ...sent }) });
}

function ofResponses(): Array<[string, Reason]> {
	const said = { message: SAID };
	const v5 = endpoints.getPreferencesByUser;
	return [
		['400 or 422', errorFor(400, said)],
		['400, about a category', errorFor(400, { message: 'Invalid category' })],
		['400, about a header', errorFor(400, { error: { err_code: 'InvalidHeaderValue' } })],
		['413, 414 or 431, for one item', errorFor(413, said)],
		['413, 414 or 431, for a batch', errorFor(413, said, endpoints.bulkUpdatePreferences, false)],
		...STATUSES.map((status): [string, Reason] => [String(status), errorFor(status, said)]),
		['404 or 409 of a `/v5/` API', errorFor(404, { error: said }, v5)],
		['any other 4xx', errorFor(418, said)],
		['3xx', errorFor(307, '')],
		['5xx', errorFor(500, said)],
		['2xx with a rejection in its body', errorFor(200, { title: SAID })],
		["2xx with a body that isn't MoEngage's", errorFor(200, '<html></html>')],
		['more than 2 MB', unknown(errors.tooLarge(200))],
		['none in time', unknown(errors.timedOut(30_000))],
		...[...faults().entries()].map(([fault, codes]): [string, Reason] => [
			`none: ${codes.map((code) => `\`${code}\``).join(', ')}`,
			notSent(errors.unreachable(fault, codes[0])),
		]),
		['none: anything else', unknown(errors.unreachable(LOST))],
		['none: the user stopped the workflow', unknown(errors.stopped())],
		['none in time, then 400', unknown(errors.timedOut(30_000), errors.rejected(400, SAID))],
	];
}

/** The system's codes by what they mean. */
function faults(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [code, meaning] of Object.entries(NEVER_CONNECTED))
		found.set(meaning, [...(found.get(meaning) ?? []), code]);
	return found;
}

function unknown(reason: Reason, rejection?: Reason): Reason {
	const status = 'unknown';
	const outcome = { status, reason, rejection, batch: 1, attempts: 4 } as const;
	return errorOf({ status, reason: reasonOf(outcome) });
}

const CAUSES: Array<Exclude<NotSentCause, 'fatal' | 'noConnection'>> = [
	'configuration',
	'unreachable',
	'dayLimit',
	'stopped',
];

const ofRuns = (): Reason[] =>
	CAUSES.map((cause) => notSent(reasonOf({ status: 'notSent', cause })));

export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

export function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines.map((cells) => cells.map(cell))];
	return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const words = ({ message, description }: Reason) => [message, description];
const TWO = ['message', 'what to do'];

/** The whole page. */
export function refusalsPage(): string {
	return `# When an item is not accepted

<!-- Written by \`npm run docs\` from the node's own messages. Change them there. -->

Each item that isn't accepted leaves the node with one of these errors. On the error output, or with On Error set to
*Continue*, the first column is in its field \`error\` and the second in \`message\`. If the workflow stops, the error names
the first item at fault and counts the others: *(of 5 items: 3 accepted, 2 rejected)*.

\`error\` starts with its outcome, so that a workflow can branch on it:

- \`Rejected: \`: MoEngage or the node's own checks rejected the item. Nothing was changed for it.
- \`Not sent: \`: the item was never part of a request that MoEngage accepted. Nothing was changed for it.
- \`Unconfirmed: \`: the change may or may not have been applied. Sending it again does no harm. For a lookup: no usable response came.

Names such as Customer ID, Email or Newsletter stand for the field or category in question, "${SAID}" for a message of MoEngage
or n8n. [responses.md](responses.md) shows which response leads to which outcome.

## The item can't be sent as it is

Nothing was sent for it, and no other item is affected.

${table(TWO, ofItems().map(words))}

## The run can't begin

Nothing was sent at all, and every item says so.

${table(TWO, made(OF_RUN).map(notSent).map(words))}

## The item is sent with a warning

An accepted item, and one in a preview, has a list \`warnings\` if a part of it was left out or looks odd. An opt-out isn't
lost to a value that can't be read; [values.md](values.md) says which value leads to what.

${Object.values(WARNINGS)
	.flat()
	.map((warning) => `- ${cell(warning)}`)
	.join('\n')}

## The credential can't be used

Nothing was sent, or nothing more.

${table(TWO, ofCredential().map(words))}

The **Test** button of the credential reports one of these:

${ofCredentialTest()
	.map((message) => `- ${cell(message)}`)
	.join('\n')}

## MoEngage's response, or none

429 isn't here: the node waits for the rate limit and goes on. 408, 5xx, a missing or an unreadable response are reported only
after the attempts that **Options > Tries per Request** allows.

${table(
	['response', ...TWO],
	ofResponses().map(([response, reason]) => [response, ...words(reason)]),
)}

## Not sent

The run ended before the item was sent. Nothing was changed for it.

${table(TWO, ofRuns().map(words))}
`;
}
