import {
	categoryLabel,
	mapColumns,
} from '../../../nodes/MoEngageSubscription/operations/shared/columnMapping';

const listed = (name: string, displayName?: string, group?: string) => ({
	name,
	label: categoryLabel(name, displayName, group),
});
const CATEGORIES = [
	listed('Newsletter'),
	listed('Product Updates', 'What’s New', 'News'),
	listed('Promo', 'Promo', 'Offers'),
];
const mapped = (...headers: string[]) => {
	const { columns, ignored } = mapColumns(headers, CATEGORIES);
	return { columns: Object.fromEntries(columns), ignored };
};

describe('columns mapped to categories', () => {
	it('uppercase, spaces, and punctuation don’t matter', () => {
		expect(mapped(' news letter', 'PRODUCT-UPDATES', 'Promo?', 'customer_id')).toEqual({
			columns: {
				Newsletter: [' news letter'],
				'Product Updates': ['PRODUCT-UPDATES'],
				Promo: ['Promo?'],
			},
			ignored: ['customer_id'],
		});
	});

	it('a display name matches as well, without its group', () => {
		expect(mapped("what's new", 'News', 'Offers')).toEqual({
			columns: { 'Product Updates': ["what's new"] },
			ignored: ['News', 'Offers'],
		});
	});

	it('several columns can match one category', () => {
		expect(mapped('newsletter', 'News_Letter').columns).toEqual({
			Newsletter: ['newsletter', 'News_Letter'],
		});
	});

	it('part of a name, or a header without letters, matches nothing', () => {
		expect(mapped('News', 'Promotional', '', '?!', '✓').columns).toEqual({});
	});

	it('a column that matches several categories is ignored, unless the name is the same', () => {
		const similar = [listed('Promo'), listed('promo!'), listed('Sale', 'Weekly')];
		const weekly = listed('Weekly Mail', 'Weekly');
		const { columns, ignored } = mapColumns(
			['PROMO', 'promo!', 'Promo', 'weekly'],
			[...similar, weekly],
		);
		expect(columns).toEqual([
			['promo!', ['promo!']],
			['Promo', ['Promo']],
		]);
		expect(ignored).toEqual(['PROMO', 'weekly']);
	});

	it('a name wins over the display name of another category', () => {
		const categories = [listed('Deals', 'Sale'), listed('Sale', 'Deals')];
		expect(mapColumns(['SALE'], categories).columns).toEqual([['Sale', ['SALE']]]);
	});

	it.each([
		['Éclair', 'éclair'],
		['Ｎｅｗｓ', 'News'],
		['نشرة', ' نشرة '],
		['A.1', 'a1'],
	])('the category %s matches the column %s', (name, header) => {
		expect(mapColumns([header], [listed(name)]).columns).toEqual([[name, [header]]]);
	});
});
