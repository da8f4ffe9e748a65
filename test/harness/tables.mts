// Tables for the terminal, without lines, so that they are readable in a log.
import Table, { type TableConstructorOptions } from 'cli-table3';

const NO_LINES = {
	...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
	...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
	...{ left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
	middle: '  ',
};

const STYLE = { 'padding-left': 0, 'padding-right': 0, head: [], border: [] };

/** @param options such as `head` and `colWidths` */
export function tableOf(
	rows: Array<Array<string | number>>,
	options: TableConstructorOptions = {},
): string {
	const table = new Table({ chars: NO_LINES, style: STYLE, ...options });
	table.push(...rows);
	return table.toString().replaceAll(/ +$/gm, '');
}
