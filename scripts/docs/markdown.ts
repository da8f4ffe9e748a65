/** A cell's text without what Markdown would read as markup. */
export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** A Markdown table. */
export function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines.map((line) => line.map(cell))];
	return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
