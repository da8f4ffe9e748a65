/**
 * Writes docs/refusals.md from the places that the node itself takes its words from: each refusal
 * is really made and its words are put down.
 */
import { MoEngageApi } from '../../credentials/MoEngageApi.credentials';
import { readAccount } from '../../nodes/MoEngageSubscription/api/account';
import { endpoints } from '../../nodes/MoEngageSubscription/api/endpoints';
import {
	because,
	FAULT,
	STATUSES,
	type Reason,
} from '../../nodes/MoEngageSubscription/api/reasons';
import { writeAnswer } from '../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../nodes/MoEngageSubscription/api/verdict';
import type { NotSentCause } from '../../nodes/MoEngageSubscription/delivery';
import { reasonOf } from '../../nodes/MoEngageSubscription/fate';
import { refusals } from '../../nodes/MoEngageSubscription/operations/shared/refusals';
import { warnings } from '../../nodes/MoEngageSubscription/operations/shared/warnings';
import {
	CATEGORY,
	SWITCH,
	wordsOf,
} from '../../nodes/MoEngageSubscription/operations/shared/flags';

/** What stands for whatever MoEngage, n8n or the system says. */
const SAID = '…';

type Refusals = typeof refusals;

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
		const make = refusals[name] as (...args: unknown[]) => { reason: Reason };
		return EXAMPLES[name].map((args) => make(...args).reason);
	});
}

/** What each warning is shown with. A warning that isn't here doesn't compile. */
const WARNINGS: { [Name in keyof typeof warnings]: string[] } = {
	leftOut: [
		warnings.leftOut('', refusals.neitherYesNorNo('Category "Newsletter"', 'a text', '')),
		warnings.leftOut('Categories', undefined),
	],
	onlyOptOuts: [warnings.onlyOptOuts('Category "Newsletter"')],
	optedOut: [warnings.optedOut('Category "Newsletter"')],
	disagreement: [warnings.disagreement('Category "Newsletter"')],
	invisible: [warnings.invisible('Customer ID')],
};

const ofItems = (): Reason[] => [
	...made((Object.keys(EXAMPLES) as Array<keyof Refusals>).filter((one) => !OF_RUN.includes(one))),
	because.expression(SAID),
];

/** Credentials that can't be used, by the fault they have. */
const CREDENTIALS = [
	{ workspaceId: '' },
	{ apiKey: '' },
	{ dataCenter: '' },
	...[
		'api',
		'https://me:key@api-01.moengage.com',
		'https://api-01.moengage.com?x',
		'https://dashboard-01.moengage.com',
		'http://api-01.moengage.com',
	].map((baseUrl) => ({ dataCenter: 'custom', baseUrl })),
];

const ofCredential = (): Reason[] =>
	CREDENTIALS.map((fault) => {
		const good = { workspaceId: 'w', apiKey: 'k', dataCenter: '01' };
		const found = readAccount({ ...good, ...fault });
		if (!('problem' in found)) throw new Error(`Taken for good: ${JSON.stringify(fault)}`);
		return because.credential(found.problem);
	});

const ofCredentialTest = (): string[] => {
	const rules = new MoEngageApi().test.rules ?? [];
	return [...new Set(rules.map(({ properties }) => properties.message))];
};

/** What one answer leads to: the reason that the person sees, by the node's own judgement. */
function reasonFor(status: number, body: unknown, endpoint = endpoints.bulkUpdatePreferences) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const headers = { location: 'https://elsewhere.example/' };
	const question = { endpoint, schema: writeAnswer, people: [], alone: true, secrets: [], now: 0 };
	const judged = verdict({ status, headers, body: text }, question);
	if (!('reason' in judged)) throw new Error(`No refusal: ${status}`);
	const sent = { reason: judged.reason, batch: 1, attempts: 1 };
	const unsure = judged.kind === 'transient' || (judged.kind === 'rejected' && judged.unsure);
	return reasonOf({ status: unsure ? 'unknown' : 'rejected', ...sent });
}

function ofAnswers(): Array<[string, Reason]> {
	const said = { message: SAID };
	const v5 = endpoints.getPreferencesByUser;
	return [
		['400, 413 or 422', reasonFor(400, said)],
		['400, about a category', reasonFor(400, { message: 'Invalid category' })],
		['400, about a header', reasonFor(400, { error: { err_code: 'InvalidHeaderValue' } })],
		...STATUSES.map((status): [string, Reason] => [String(status), reasonFor(status, said)]),
		['404 or 409 of a `/v5/` API', reasonFor(404, { error: said }, v5)],
		['any other 4xx', reasonFor(418, said)],
		['3xx', reasonFor(307, '')],
		['5xx', reasonFor(500, said)],
		['2xx with the words of a refusal', reasonFor(200, { title: SAID })],
		['2xx with a page in it', reasonFor(200, '<html></html>')],
		['more than 2 MB', unknown(because.tooLarge(200))],
		['none in time', unknown(because.timedOut(30_000))],
		...[...faults().values()].map((codes): [string, Reason] => [
			`none: ${codes.map((code) => `\`${code}\``).join(', ')}`,
			unknown(because.unreachable(codes[0])),
		]),
		['none: anything else', unknown(because.unreachable(undefined))],
	];
}

/** The system's codes by what they mean. */
function faults(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [code, meaning] of Object.entries(FAULT))
		found.set(meaning, [...(found.get(meaning) ?? []), code]);
	return found;
}

function unknown(reason: Reason): Reason {
	return reasonOf({ status: 'unknown', reason, batch: 1, attempts: 4 });
}

const CAUSES: Array<Exclude<NotSentCause, 'fatal'>> = [
	'configuration',
	'unreachable',
	'dayLimit',
	'stopped',
];

const notSent = (): Reason[] => CAUSES.map((cause) => reasonOf({ status: 'notSent', cause }));

export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

export function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines.map((cells) => cells.map(cell))];
	return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const words = ({ message, description }: Reason) => [message, description];
const TWO = ['it says', 'do this'];

/** The whole page. */
export function refusalsPage(): string {
	return `# When an item is refused

<!-- Written by \`npm run docs\` from the node's own words. Change them there. -->

Each item that can't be sent, or that MoEngage does not take, leaves the node with one of these. By the error output, or
with On Error on *Continue*, the first column is in its field \`error\` and the second in \`message\`. Where the workflow
stops, the first refused item is named, with how the others fared: *(of 5 items: 3 accepted, 2 rejected)*.
Names such as Customer ID, Email or Newsletter stand for whichever field or category is concerned, "${SAID}" for words of
MoEngage or n8n.

## The item can't be sent as it is

Nothing was sent for it, and no other item suffers from it.

${table(TWO, ofItems().map(words))}

## The run can't begin

Nothing was sent at all, and every item says so, with *Not sent:* in front of the first column.

${table(TWO, made(OF_RUN).map(words))}

## The item is sent with a warning

An accepted item, and one in a preview, has a list \`warnings\` if a part of it was left out or looks odd. An opt-out isn't
lost to a value that can't be read; [values.md](values.md) says which value leads to what.

${Object.values(WARNINGS)
	.flat()
	.map((warning) => `- ${cell(warning)}`)
	.join('\n')}

## The credential can't be used

Nothing was sent at all.

${table(TWO, ofCredential().map(words))}

The button **Test** of the credential says one of these:

${ofCredentialTest()
	.map((message) => `- ${cell(message)}`)
	.join('\n')}

## MoEngage's answer, or none

429 is not here: the node waits for the rate limit and goes on. 408, 5xx, a missing or an unreadable answer come up only after
the tries that **Options > Tries per Request** allows.

${table(
	['answer', ...TWO],
	ofAnswers().map(([answer, reason]) => [answer, ...words(reason)]),
)}

## Not sent

The run ended before the item's turn. Nothing was changed for it.

${table(TWO, notSent().map(words))}
`;
}
