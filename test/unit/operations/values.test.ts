import { ItemError } from '../../../nodes/MoEngageSubscription/operations/shared/itemError';
import {
	asEmail,
	asId,
	asText,
} from '../../../nodes/MoEngageSubscription/operations/shared/values';

/** Returns the error for a rejected value. */
function rejectionOf(read: () => unknown): string {
	try {
		read();
		return 'not rejected';
	} catch (error) {
		if (!(error instanceof ItemError)) return `unexpected: ${String(error)}`;
		return `${error.reason.message}. ${error.reason.description}`;
	}
}

describe('an ID', () => {
	it.each([
		['ada', 'ada'],
		['  ada ', 'ada'],
		[42, '42'],
		[0, '0'],
		[12.5, '12.5'],
		[9007199254740991, '9007199254740991'],
		[12345678901234567890n, '12345678901234567890'],
		['0042', '0042'],
		['none', 'none'],
		['n/a', 'n/a'],
		['guest', 'guest'],
		['nullable', 'nullable'],
		['{ada}', '{ada}'],
		['\uFEFF\u200Bada\u00AD\u2060', 'ada'],
		['a\u200Bda', 'a\u200Bda'],
		['ada 😀', 'ada 😀'],
		['ключ 名前', 'ключ 名前'],
	])('the ID %p is accepted', (value, id) => {
		expect(asId(value, 'Customer ID')).toBe(id);
	});
	it.each([
		[undefined, 'is empty'],
		[null, 'is empty'],
		['   ', 'is empty'],
		[1e21, 'too many digits'],
		[Number('9007199254740993'), 'too many digits'],
		[true, 'got true/false'],
		[{ id: 1 }, 'got an object'],
		[['a'], 'got a list'],
		[NaN, 'contains the text "NaN"'],
		['undefined', 'contains the text "undefined"'],
		['NULL', 'contains the text "null"'],
		['user [object Object]', 'contains the text "[object Object]"'],
		['{{ $json.id', 'contains the text "{{ … }}"'],
		['\u200B\uFEFF', 'is empty'],
		['ada\uDE00', 'broken character'],
		['\uD83Dada', 'broken character'],
	])('the ID %p is rejected: %s', (value, message) => {
		expect(rejectionOf(() => asId(value, 'Customer ID'))).toContain(message);
	});
	it('an optional text can be blank', () => {
		expect(asText(undefined, 'Event ID')).toBe('');
	});
});

describe('an email', () => {
	it.each(['a@x.com', ' A.b+c@mail.example.com ', "o'neil@x.co", 'jörg@bücher.example'])(
		'the email address %s is accepted',
		(value) => {
			expect(asEmail(value, 'Email')).toBe(value.trim());
		},
	);
	it.each([
		['', 'is empty'],
		['ada', "isn't an email address"],
		['ada@', "isn't an email address"],
		['@x.com', "isn't an email address"],
		['ada@localhost', "isn't an email address"],
		['ada@.com', "isn't an email address"],
		['ada@x.', "isn't an email address"],
		['ada@x..com', "isn't an email address"],
		['a@b@x.com', "isn't an email address"],
		['a@x.com, b@x.com', 'more than one'],
		['a@x.com;b@x.com', 'more than one'],
		['Ada <ada@x.com>', 'bracket'],
		['a da@x.com', 'space'],
		[`${'a'.repeat(250)}@x.com`, 'too long'],
		[7, "isn't an email address"],
	])('the email address %s is rejected: %s', (value, message) => {
		expect(rejectionOf(() => asEmail(value, 'Email'))).toContain(message);
	});
	it('a long email address is checked in under a second', () => {
		const started = performance.now();
		for (const unit of ['a', '@', '.', 'a.', ' '])
			rejectionOf(() => asEmail(unit.repeat(500_000), 'E'));
		expect(performance.now() - started).toBeLessThan(1000);
	});
});
