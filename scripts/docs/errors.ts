/**
 * Generates docs/errors.md from the same places that the node takes its messages from: each error is
 * created by the node's own code.
 */
import { MoEngageApi } from '../../credentials/MoEngageApi.credentials';
import { readAccount } from '../../nodes/MoEngageSubscription/api/account';
import { errors, type Reason } from '../../nodes/MoEngageSubscription/api/errors';
import type { NotSentCause } from '../../nodes/MoEngageSubscription/delivery';
import { guardErrors } from '../../nodes/MoEngageSubscription/execution/guard';
import { errorOf, failureOf } from '../../nodes/MoEngageSubscription/execution/itemResult';
import { inputErrors } from '../../nodes/MoEngageSubscription/operations/shared/inputErrors';
import { warnings } from '../../nodes/MoEngageSubscription/operations/shared/warnings';
import {
	CATEGORY,
	SWITCH,
	acceptedTexts,
} from '../../nodes/MoEngageSubscription/operations/shared/flags';
import { cell, table } from './markdown';
import { MESSAGE, notSent, rejected, responseErrors } from './responseErrors';

type InputErrors = typeof inputErrors;

/** Example arguments for each error. A missing error doesn't compile. */
const EXAMPLES: { [Name in keyof InputErrors]: Array<Parameters<InputErrors[Name]>> } = {
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
		['Category "Newsletter"', 'text', acceptedTexts(CATEGORY)],
		['Unsubscribe From All', 'text', acceptedTexts(SWITCH)],
	],
	subscriptionState: [['Unsubscribe From All', acceptedTexts(SWITCH)]],
	noFlag: [['Unsubscribe From All']],
	noChoice: [
		['Opt-In Status', ['DOUBLE_OPTED_IN', 'OPT_IN_PENDING', 'OPTED_OUT'], false],
		['Identify User By', ['email', 'uid', 'moe_user_id'], true],
	],
	noCategory: [['Unsubscribe From All']],
	namelessCategory: [[]],
	noCategoryList: [[]],
	noColumn: [[]],
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

/** Errors of the whole run, not of one item. */
const RUN_ERRORS: Array<keyof InputErrors> = [
	'notNumber',
	'emptyOption',
	'optionDiffers',
	'noOperation',
];

function examplesOf(names: Array<keyof InputErrors>): Reason[] {
	return names.flatMap((name) => {
		const make = inputErrors[name] as (...args: unknown[]) => { reason: Reason };
		return EXAMPLES[name].map((args) => make(...args).reason);
	});
}

/** Examples of each warning. A missing warning doesn't compile. */
const WARNINGS: { [Name in keyof typeof warnings]: string[] } = {
	leftOut: [
		warnings.leftOut('', inputErrors.neitherYesNorNo('Category "Newsletter"', 'text', '')),
		warnings.leftOut('Categories', undefined),
	],
	onlyOptOuts: [warnings.onlyOptOuts('Category "Newsletter"')],
	optedOut: [warnings.optedOut('Category "Newsletter"')],
	conflict: [warnings.conflict('Category "Newsletter"')],
	placeholder: [warnings.placeholder('Customer ID')],
	invisible: [warnings.invisible('Customer ID')],
};

const itemErrors = (): Reason[] => [
	...examplesOf(
		(Object.keys(EXAMPLES) as Array<keyof InputErrors>).filter((one) => !RUN_ERRORS.includes(one)),
	).map(rejected),
	rejected(errors.expression(MESSAGE)),
];

/** What makes each credential unusable. */
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

const credentialErrors = (): Reason[] => [
	...CREDENTIALS.map((fault) => {
		const good = { workspaceId: 'w', apiKey: 'k', dataCenter: '01' };
		const found = readAccount({ ...good, ...fault } as Record<string, string>);
		if (!('problem' in found)) throw new Error(`Accepted: ${JSON.stringify(fault)}`);
		return notSent(errors.credential(found.problem));
	}),
	notSent(errors.credentialChanged()),
	notSent(errors.credentialUnreadable()),
];

const credentialTestMessages = (): string[] => {
	const rules = new MoEngageApi().test.rules ?? [];
	return [...new Set(rules.map(({ properties }) => properties.message))];
};

const CAUSES: Array<Exclude<NotSentCause, 'fatal' | 'noConnection'>> = [
	'configuration',
	'unreachable',
	'dayLimit',
	'stopped',
];

const notSentErrors = (): Reason[] =>
	CAUSES.map((cause) => errorOf(failureOf({ status: 'notSent', cause })));

/** What Respect Global Unsubscribe reports, apart from a lookup's own errors. */
const guardedErrors = (): Reason[] => [
	errorOf({ status: 'rejected', reason: guardErrors.unsubscribed() }),
	errorOf({ status: 'unconfirmed', reason: guardErrors.unsure() }),
	errorOf({ status: 'unconfirmed', reason: guardErrors.unsureIdentity() }),
	...(['rejected', 'unconfirmed'] as const).map((status) =>
		errorOf({ status, reason: guardErrors.notLookedUp({ message: '…', description: '…' }) }),
	),
];

const cells = ({ message, description }: Reason) => [message, description];
const HEAD = ['message', 'what to do'];

/** Returns docs/errors.md. */
export function errorsPage(): string {
	return `# When an item isn't accepted

<!-- Generated by \`npm run docs\` from the node's own messages. Change them there. -->

Each item that isn't accepted leaves the node with one of these errors. On the error output, or if On Error is set to
*Continue*, the first column is in the item's field \`error\` and the second in \`message\`. If the workflow stops, the error
is about the first item at fault and counts all items: *(of 5 items: 3 accepted, 2 rejected)*.

\`error\` starts with its outcome, so that a workflow can branch on it:

- \`Rejected: \`: MoEngage or the node's own checks rejected the item. Nothing was changed for it.
- \`Not sent: \`: the item was never part of a request that MoEngage accepted. Nothing was changed for it.
- \`Unconfirmed: \`: the change may or may not have been applied. Sending it again does no harm. For a lookup, also one before a change, no usable response was received.

In an If, Filter, or Switch node:

| items | condition | what to do with them |
| --- | --- | --- |
| rejected | \`{{ $json.error }}\` *starts with* \`Rejected: \` | correct them in your data, and run them again |
| not sent | \`{{ $json.error }}\` *starts with* \`Not sent: \` | run them again unchanged, once the reason in \`error\` is gone |
| unconfirmed | \`{{ $json.error }}\` *starts with* \`Unconfirmed: \` | run them again unchanged |
| accepted, but with a part left out | \`{{ $json.warnings?.length > 0 }}\` *is true* | look at \`warnings\`, and correct your data |
| only previewed | \`{{ $json.status }}\` *is equal to* \`preview\` | turn off *Preview Only* |

An item on the error output has its own incoming fields next to \`error\` and \`message\`: use \`{{ $json['Record ID'] }}\`. An
expression that refers to an earlier node, such as \`{{ $('Extract Rows').item.json }}\`, works behind the error output
of a plain chain of nodes (\`npm test -- versions\` checks it in each supported n8n version), but not in every workflow.

Customer ID, Email, and Newsletter are examples of a field or category. "${MESSAGE}" is a message from MoEngage or n8n.
[responses.md](responses.md) shows which response leads to which outcome.

## The item can't be sent as it is

Nothing was sent for it, and no other item is affected.

${table(HEAD, itemErrors().map(cells))}

## The run can't start

Nothing was sent, and every item has the same error.

${table(HEAD, examplesOf(RUN_ERRORS).map(notSent).map(cells))}

## The item is sent with a warning

An accepted or previewed item has a list \`warnings\` if a part of it was left out or looks wrong. A value that can't be
read doesn't block an opt-out; [values.md](values.md) shows what each value does.

${Object.values(WARNINGS)
	.flat()
	.map((warning) => `- ${cell(warning)}`)
	.join('\n')}

## The credential can't be used

Nothing was sent, or nothing more after the credential changed.

${table(HEAD, credentialErrors().map(cells))}

The credential's **Test** button shows one of these messages:

${credentialTestMessages()
	.map((message) => `- ${cell(message)}`)
	.join('\n')}

## MoEngage's response

A 429 isn't listed, because the node waits for the rate limit and continues. A 408, a 5xx, a missing response, and an
unreadable response are reported only after the attempts that **Options > Attempts per Request** allows.

${table(
	['response', ...HEAD],
	responseErrors().map(([response, reason]) => [response, ...cells(reason)]),
)}

## The user is left alone

**Respect Global Unsubscribe** looks up a user before the change. Nothing was changed for these items, also if they are
unconfirmed. In place of "…" is the lookup's error, as listed above. [global-unsubscribe.md](global-unsubscribe.md) explains
the option.

${table(HEAD, guardedErrors().map(cells))}

## Not sent

The run ended before the item was sent. Nothing was changed for it.

${table(HEAD, notSentErrors().map(cells))}
`;
}
