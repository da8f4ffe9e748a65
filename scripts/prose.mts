// Checks comments, strings, test titles and pages against the words of CONTRIBUTING.md. Names in code and
// `code spans` are exempt. `npm run lint -- words` runs it; paths as arguments limit it to those files.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const SKIP =
	/(^|\/)(node_modules|dist|coverage|images|reports|package-lock\.json|pnpm-lock\.yaml|\.git|\.stryker-tmp)$/;
const CHECKED = /\.(m?ts|[cm]?js|md|ya?ml|json)$|^\.ci\/run$/;
/** This list itself, and a text that isn't ours. */
const EXEMPT = ['scripts/prose.mts', 'LICENSE.md'];
/** Paths that aren't clean yet; remove each as soon as it is. */
const NOT_YET: string[] = [];

// cspell:disable
const PATTERNS: Array<[pattern: RegExp, use: string]> = [
	[/(?<!\b(can|can['’]t) )\b(tells?|told|telling)\b(?! (\w+ )?apart)/i, 'report, return, show'],
	[/\b(only|even|except|also|but|not) where\b/i, 'if, when'],
	[/(^|[.;:,(–-] ?)where (?![^.]*\?)/i, 'if, when'],
	[/\bwhere (there|it|that|this|one|none|no|nothing|they|you|your|we|needed|both) /i, 'if, when'],
	[/\b(nobody|whoever|somebody|anybody|everybody)\b/i, 'the passive voice, "the user", "nothing"'],
	[/\bat MoEngage\b(?!')/, 'in MoEngage'],
	[/\b(stands?|stood)\b(?!-in\b| for\b)/i, 'is, appears'],
	[/(?<!instead )\bof (its|their|your|our|his) own\b/i, 'its own, a separate'],
	[/\bsigns\b(?! (in|up|of|out|requests)\b)/i, 'characters'],
	[/\b(refus(e[ds]?|als?|ing))\b(?<!connections? refused)(?! connection)/i, 'rejected'],
	[/(?<!\b(can|would|to) )\banswer(s|ed|ing)?\b/i, 'response'],
	[
		/(?<!\b(email|IP|loopback)[ -])(?<!\bemail.*)\baddress(es)?\b(?!.*\bemail)/i,
		'URL, host (or "email address")',
	],
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
	[
		/\b(user|request|record|item|contact|byte|KB|call|second)s an? (request|minute|second|day|hour|item|window|batch|contact|record|run)\b/i,
		'per',
	],
	[/\b(one|file|execution|outcome) an? (item|contact|record|operation|minute)\b/i, 'per'],
	[/\b(behavio|colo|favo|hono|neighbo|labo)ur\w*/i, 'American spelling: -or'],
	[/\b\w+(ognis|alis|anis|imis|aris|onis|oris)(e[ds]?|ing|ation)\b(?<!promise[ds]?)/i, '-ize'],
	[/\b(cancell|travell|labell|modell|signall)(ed|ing)\b(?!\(\))/i, 'American spelling: one l'],
	[/\b(e-mails?|time-?outs?(?<!timeouts?)|catalogues?|fall-?backs?(?<!fallbacks?))\b/i, 'one word'],
	[/\b(centre|licences?|grey|learnt|spelt)\b/i, 'American spelling'],
];
// cspell:enable

function proseOf(text: string, file: string): Array<[start: number, prose: string]> {
	if (!/\.(m?ts|[cm]?js)$/.test(file)) return [[0, text]];
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	const found: Map<number, string> = new Map();
	const visit = (node: ts.Node) => {
		const comments = [
			...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
			...(ts.getTrailingCommentRanges(text, node.end) ?? []),
		];
		for (const { pos, end } of comments) found.set(pos, text.slice(pos, end));
		// A string of one lowercase word is a value or a name, not prose.
		const isText = ts.isStringLiteralLike(node) && !/^[a-z.][\w@.:/-]*$/.test(node.text);
		if (isText || ts.isTemplateLiteralToken(node)) found.set(node.getStart(), node.getText());
		node.getChildren().forEach(visit);
	};
	visit(source);
	return [...found];
}

/** Blanks code spans, fenced blocks and quoted values, so that positions stay. */
const withoutCode = (prose: string) =>
	prose.replace(/```[^]*?```|(?<!`)`[^`\n]+`(?!`)|(?<!\w)'[a-z][\w-]*'/g, (code) =>
		code.replace(/[^\n]/g, '\u00a0'),
	);
function* filesIn(folder: string): Generator<string, void> {
	for (const entry of readdirSync(root + folder, { withFileTypes: true })) {
		const path = folder + entry.name;
		if (SKIP.test(path)) continue;
		if (entry.isDirectory()) yield* filesIn(`${path}/`);
		else if (CHECKED.test(path) && !EXEMPT.includes(path)) yield path;
	}
}

const asked = process.argv.slice(2);
const files = [...filesIn('')].filter((file) => {
	const isUnder = (path: string) => file.startsWith(path);
	return asked.length > 0 ? asked.some(isUnder) : !NOT_YET.some(isUnder);
});
let matches = 0;
for (const file of files) {
	const text = readFileSync(root + file, 'utf8');
	for (const [start, prose] of proseOf(text, file)) {
		let number = text.slice(0, start).split('\n').length - 1;
		for (const line of withoutCode(prose).split('\n')) {
			number += 1;
			for (const [pattern, use] of PATTERNS) {
				const match = pattern.exec(line)?.[0].trim();
				if (match === undefined) continue;
				matches += 1;
				console.log(`${file}:${number} "${match}": use ${use}`);
			}
		}
	}
}
console.log(`${matches} matches in ${files.length} files`);
process.exitCode = matches === 0 ? 0 : 1;
