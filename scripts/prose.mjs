// Checks comments, strings, test titles and pages against the word list of CONTRIBUTING.md: one
// word per concept, American spelling, plain phrasing. Names in code and `code spans` are exempt.
// `npm run lint:words` runs it; with paths as arguments it checks only those.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const SKIP = /(^|\/)(node_modules|dist|coverage|images|\.git|\.stryker-tmp)\/|package-lock\.json$/;
const CHECKED = /\.(ts|[cm]?js|md|ya?ml|json)$|^\.ci\/run$/;
/** This list itself, and a text that isn't ours. */
const EXEMPT = ['scripts/prose.mjs', 'LICENSE.md'];

/** @type {Array<[pattern: RegExp, use: string]>} */
const PATTERNS = [
	[/\b(tells?|told|telling)\b/i, 'report, return, show'],
	[/\b(only|even|except|also|but|and|not) where\b/i, 'if, when'],
	[/(^|[.;:,(–-] ?)where (?![^.]*\?)/i, 'if, when'],
	[/\bwhere (there|it|that|this|one|none|no|nothing|they|you|your|we|needed|both) /i, 'if, when'],
	[/\b(nobody|whoever|somebody|anybody)\b/i, 'the passive voice, "the user", "nothing"'],
	[/\bat MoEngage\b(?!')/, 'in MoEngage'],
	[/\b(stands?|stood)\b(?!-in\b| for\b)/i, 'is, appears'],
	[/\bof (its|their|your|our|his) own\b/i, 'its own, a separate'],
	[/\bsigns\b(?! (in|up|of|out|requests)\b)/i, 'characters'],
	[/\b(refus(e[ds]?|als?|ing))\b(?<!connections? refused)(?! connection)/i, 'rejected'],
	[/\banswer(s|ed|ing)?\b/i, 'response'],
	[/(?<!\b(email|IP|loopback) )\baddress(es|ed)?\b/i, 'URL, host (or "email address")'],
	[/\b(the|same|other|its|their|own|MoEngage's) words\b/i, 'message'],
	[/\bfigures?\b/i, 'number, count'],
	[/\bleft over\b/i, 'not sent'],
	[/\b(doubts?|unsure)\b/i, 'ambiguous, unconfirmed'],
	[/\b(doors?|lanes?|fates?|crowds?|rumou?rs?)\b/i, 'endpoint queue, partition, result'],
	[/\bmisbehav\w*/i, 'fault'],
	[/\b(heard|deaf)\b/i, 'received, observed'],
	[/\bbeside\b/i, 'next to, compared with'],
	[/\bmend(s|ed|ing)?\b/i, 'fix'],
	[/\b(anew|for ever|needless|whilst|amongst|thereof|lest)\b/i, 'again, forever, unnecessary'],
	[/\b(becomes?|became|comes|came) of\b/i, 'the outcome of'],
	[/\blet(s|ting)? (it|them|him|her|something|somebody)? ?in\b/i, 'accept, authenticate'],
	[/\bthis very\b/i, 'this'],
	[/\b\w+s an? (request|minute|second|day|hour|item|window|batch|contact|record|run)\b/i, 'per'],
	[/\b(one|file|execution|outcome) an? (item|contact|record|operation|minute)\b/i, 'per'],
	[/\b(behavio|colo|favo|hono|neighbo|labo)ur\w*/i, 'American spelling: -or'],
	[/\b\w+(ognis|alis|anis|imis|aris)(e[ds]?|ing|ation)\b(?<!promise[ds]?)/i, '-ize'],
	[/\b(cancell|travell|labell|modell|signall)(ed|ing)\b/i, 'American spelling: one l'],
	[/\b(e-mails?|time-?outs?(?<!timeouts?)|catalogues?|fall-?backs?(?<!fallbacks?))\b/i, 'one word'],
	[/\b(centre|licence|grey|learnt|spelt)\b/i, 'American spelling'],
];

/** @param {string} text @param {string} file @returns {Array<[start: number, prose: string]>} */
function proseOf(text, file) {
	if (!/\.(ts|[cm]?js)$/.test(file)) return [[0, text]];
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	/** @type {Map<number, string>} */
	const found = new Map();
	/** @param {number} start @param {number} end */
	const add = (start, end) => found.set(start, text.slice(start, end));
	/** @param {ts.Node} node */
	const visit = (node) => {
		// An import's path names a file.
		if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
		for (const ranges of [ts.getLeadingCommentRanges, ts.getTrailingCommentRanges])
			for (const { pos, end } of ranges(text, ranges === ts.getLeadingCommentRanges ? node.pos : node.end) ?? [])
				add(pos, end);
		if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) add(node.getStart(), node.end);
		node.getChildren().forEach(visit);
	};
	visit(source);
	return [...found];
}

/** Code spans and fenced blocks, blanked so that positions stay. @param {string} prose */
const withoutCode = (prose) =>
	prose.replace(/```[^]*?```|(?<!`)`[^`\n]+`(?!`)/g, (code) => code.replace(/[^\n]/g, '\u00a0'));

const asked = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
	.map((file) => file.replaceAll('\\', '/'))
	.filter((file) => CHECKED.test(file) && !SKIP.test(file) && !EXEMPT.includes(file))
	.filter((file) => asked.length === 0 || asked.some((path) => file.startsWith(path)))
	.sort();

let matches = 0;
for (const file of files) {
	const text = readFileSync(root + file, 'utf8');
	for (const [start, prose] of proseOf(text, file)) {
		const lines = withoutCode(prose).split('\n');
		const first = text.slice(0, start).split('\n').length;
		lines.forEach((line, index) => {
			for (const [pattern, use] of PATTERNS) {
				const match = pattern.exec(line);
				if (match === null) continue;
				matches += 1;
				console.log(`${file}:${first + index} "${match[0].trim()}": use ${use}`);
			}
		});
	}
}
console.log(`${matches} matches in ${files.length} files`);
process.exitCode = matches === 0 ? 0 : 1;
