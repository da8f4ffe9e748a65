/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the sources from disk; it is no part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');

/** Every pattern of the sources, those inside of the credential's expressions included. */
function patterns(): RegExp[] {
	const found = new Map<string, RegExp>();
	const take = (text: string) => {
		const end = text.lastIndexOf('/');
		found.set(text, new RegExp(text.slice(1, end), text.slice(end + 1)));
	};
	const walk = (node: ts.Node, file: ts.SourceFile): void => {
		if (ts.isRegularExpressionLiteral(node)) take(node.text);
		// An expression of n8n's is a text in which `{{ … }}` is JavaScript of its own.
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

/** What patterns of this kind stumble over: long runs that nearly match. */
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

describe('no pattern takes long over a long text', () => {
	const all = patterns();

	it('all are found', () => expect(all.length).toBeGreaterThan(20));

	// Four times the text takes four times as long, or sixteen times where every place is tried from
	// every place. Small times say nothing. Longer texts only for what stood the shorter ones.
	it('in four times as many characters', () => {
		const slow = new Set<string>();
		for (const size of [5_000, 100_000])
			for (const pattern of all)
				for (const seed of SEEDS)
					for (const end of ENDS) {
						if (slow.has(String(pattern))) continue;
						const text = (length: number) => seed.repeat(Math.ceil(length / seed.length)) + end;
						const [whole, part] = [text(4 * size), text(size)];
						if (milliseconds(pattern, whole, 1) < 20) continue;
						if (milliseconds(pattern, whole) > 9 * milliseconds(pattern, part))
							slow.add(String(pattern));
					}
		expect([...slow]).toEqual([]);
	}, 120_000);
});
