import { requireCategories } from '../../../nodes/MoEngageSubscription/operations/shared/categories';
import { ItemError } from '../../../nodes/MoEngageSubscription/operations/shared/itemError';
import { ItemReader } from '../../../nodes/MoEngageSubscription/operations/shared/itemReader';
import { itemReader, runInput } from '../../support/itemReader';

/** Returns the categories of an item, or throws if one can't be read. */
function categoriesOf(item: ItemReader) {
	const categories = item.categories();
	if (item.problems.length > 0) throw item.problems[0].error;
	return categories;
}
const read = (parameters: object) => categoriesOf(itemReader(parameters));
const fields = (...category: Array<{ name: unknown; subscribed: unknown }>) =>
	read({ categoryInput: 'fields', categories: { category } });
const json = (categoriesJson: unknown) => read({ categoryInput: 'json', categoriesJson });
const columns = (categoryFieldNames: unknown, item: object) => {
	const parameters = { categoryInput: 'inputFields', categoryFieldNames };
	const others = { OnlyInOthers: true };
	return categoriesOf(new ItemReader(runInput(parameters, [{ ...item }, others]), 0));
};

describe('categories from fields', () => {
	it('fields set categories; conflicting values unsubscribe, and blank ones are ignored', () => {
		const found = fields(
			{ name: ' News ', subscribed: 'yes' },
			{ name: 'Offers', subscribed: 0 },
			{ name: 'Offers ', subscribed: true },
			{ name: 'Blank', subscribed: '' },
		);
		expect(found).toEqual({ News: true, Offers: false });
	});
	it('fields without a category are valid', () => {
		expect(read({ categoryInput: 'fields', categories: {} })).toEqual({});
		expect(read({ categoryInput: 'fields', categories: null })).toEqual({});
	});
	it('a category field without a name is rejected', () => {
		expect(() => fields({ name: ' ', subscribed: true })).toThrow('A category has no name');
	});
});

describe('categories from JSON', () => {
	it.each([
		['{"News": true, "Offers": "no", "Blank": ""}', { News: true, Offers: false }],
		[{ News: 1 }, { News: true }],
		['', {}],
		[null, {}],
		['null', {}],
		['{}', {}],
	])('the JSON %j sets its categories', (given, found) => {
		expect(json(given)).toEqual(found);
	});
	it.each(['{', '[]', '["News"]', '"News"', '7', 7, true, [{ News: true }]])(
		'the JSON %j is rejected',
		(given) => {
			expect(() => json(given)).toThrow(ItemError);
		},
	);
	it('JSON categories can have names that JavaScript reserves', () => {
		const text = '{"__proto__": true, "constructor": false, "toString": 1}';
		expect(JSON.stringify(json(text))).toBe(
			'{"__proto__":true,"constructor":false,"toString":true}',
		);
		expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	});
});

describe('categories from the incoming item', () => {
	it('each listed field sets the category with its name', () => {
		const item = { News: 'TRUE', Offers: 0, Tips: null, Other: 'x' };
		expect(columns('News, Offers ,Tips,', item)).toEqual({ News: true, Offers: false });
		expect(columns(['News', 'Offers'], item)).toEqual({ News: true, Offers: false });
	});
	it('columns that were dragged into the list are read by name', () => {
		const item = { News: 'yes', 'Product Updates': 'no', 'A, B': 1, "It's": 0, '[x]': 1 };
		const list = 'News, [\'Product Updates\'],["A, B"] , ["It\'s"],[x]';
		expect(columns(list, item)).toEqual({
			News: true,
			'Product Updates': false,
			'A, B': true,
			"It's": false,
			'[x]': true,
		});
	});
	it('a field that only other items have is blank', () => {
		expect(columns('News,OnlyInOthers', { News: 1 })).toEqual({ News: true });
	});
	it('a field that no item has is rejected', () => {
		expect(() => columns('News,Newsletr', { News: 1 })).toThrow(
			'No incoming item has a field called "Newsletr"',
		);
		expect(() => columns('toString', {})).toThrow(ItemError);
	});
	it('an empty list of fields is rejected', () => {
		expect(() => columns(' , ', { News: 1 })).toThrow("'Category Field Names' is empty");
	});
	it('a rejected field value names its category', () => {
		expect(() => columns('News', { News: 'perhaps' })).toThrow(/^Category "News"/);
	});
});

it('a change without a category is rejected unless it unsubscribes from all', () => {
	expect(() => requireCategories({}, false)).toThrow('There is no category to change');
	expect(() => requireCategories({}, true)).not.toThrow();
	expect(() => requireCategories({ A: false }, false)).not.toThrow();
});
