import { ItemError } from './itemError';

/** What can be wrong with an email address; the text follows the parameter's name. */
export const EMAIL_PROBLEMS = {
	long: 'is too long for an email address',
	several: 'contains more than one email address',
	spaced: 'contains a space, quote, or bracket',
	other: "isn't an email address",
} as const;

/** Quotes parameter names. Other labels describe a value, such as a category, and stay as they are. */
export function quoted(label: string): string {
	return /^(An?|The) |"/.test(label) ? label : `'${label}'`;
}

/**
 * Why an item can't be sent as it is: what is wrong, then how to fix it. All of these errors are in
 * this file, so that the documentation can list them. `label` is the name of the parameter or field,
 * and `kind` the type of its value, such as "a list", but never the value itself.
 */
export const inputErrors = {
	empty: (label: string) =>
		new ItemError(
			`${quoted(label)} is empty`,
			'Set it for this item, or remove items without it before this node. In an expression, check that the field name is spelled as in the incoming item.',
		),
	notText: (label: string, kind: string) =>
		new ItemError(
			`${quoted(label)} must be text (got ${kind})`,
			'Use one text or number. In an expression, choose the field that contains it.',
		),
	tooManyDigits: (label: string) =>
		new ItemError(
			`${quoted(label)} is a number with too many digits`,
			'The last digits have already been lost. Store this value as text in the data source.',
		),
	notEmail: (label: string, problem: keyof typeof EMAIL_PROBLEMS) =>
		new ItemError(
			`${quoted(label)} ${EMAIL_PROBLEMS[problem]}`,
			'Use one email address, such as ada@example.com.',
		),
	noIdentifier: () =>
		new ItemError(
			"'Customer ID' and 'Email' are both empty",
			'Set at least one of them for this item.',
		),
	noVisitor: (label: string, missing: readonly string[]) =>
		new ItemError(
			`${quoted(label)} doesn't contain ${missing.join(' or ')}`,
			'Use the full URL of the link the user opened, including everything after the question mark.',
		),
	brokenMapping: (label: string, leftover: string) =>
		new ItemError(
			`${quoted(label)} contains the text "${leftover}" instead of a value`,
			'This comes from a broken mapping before this node. Check that the expression resolves and that its field exists in this item.',
		),
	halfCharacter: (label: string) =>
		new ItemError(
			`${quoted(label)} contains a broken character`,
			'The text was cut in the middle of a character, such as an emoji. Correct it in the data source.',
		),
	neitherYesNorNo: (label: string, kind: string, accepted: string) =>
		new ItemError(
			`${quoted(label)} must be a yes/no value (got ${kind})`,
			`Use ${accepted}. Uppercase and lowercase don't matter.`,
		),
	subscriptionState: (label: string, accepted: string) =>
		new ItemError(
			`${quoted(label)} must be yes or no, but this is a subscription state`,
			`Use ${accepted}. If it comes from a column with the subscription state, use that column for a category. Or convert it with an expression such as {{ ({ subscribed: 'no', unsubscribed: 'yes' })[$json.state] }}.`,
		),
	noFlag: (label: string) =>
		new ItemError(
			`${quoted(label)} is empty`,
			"Set yes or no for every item. To treat an empty cell as no, use an expression such as {{ $json.optedOut || 'no' }}.",
		),
	noChoice: (label: string, choices: readonly string[], blank: boolean) =>
		new ItemError(
			`${quoted(label)} ${blank ? 'is empty' : "isn't one of the supported values"}`,
			`Use one of these values: ${choices.join(', ')}.`,
		),
	noCategory: (label: string) =>
		new ItemError(
			'There is no category to change',
			`The item has no categories, or all of them are empty. Set at least one, or turn on ${quoted(label)}.`,
		),
	namelessCategory: () =>
		new ItemError(
			'A category has no name',
			'Enter its name as it appears in MoEngage, or remove it from the list.',
		),
	noCategoryList: () =>
		new ItemError(
			"'Categories' has no list of categories",
			'Open this node, so that it loads the categories, and save the workflow.',
		),
	noColumn: () =>
		new ItemError(
			'No incoming column matches a category',
			"Give the columns the names of the categories, or map each category yourself under 'Categories'.",
		),
	noFieldNames: () =>
		new ItemError(
			"'Category Field Names' is empty",
			'Enter at least one field of the incoming items, such as Newsletter.',
		),
	noSuchField: (name: string) =>
		new ItemError(
			`No incoming item has a field called "${name}"`,
			"Check its spelling in 'Category Field Names', including uppercase and lowercase.",
		),
	notCategories: (kind: string) =>
		new ItemError(
			`'Categories (JSON)' is ${kind}`,
			'Use one object, such as {"Newsletter": true, "Promotional": false}.',
		),
	tooManyAttributes: (given: number, most: number) =>
		new ItemError(
			`'Event Attributes' has ${given} attributes, but MoEngage accepts only ${most}`,
			'Remove some of them.',
		),
	namelessAttribute: () =>
		new ItemError('An event attribute has no name', 'Enter its name, or remove the attribute.'),
	repeatedAttribute: (name: string) =>
		new ItemError(
			`Event attribute "${name}" is set more than once`,
			'Keep one of them: an attribute can have only one value.',
		),
	tooLong: (label: string, characters: number, most: number) =>
		new ItemError(
			`${label} has ${characters} characters, but MoEngage accepts only ${most}`,
			`Shorten it to ${most} characters or fewer.`,
		),
	notNumber: (label: string) =>
		new ItemError(`${quoted(label)} isn't a number`, 'Enter a whole number of 1 or more.'),
	emptyOption: (label: string) =>
		new ItemError(
			`${quoted(label)} is empty`,
			"Set yes or no, or remove the option. An empty value isn't treated as no, because that would send the changes.",
		),
	noOperation: () =>
		new ItemError(
			"This operation isn't available",
			'Open the node and choose an operation from the list.',
		),
	optionDiffers: (label: string, item: number) =>
		new ItemError(
			`${quoted(label)} must be the same for all items, but item ${item} has a different value than item 0`,
			'Use a fixed value, or split the items before this node, for example with an If node.',
		),
};
