import fc from 'fast-check';

import { allEntries } from '../../../nodes/MoEngageSubscription/operations/shared/jsonEntries';

describe('allEntries', () => {
	it('allEntries returns every value of a repeated key', () => {
		expect(allEntries('{"A": true, "B" : 1, "A":false, "\\u0041": "x"}')).toEqual([
			['A', true],
			['B', 1],
			['A', false],
			['A', 'x'],
		]);
	});

	it('allEntries returns the entries in their original order', () => {
		const entry = fc.tuple(
			fc.oneof(fc.constantFrom('A', 'B', '1', '0', '__proto__', 'a":{"b'), fc.string()),
			fc.jsonValue(),
		);
		const space = fc.constantFrom('', ' ', '\n\t');
		fc.assert(
			fc.property(fc.array(entry), space, (entries, gap) => {
				const body = entries
					.map(
						([key, value]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(value)}`,
					)
					.join(`${gap},`);
				const found = allEntries(`${gap}{${body}${gap}}${gap}`);
				return JSON.stringify(found) === JSON.stringify(entries);
			}),
			{ numRuns: 2000 },
		);
	});
});
