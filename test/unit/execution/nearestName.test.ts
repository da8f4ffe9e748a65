import { nearestName } from '../../../nodes/MoEngageSubscription/execution/nearestName';

const NAMES = ['Newsletter', 'Product Updates', 'Promo', 'Café'];

describe('the nearest name', () => {
	it.each([
		['Nwsletter', 'Newsletter'],
		['news-LETTER', 'Newsletter'],
		['Newsletters', 'Newsletter'],
		['product-update', 'Product Updates'],
		['Prom', 'Promo'],
		['Cafe', 'Café'],
	])('of %s is %s', (name, nearest) => {
		expect(nearestName(name, NAMES)).toBe(nearest);
	});

	it.each(['Weather', 'Pro', '', '?', 'News'])('%s has none', (name) => {
		expect(nearestName(name, NAMES)).toBeUndefined();
	});

	it('the nearer of two names wins, and the first of two equally near ones', () => {
		expect(nearestName('Offers', ['Offer A', 'Offers!'])).toBe('Offers!');
		expect(nearestName('Offers', ['Offer A', 'Offer B'])).toBe('Offer A');
	});

	it('without names there is none', () => {
		expect(nearestName('Offers', [])).toBeUndefined();
	});
});
