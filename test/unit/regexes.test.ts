/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the sources from disk; it isn't part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

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

/** Long repetitions that nearly match, which make inefficient patterns slow. */
const SEEDS = [
	'a',
	'1',
	' ',
	'/',
	'"',
	"'",
	'@',
	'a@',
	'=',
	'.',
	'{',
	'?',
	'\u0000',
	'title="',
	'?user_id',
	'api-',
	'127.',
	'https://',
	'x1 ',
];
const ENDS = ['', '!', '\n', 'é"'];

function milliseconds(pattern: RegExp, text: string, times = 3): number {
	let best = Infinity;
	for (let i = 0; i < times; i += 1) {
		const started = performance.now();
		text.replace(pattern, '');
		best = Math.min(best, performance.now() - started);
	}
	return best;
}

describe('the patterns', () => {
	const all = patterns();

	it('the sources contain more than 20 patterns', () => expect(all.length).toBeGreaterThan(20));

	// With four times the text, a linear pattern takes four times as long, and a quadratic one sixteen
	// times. Short times aren't reliable. Patterns that are already slow skip the longer texts.
	it('no pattern takes more than linear time', () => {
		const slow = new Set<string>();
		for (const size of [5_000, 100_000])
			for (const pattern of all)
				for (const seed of SEEDS)
					for (const end of ENDS) {
						if (slow.has(String(pattern))) continue;
						const text = (length: number) => seed.repeat(Math.ceil(length / seed.length)) + end;
						const [whole, part] = [text(4 * size), text(size)];
						if (milliseconds(pattern, whole, 1) < 20) continue;
						// Another process may disturb one measurement; a quadratic pattern is slow in each.
						const isSlow = () => milliseconds(pattern, whole) > 9 * milliseconds(pattern, part);
						if (isSlow() && isSlow() && isSlow() && isSlow()) slow.add(String(pattern));
					}
		expect([...slow]).toEqual([]);
	}, 120_000);
});
