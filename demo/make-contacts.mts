// Writes demo/contacts.csv, a typical CRM export: 2,000 rows with HubSpot's column names and the usual
// quirks (non-Latin scripts, quotes, duplicates, empty cells, and yes or no in different spellings).
// The seed makes it reproducible. Run: npx tsx demo/make-contacts.mts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'csv-stringify/sync';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

const ROWS = 2000;
const SEED = 20261124;

const generator = mersenne(SEED);
const random = () => uniformFloat64(generator);
const pick = <T,>(list: T[]): T => list[Math.floor(random() * list.length)];

const FIRST = [
	...['Zoë', 'José', 'Søren', 'Łukasz', 'Nguyễn', '美咲', '伟', 'Дарья', 'Ἑλένη', 'محمد', 'अनन्या'],
	...['Anna', 'Ben', 'Carla', 'Deepak', 'Eve', 'Farid', 'Grace', 'Henry', 'Ines', 'Jonas', 'Kim'],
	...['Liam', 'Mia', 'Noah', 'Olga', 'Priya', 'Quinn', 'Rosa', 'Sam', 'Tara', 'Uma', 'Vera'],
];
const LAST = [
	...["O'Brien", 'van der Berg', 'Müller', 'Ångström', 'Nuñez', '山田', '王', 'Иванова', 'García'],
	...['Smith', 'Patel', 'Khan', 'Silva', 'Rossi', 'Novák', 'Kowalski', 'Jensen', 'Dubois', 'Park'],
];
const COMPANY = [
	...['Acme, Inc.', 'Blue "Sky" Travel', 'Café Lumière', 'Delta; Sons', 'Example GmbH & Co. KG'],
	...['Fjord AS', 'Green Grocers', 'Northwind\nTrading', 'Pixel Studio', 'Sunrise Foods'],
];
const STAGE = ['Subscriber', 'Lead', 'Marketing Qualified Lead', 'Opportunity', 'Customer'];

/** Different spellings of the same value. */
const YES = ['TRUE', 'true', 'yes', 'Yes', '1'];
const NO = ['FALSE', 'false', 'no', 'No', '0'];

/** @param share of yes */
const consent = (share: number) => pick(random() < share ? YES : NO);

const COLUMNS = [
	...['Record ID', 'First Name', 'Last Name', 'Email', 'Company Name', 'Lifecycle Stage'],
	...['Newsletter', 'Product Updates', 'Promotional', 'Unsubscribed from all email', 'Create Date'],
];

const rows: Record<string, string>[] = [];
for (let i = 0; i < ROWS; i++) {
	const id = String(25_600_000_000 + i * 137 + Math.floor(random() * 100));
	const created = new Date(Date.UTC(2023, 0, 1) + Math.floor(random() * 1200) * 86_400_000);
	rows.push({
		'Record ID': id,
		'First Name': pick(FIRST),
		'Last Name': pick(LAST),
		Email: `contact${i + 1}@example.com`,
		'Company Name': random() < 0.3 ? '' : pick(COMPANY),
		'Lifecycle Stage': pick(STAGE),
		Newsletter: consent(0.7),
		'Product Updates': consent(0.5),
		Promotional: consent(0.4),
		'Unsubscribed from all email': consent(0.04),
		'Create Date': created.toISOString().slice(0, 10),
	});
}

/** @param row counted from 1, without the header */
const at = (row: number) => rows[row - 1];

// Two lists were merged: 24 contacts appear twice, and the later row has the newer choices.
for (let n = 0; n < 24; n++) {
	const late = 400 + n * 61;
	const early = late - 1 - Math.floor(random() * 350);
	for (const column of ['Record ID', 'First Name', 'Last Name', 'Email']) {
		at(late)[column] = String(at(early)[column]);
	}
}
// Rows that were typed by hand have no ID.
for (const row of [113, 702, 1490]) at(row)['Record ID'] = '';
at(1201)['Record ID'] = '   ';
// An empty category cell leaves that category unchanged; an empty switch is an error.
for (let row = 40; row < ROWS; row += 97) at(row)[pick(['Newsletter', 'Promotional'])] = '';
at(1333)['Unsubscribed from all email'] = '';
// Values that are neither yes nor no.
at(57).Newsletter = 'maybe';
at(988)['Product Updates'] = 'ask her';
at(1777)['Unsubscribed from all email'] = '?';

// Spreadsheets recognize UTF-8 by the byte order mark.
const text = stringify(rows, {
	header: true,
	columns: COLUMNS,
	bom: true,
	record_delimiter: 'windows',
	quoted_match: /[;\n]/,
});
writeFileSync(fileURLToPath(new URL('contacts.csv', import.meta.url)), text);
