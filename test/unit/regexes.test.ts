/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the sources from disk; it isn't part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkSync } from 'recheck';
import ts from 'typescript';

// The other backends are programs for one platform each.
process.env.RECHECK_BACKEND = 'pure';

const ROOT = path.resolve(__dirname, '../..');

/** Returns every pattern in the sources, including those in the credential's expressions. */
function patterns(): RegExp[] {
	const found = new Map<string, RegExp>();
	const take = (text: string) => {
		const end = text.lastIndexOf('/');
		found.set(text, new RegExp(text.slice(1, end), text.slice(end + 1)));
	};
	const walk = (node: ts.Node, file: ts.SourceFile): void => {
		if (ts.isRegularExpressionLiteral(node)) take(node.text);
		// An n8n expression is a text in which `{{ … }}` contains JavaScript.
		if (ts.isTemplateExpression(node) && node.head.text.startsWith('={{')) {
			const spans = node.templateSpans.map(({ literal }) => `x${literal.text}`).join('');
			const code = (node.head.text + spans).slice(3).replace(/\}\}\s*$/, '');
			const inner = ts.createSourceFile('expression.ts', `(${code})`, ts.ScriptTarget.ES2022);
			ts.forEachChild(inner, (child) => walk(child, inner));
		}
		ts.forEachChild(node, (child) => walk(child, file));
	};
	for (const folder of ['nodes', 'credentials'])
		for (const name of readdirSync(path.join(ROOT, folder), {
			recursive: true,
			encoding: 'utf8',
		})) {
			if (!name.endsWith('.ts')) continue;
			const text = readFileSync(path.join(ROOT, folder, name), 'utf8');
			const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
			walk(file, file);
		}
	found.set('inUrl', /[?&#]user_id=([^&#]*)/);
	return [...found.values()];
}

/** Patterns that recheck can't clear, each with the reason why it is safe. */
const EXCEPTIONS: Record<string, string> = {
	'"(?:[^"\\\\]|\\\\.)*"|[{}[\\]:]': 'reads only valid JSON, in which every quote is closed',
	'(?<=[\\p{Extended_Pictographic}\\p{EMod}\\uFE0F])\\u200D':
		'matches one character after another one',
};

/** The slowest pattern takes 6 s on a calm machine. */
const CHECK = { timeout: 60_000 };

describe('the patterns', () => {
	const all = patterns();

	it('the sources contain more than 20 patterns', () => expect(all.length).toBeGreaterThan(20));

	it('no text makes a pattern slower than linear', () => {
		const unsafe = all
			.filter(({ source, flags }) => checkSync(source, flags, CHECK).status !== 'safe')
			.map(({ source }) => source);
		expect(unsafe.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
	}, 300_000);

	it('a quadratic pattern is reported', () => {
		expect(checkSync('\\s+$', 'g', CHECK).status).toBe('vulnerable');
	});
});
