import fc from 'fast-check';
import type {
	IDataObject,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { AnyOperation } from '../../nodes/MoEngageSubscription/operations/operation';
import { optionsField } from '../../nodes/MoEngageSubscription/operations/shared/options';

/** Parameters of the node as a user can set them, and incoming items. */
export interface NodeInput {
	parameters: INodeParameters;
	items: IDataObject[];
	/** Empty if the workspace doesn't have Portfolio. */
	projectCode: string;
}

/** Parts of an ID that a URL, JSON, or a form must encode. */
const PIECES = ['a', 'B7', ' ', '+', '%2F', '/', '&', '=', '"', "'", '\\', '#', 'é', '🙂', '.'];
const awkward = fc
	.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 })
	.map((parts) => parts.join(''));
const id = fc.oneof(awkward, fc.uuid(), fc.nat());
/**
 * ASCII only: MoEngage doesn't say how it treats other email addresses. The node sends them, and the
 * document's format rejects them.
 */
const LOCAL_PARTS = ['ada', 'ada+tag', "o'brien", 'a.b-c_d'];
const email = fc.oneof(
	fc.emailAddress(),
	fc.constantFrom(...LOCAL_PARTS).map((name) => `${name}@people.example`),
);
const moEngageId = fc
	.tuple(
		fc.boolean(),
		fc.stringMatching(/^[0-9a-f]{24}$/).filter((text) => !/^\d+$/.test(text)),
	)
	.map(([isPrefixed, digits]) => `${isPrefixed ? 'usr_' : ''}${digits}`);
const yesNo = fc.constantFrom(true, false, 'yes', 'no', 1, 0, 'TRUE', 'off');
const CATEGORIES = ['Newsletter', 'Surveys', 'Promotional', 'Not in MoEngage'];

/** One incoming item with a column for each kind of value. */
const item = fc
	.record({
		id,
		email,
		moe: moEngageId,
		yes: yesNo,
		status: fc.constantFrom('DOUBLE_OPTED_IN', 'opt_in_pending', 'Opted_Out'),
		text: awkward,
		Newsletter: fc.option(yesNo, { nil: '' }),
		Surveys: fc.option(yesNo, { nil: '' }),
	})
	.map((one) => ({ ...one, link: linkTo(one.id, one.text) }));

const linkTo = (user: unknown, campaign: string) =>
	`https://shop.example/preferences?user_id=${encodeURIComponent(String(user))}&cid=${encodeURIComponent(campaign)}`;

const category = fc.record({
	name: fc.constantFrom(...CATEGORIES),
	subscribed: fc.oneof(yesNo, fc.constant('={{ $json.yes }}')),
});
const attribute = fc.record({
	name: fc.constantFrom('source', 'a name with spaces', 'n'.repeat(50)),
	value: fc.constantFrom('={{ $json.text }}', 'v'.repeat(255), 'webhook'),
});

const fixed = (value: unknown) => fc.constant(value);

/** Values of the parameters that the type of the field doesn't determine. */
const BY_NAME: Record<string, fc.Arbitrary<unknown>> = {
	customerId: fc.constantFrom('={{ $json.id }}', ''),
	email: fc.constantFrom('={{ $json.email }}', ''),
	userId: fixed('={{ $json.id }}'),
	campaignId: fixed('={{ $json.text }}'),
	landingPageUrl: fixed('={{ $json.link }}'),
	optInStatus: fixed('={{ $json.status }}'),
	esp: fc.constantFrom('SENDGRID', 'other'),
	categories: fc.array(category, { maxLength: 3 }).map((rows) => ({ category: rows })),
	categoryFieldNames: fixed('Newsletter, Surveys'),
	categoriesJson: fc.dictionary(fc.constantFrom(...CATEGORIES), fc.boolean()).map(stringified),
	eventAttributes: fc
		.uniqueArray(attribute, { maxLength: 3, selector: ({ name }) => name })
		.map((rows) => ({ attribute: rows })),
	dryRun: fixed(false),
	batchSize: fc.constantFrom(1, 2, 50),
	eventId: fixed('={{ $json.text }}'),
	requestId: fixed('={{ $json.text }}'),
};

/** Columns with the value for each way to identify a user. */
const IDENTIFIER: Record<string, string> = {
	uid: '={{ $json.id }}',
	email: '={{ $json.email }}',
	moe_user_id: '={{ $json.moe }}',
};

function stringified(value: unknown): string {
	return JSON.stringify(value);
}

/** Returns values for one field of the panel; `undefined`: the field keeps its default. */
function valuesOf(field: INodeProperties): fc.Arbitrary<unknown> | undefined {
	const own = BY_NAME[field.name];
	// n8n doesn't start a workflow in which a required field is empty.
	if (own !== undefined) return field.required ? own.filter((value) => value !== '') : own;
	if (field.type === 'boolean') return fc.oneof(fc.boolean(), fc.constant('={{ $json.yes }}'));
	if (field.type !== 'options') return undefined;
	const choices = (field.options as INodePropertyOptions[]).map(({ value }) => value);
	return fc.constantFrom(...choices);
}

/** Returns some fields' values; with `all`, those of all fields. */
function recordOf(fields: INodeProperties[], all: boolean): fc.Arbitrary<INodeParameters> {
	const entries = fields.flatMap((field) => {
		const values = valuesOf(field);
		return values === undefined ? [] : [[field.name, values] as const];
	});
	const shape = Object.fromEntries(entries);
	return (
		all ? fc.record(shape) : fc.record(shape, { requiredKeys: [] })
	) as fc.Arbitrary<INodeParameters>;
}

/** Returns the arbitrary inputs of one operation, made from the fields of its panel. */
export function inputsOf(operation: AnyOperation): fc.Arbitrary<NodeInput> {
	const fields = operation.fields.filter(({ type }) => type !== 'notice');
	const defaults: INodeParameters = Object.fromEntries(
		fields.map((field) => [field.name, field.default]),
	);
	const options = (optionsField(operation).options ?? []) as Array<
		INodeProperties | INodePropertyCollection
	>;
	return fc
		.record({
			own: recordOf(fields, true),
			options: recordOf(options as INodeProperties[], false),
			items: fc.array(item, { minLength: 1, maxLength: 5 }),
			projectCode: fc.constantFrom('', 'shop'),
		})
		.map(({ own, options: chosen, items, projectCode }) => ({
			parameters: {
				resource: operation.resource,
				operation: operation.operation,
				...defaults,
				...own,
				...identifierIn(own),
				options: chosen,
			},
			items: items,
			projectCode,
		}));
}

function identifierIn({ identifierType }: INodeParameters): INodeParameters {
	const value = IDENTIFIER[identifierType as string];
	return value === undefined ? {} : { identifierValue: value };
}
