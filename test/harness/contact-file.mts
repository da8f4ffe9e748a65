// Reads contact lists as CRMs and spreadsheets export them.
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from './log.mts';

/** A contact without its empty cells, as n8n's CSV reader returns it. */
type Row = Record<string, string>;

export interface ContactFile {
	columns: string[];
	rows: Row[];
	/** The number of each row in a spreadsheet (the header is row 1). */
	rowNumbers: number[];
	delimiter: string;
}

/** In this order, the first one wins if none separates the header. */
const DELIMITERS = [',', ';', '\t'];

/** The start of a ZIP archive, such as an Excel workbook. */
const ZIP = 'PK\u0003\u0004';

/**
 * The characters 0x80 to 0x9F of Windows-1252. Several releases of Node.js decode them as Latin-1
 * (nodejs/node#56542), so that typographic quotes and the euro sign would be lost.
 */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** Decodes UTF-8, UTF-16 with a byte order mark, or otherwise Windows-1252. Removes the byte order mark. */
function decodeText(bytes: Uint8Array): string {
	const [first, second] = bytes;
	if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
	if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return Buffer.from(bytes)
			.toString('latin1')
			.replaceAll(/[\u0080-\u009F]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]);
	}
}

function parseRecords(text: string, delimiter: string, to?: number): string[][] {
	// Extra columns and stray quotes are common in exports, and lose no contact.
	return parse(text, { delimiter, to, relax_column_count: true, relax_quotes: true });
}

/** Returns the delimiter that separates the header into the most columns. */
function detectDelimiter(text: string): string {
	const counts = DELIMITERS.map((delimiter) => parseRecords(text, delimiter, 1)[0]?.length ?? 0);
	return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

const isBlankLine = (record: string[]) => record.length === 1 && record[0].trim() === '';

/**
 * Parses a contact list. Blank lines are skipped, but they count as rows, as in a spreadsheet.
 *
 * @param name of the file, for error messages
 */
export function readContactFile(bytes: Uint8Array, name: string): ContactFile {
	let text = decodeText(bytes);
	if (text.startsWith(ZIP)) {
		throw new UserError(
			`${name} is a workbook or an archive. Save the list as CSV, then try again.`,
		);
	}
	// Excel writes this line, and doesn't show it as a row.
	const hint = /^sep=(.)\r?\n/i.exec(text);
	text = text.slice(hint?.[0].length ?? 0);
	const blankLines = /^[\r\n]*/.exec(text)?.[0] ?? '';
	text = text.slice(blankLines.length);
	const headerNumber = blankLines.split(/\r\n|\n|\r/).length;
	try {
		const delimiter = hint?.[1] ?? detectDelimiter(text);
		const [header = [], ...records] = parseRecords(text, delimiter);
		const columns = header.filter((column) => column.trim() !== '');
		const file: ContactFile = { columns, rows: [], rowNumbers: [], delimiter };
		records.forEach((record, index) => {
			if (isBlankLine(record)) return;
			const cells = header.map((column, i): [string, string] => [column, record[i] ?? '']);
			const filled = cells.filter(([column, value]) => column.trim() !== '' && value !== '');
			file.rows.push(Object.fromEntries(filled));
			file.rowNumbers.push(headerNumber + 1 + index);
		});
		return file;
	} catch (problem) {
		if (!(problem instanceof CsvError)) throw problem;
		throw new UserError(`${name} isn't valid CSV: ${problem.message}`);
	}
}
