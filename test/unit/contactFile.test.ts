import { readContactFile } from '../harness/contact-file.mts';

const LIST = 'ID;Name;Newsletter\r\n1;Zoë;yes\r\n2;Ben;no\r\n';
const read = (text: string, encoding: BufferEncoding = 'utf8') =>
	readContactFile(Buffer.from(text, encoding), 'contacts.csv');

describe('A contact file', () => {
	const rows = [
		{ ID: '1', Name: 'Zoë', Newsletter: 'yes' },
		{ ID: '2', Name: 'Ben', Newsletter: 'no' },
	];

	it.each([
		['comma', ','],
		['semicolon', ';'],
		['tab', '\t'],
	])('may separate its columns by %s', (_name, delimiter) => {
		const file = read(LIST.replaceAll(';', delimiter));
		expect(file).toMatchObject({ columns: ['ID', 'Name', 'Newsletter'], rows, delimiter });
	});

	it.each([
		['UTF-8', read(LIST)],
		['UTF-8 with a byte order mark', read(`\uFEFF${LIST}`)],
		['Windows-1252', read(LIST, 'latin1')],
		['UTF-16 with a byte order mark', read(`\uFEFF${LIST}`, 'utf16le')],
	])('may be encoded in %s', (_name, file) => {
		expect(file.rows).toEqual(rows);
		expect(file.columns[0]).toBe('ID');
	});

	it('in Windows-1252 keeps characters that Latin-1 lacks', () => {
		const file = readContactFile(Buffer.from([...Buffer.from('ID\n'), 0x80, 0x0a]), 'contacts.csv');
		expect(file.rows).toEqual([{ ID: '€' }]);
	});

	it.each(['\n', '\r\n', '\r'])('may end its lines with %j', (end) => {
		expect(read(LIST.replaceAll('\r\n', end)).rows).toEqual(rows);
	});

	it('keeps delimiters, quotes, and line breaks in quoted cells', () => {
		const file = read('ID,Name\n1,"Sky, ""Blue""\nTravel"\n');
		expect(file.rows).toEqual([{ ID: '1', Name: 'Sky, "Blue"\nTravel' }]);
	});

	it('keeps a quote inside an unquoted cell', () => {
		expect(read('ID,Name\n1,5" pipe\n').rows).toEqual([{ ID: '1', Name: '5" pipe' }]);
	});

	it('may name its delimiter in a first line', () => {
		const file = read('sep=;\nID;Name, first\n1;Ada\n');
		expect(file).toMatchObject({ rows: [{ ID: '1', 'Name, first': 'Ada' }], rowNumbers: [2] });
	});

	it('prefers the delimiter that splits the header into more columns', () => {
		expect(read('ID;Name, first;Newsletter\n1;Ada;yes\n').delimiter).toBe(';');
	});

	it('loses empty cells, as in n8n, and columns without a name', () => {
		const file = read('ID,Name,,\n1,,x,\n');
		expect(file).toMatchObject({ columns: ['ID', 'Name'], rows: [{ ID: '1' }] });
	});

	it('may have rows with too few or too many cells', () => {
		expect(read('ID,Name\n1\n2,Ben,x\n').rows).toEqual([{ ID: '1' }, { ID: '2', Name: 'Ben' }]);
	});
});

describe('The numbers of rows', () => {
	it('start at 2 and count a quoted line break as no row', () => {
		expect(read('ID,Name\n1,"a\n\nb"\n2,c\n').rowNumbers).toEqual([2, 3]);
	});

	it('count blank lines, which are no contacts', () => {
		expect(read('\n\nID,Name\n1,a\n\n2,b\n\n')).toMatchObject({
			rows: [{ ID: '1' }, { ID: '2' }],
			rowNumbers: [4, 6],
		});
	});
});

describe('A file that is no contact list', () => {
	it('with an open quote is rejected with the line', () => {
		expect(() => read('ID,Name\n1,"a\n')).toThrow(/^contacts\.csv isn't valid CSV: .*line 2/);
	});

	it('that is a workbook is rejected', () => {
		expect(() => read('PK\u0003\u0004 …')).toThrow(/^contacts\.csv is a workbook/);
	});

	it('that is empty has no columns', () => {
		expect(read('')).toMatchObject({ columns: [], rows: [] });
	});
});
