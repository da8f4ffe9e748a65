import { ItemError } from './itemError';

/** What can be wrong with an email address; follows the parameter's name. */
export const EMAIL_PROBLEMS = {
	long: 'is too long for an email address',
	several: 'holds more than one email address',
	spaced: 'has a space, quote or bracket in it',
	other: 'is not an email address',
} as const;

/** Parameter names are quoted; other labels describe a value, such as a category, by themselves. */
export function quoted(label: string): string {
	return /^The |"/.test(label) ? label : `'${label}'`;
}

/**
 * Why an item can't be sent as it is, in the words that a person sees: what is wrong, then how to
 * fix it. All of them stand here, so that the documentation can list them. `label` is the name of
 * the parameter or field, `kind` what its value is, such as "a text"; never the value itself.
 */
export const inputErrors = {
	empty: (label: string) =>
		new ItemError(
			`${label} is empty`,
			"Fill it in for this item, or take out items without it before this node. In an expression, check that the field's name is spelled as in the incoming item.",
		),
	notText: (label: string, kind: string) =>
		new ItemError(
			`${label} is ${kind}, not a text`,
			'Give one text or number. In an expression, pick the field that holds it.',
		),
	tooManyDigits: (label: string) =>
		new ItemError(
			`${label} is a number with too many digits`,
			'Its last digits are lost already. Give this column the type text where the data comes from.',
		),
	notEmail: (label: string, problem: keyof typeof EMAIL_PROBLEMS) =>
		new ItemError(
			`${label} ${EMAIL_PROBLEMS[problem]}`,
			'Give one address such as ada@example.com.',
		),
	noIdentifier: () =>
		new ItemError(
			'Customer ID and Email are both empty',
			'Fill in at least one of them for this item.',
		),
	noVisitor: (label: string, missing: readonly string[]) =>
		new ItemError(
			`${label} has no ${missing.join(' and no ')} in it`,
			'Use the whole address with which MoEngage sent the user to your page, with everything after the question mark.',
		),
	brokenMapping: (label: string, leftover: string) =>
		new ItemError(
			`${quoted(label)} has the text "${leftover}" instead of a value`,
			'This comes from a broken mapping before this node. Check that the expression is resolved and that the field it reads exists in this item.',
		),
	halfCharacter: (label: string) =>
		new ItemError(
			`${quoted(label)} has a broken character in it`,
			'The text was cut in the middle of a character such as an emoji. Correct it in the data source.',
		),
	neitherYesNorNo: (label: string, kind: string, words: string) =>
		new ItemError(
			`${quoted(label)} must be a yes/no value (got ${kind})`,
			`Use ${words}. Uppercase and lowercase don't matter.`,
		),
	subscriptionState: (label: string, words: string) =>
		new ItemError(
			`${quoted(label)} must be yes or no, but this is a subscription state`,
			`Use ${words}. The value looks like a column with the subscription state: use that column for a category, or turn it into yes or no with an expression such as {{ ({ subscribed: 'no', unsubscribed: 'yes' })[$json.state] }}.`,
		),
	noFlag: (label: string) =>
		new ItemError(
			`${quoted(label)} is empty`,
			"Give yes or no for every item. To read an empty cell as no, use an expression such as {{ $json.optedOut || 'no' }}.",
		),
	noChoice: (label: string, choices: readonly string[], blank: boolean) =>
		new ItemError(
			`${label} is ${blank ? 'empty' : 'none of the values that MoEngage knows'}`,
			`Use one of ${choices.join(', ')}.`,
		),
	noCategory: (label: string) =>
		new ItemError(
			'There is no category to change',
			`All category values are empty, or no category is given. Give at least one, or turn on ${label}.`,
		),
	namelessCategory: () =>
		new ItemError(
			'A category has no name',
			'Fill in its name as it is spelled in MoEngage, or remove it from the list.',
		),
	noFieldNames: () =>
		new ItemError(
			'Category Field Names is empty',
			'Name at least one field of the incoming items, such as Newsletter.',
		),
	noSuchField: (name: string) =>
		new ItemError(
			`No incoming item has a field called "${name}"`,
			'Check how it is spelled in Category Field Names; upper and lower case matter.',
		),
	notCategories: (kind: string) =>
		new ItemError(
			`Categories (JSON) is ${kind}`,
			'Give one object such as {"Newsletter": true, "Promotional": false}.',
		),
	tooManyAttributes: (given: number, most: number) =>
		new ItemError(
			`Event Attributes has ${given} attributes, which is more than MoEngage takes`,
			`Give ${most} at most for each change.`,
		),
	namelessAttribute: () =>
		new ItemError(
			'An event attribute has no name',
			'Fill in its name, or remove it from Event Attributes.',
		),
	repeatedAttribute: (name: string) =>
		new ItemError(
			`Event attribute "${name}" is given more than once`,
			'Keep one of them: an attribute has one value.',
		),
	tooLong: (label: string, characters: number, most: number) =>
		new ItemError(
			`${label} has ${characters} characters, which is more than MoEngage takes`,
			`Shorten it to ${most} characters at most.`,
		),
	notNumber: (label: string) =>
		new ItemError(`${quoted(label)} is not a number`, "Give a whole number in the node's options."),
	emptyOption: (label: string) =>
		new ItemError(
			`${quoted(label)} is empty`,
			'Give yes or no, or remove the option. An empty value is not read as no, because that would send the changes.',
		),
	noOperation: () =>
		new ItemError(
			'This operation is not available',
			'Open the node and choose an operation from the list.',
		),
	optionDiffers: (label: string, item: number) =>
		new ItemError(
			`${quoted(label)} must be the same for all items, but item ${item} has another value than item 0`,
			'Use a fixed value, or split the items before this node, for example with an If node.',
		),
};
