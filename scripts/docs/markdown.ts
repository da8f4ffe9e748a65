/** A cell's text without what Markdown would read as markup. Line breaks are kept. */
export const cell = (text: string) =>
	text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', '<br>');

/** A Markdown table. */
export function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines.map((line) => line.map(cell))];
	return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A text in code. Markdown doesn't interpret what is in it, except for the bar of a table. */
export const code = (text: string) => `\`${text}\``;

/** A list. */
export const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
