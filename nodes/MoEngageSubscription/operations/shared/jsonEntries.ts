/**
 * Returns all entries of an object's JSON text, including every value of a repeated key;
 * `JSON.parse` keeps only the last one. `text` must be valid JSON.
 */
export function allEntries(text: string): Array<[string, unknown]> {
	const keys: string[] = [];
	let depth = 0;
	// Each key of the outer object becomes its position, so that no two are equal.
	const numbered = text.replace(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g, (token: string, place: number) => {
		if (token === '{' || token === '[') depth += 1;
		if (token === '}' || token === ']') depth -= 1;
		if (depth !== 1 || !token.startsWith('"') || !isKey(text, place + token.length)) return token;
		keys.push(JSON.parse(token) as string);
		return `"${keys.length - 1}"`;
	});
	const values = JSON.parse(numbered) as Record<string, unknown>;
	return keys.map((key, index) => [key, values[index]]);
}

/** Whether a colon follows, possibly after whitespace. */
function isKey(text: string, from: number): boolean {
	return text.slice(from).trimStart().startsWith(':');
}
