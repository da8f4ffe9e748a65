/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the pages and workflows from disk; it isn't part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { detectAll } from 'tinyld';

import { MoEngageApi } from '../../credentials/MoEngageApi.credentials';
import { MoEngageSubscription } from '../../nodes/MoEngageSubscription/MoEngageSubscription.node';
import { MoEngageSubscriptionTrigger } from '../../nodes/MoEngageSubscriptionTrigger/MoEngageSubscriptionTrigger.node';

const ROOT = path.resolve(__dirname, '../..');
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'pl'];

/** Less certain results are lists of names. */
const CERTAIN = 0.9;

/** Shorter texts are names and labels, which a detector can't judge. */
const SHORTEST = 60;

/** Parts of a text in another language than English. Code, links, and markup don't count. */
function foreign(text: string): string[] {
	return text
		.replaceAll(/```[\s\S]*?```|`[^`]*`|\{\{.*?\}\}/g, ' ')
		.replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>|https?:\S+|\]\([^)]*\)/g, ' ')
		.split(/\n\s*\n|\n(?=[-|#\d])/)
		.map((part) => part.replaceAll(/[^\p{L}\p{M}' .,]+/gu, ' ').trim())
		.filter((part) => part.length >= SHORTEST)
		.filter((part) => {
			const [best] = detectAll(part, { only: LANGUAGES });
			return best !== undefined && best.lang !== 'en' && best.accuracy >= CERTAIN;
		});
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const filesIn = (folder: string, ending: string) =>
	readdirSync(path.join(ROOT, folder))
		.filter((name) => name.endsWith(ending))
		.map((name) => path.join(folder, name));

/** All texts in a description, a workflow, or another value. */
function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

it.each([...filesIn('.', '.md'), ...filesIn('docs', '.md'), 'sandbox/README.md'])(
	'%s is in English',
	(file) => {
		expect(foreign(read(file))).toEqual([]);
	},
);

it.each(filesIn('demo/workflows', '.json'))('the texts of %s are in English', (file) => {
	const { nodes } = JSON.parse(read(file)) as { nodes: Array<{ parameters: unknown }> };
	const prose = nodes.flatMap(({ parameters }) => textsIn(parameters));
	const texts = prose.filter((text) => !/^=|^\/\//.test(text));
	expect(texts.flatMap(foreign)).toEqual([]);
});

it.each([
	['the node', new MoEngageSubscription().description],
	['the trigger', new MoEngageSubscriptionTrigger().description],
	['the credential', new MoEngageApi().properties],
])('the texts of %s are in English', (_name, description) => {
	const texts = textsIn(description).filter((text) => !text.startsWith('='));
	expect(texts.flatMap(foreign)).toEqual([]);
});

// cspell:disable
it('a page in German is reported', () => {
	const page = [
		'# Kategorien',
		'',
		'Das Abonnement gilt für alle Nachrichten, die wir an unsere Kunden verschicken.',
		'',
		'The subscription is valid for all messages that we send to our customers by email.',
	].join('\n');
	expect(foreign(page)).toHaveLength(1);
});
// cspell:enable
