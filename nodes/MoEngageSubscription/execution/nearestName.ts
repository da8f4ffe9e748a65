/** Returns the name with the fewest edits, if at most a third of the letters differ. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
	const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
	const wanted = letters(name);
	let nearest: { name: string; edits: number } | undefined;
	for (const one of names) {
		const edits = editsBetween(wanted, letters(one));
		if (edits <= wanted.length / 3 && (nearest === undefined || edits < nearest.edits))
			nearest = { name: one, edits };
	}
	return nearest?.name;
}

/** Letters to insert, delete or replace (Levenshtein distance). */
function editsBetween(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		row = next;
	}
	return row[b.length] as number;
}
