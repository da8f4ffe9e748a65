/** A category in the list that the panel loaded: its name in MoEngage and its label. */
export interface ListedCategory {
	name: string;
	label: string;
}

/** Which columns of the input belong to which category. */
export interface MappedColumns {
	/** For each category with a column, its name and the columns' headers. */
	columns: ReadonlyArray<readonly [category: string, headers: readonly string[]]>;
	/** Headers that match no category, or more than one. */
	ignored: readonly string[];
}

/**
 * Matches columns to categories by name or display name. Uppercase, spaces, and punctuation don't
 * matter, unless a column matches several categories without them.
 */
export function mapColumns(
	headers: readonly string[],
	categories: readonly ListedCategory[],
): MappedColumns {
	const columns = new Map<string, string[]>();
	const ignored: string[] = [];
	for (const header of headers) {
		const category = categoryOf(header, categories);
		if (category === undefined) ignored.push(header);
		else columns.set(category, [...(columns.get(category) ?? []), header]);
	}
	return { columns: [...columns], ignored };
}

/** Returns the label of a category: its display name, its name if that differs, and its group. */
export function categoryLabel(
	name: string,
	displayName?: string | null,
	group?: string | null,
): string {
	const label = displayName && displayName !== name ? `${displayName} (${name})` : name;
	return group ? `${label} – ${group}` : label;
}

function categoryOf(header: string, categories: readonly ListedCategory[]): string | undefined {
	const exact = categories.find(({ name }) => name === header);
	if (exact !== undefined) return exact.name;
	const wanted = simplified(header);
	if (wanted === '') return undefined;
	const byName = categories.filter(({ name }) => simplified(name) === wanted);
	const found = byName.length > 0 ? byName : categories.filter((one) => isShownAs(one, wanted));
	return found.length === 1 ? found[0]?.name : undefined;
}

function isShownAs({ name, label }: ListedCategory, wanted: string): boolean {
	const end = label.indexOf(` (${name})`);
	return end > 0 && simplified(label.slice(0, end)) === wanted;
}

/** Letters and digits only, in lowercase: "PRODUCT-UPDATES" and "Product Updates" are the same. */
function simplified(text: string): string {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');
}
