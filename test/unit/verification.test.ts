/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the package from disk; it isn't part of it */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties } from 'n8n-workflow';

import { MoEngageApi } from '../../credentials/MoEngageApi.credentials';
import { MoEngageSubscription } from '../../nodes/MoEngageSubscription/MoEngageSubscription.node';
import { MoEngageSubscriptionTrigger } from '../../nodes/MoEngageSubscriptionTrigger/MoEngageSubscriptionTrigger.node';
import { operations } from '../../nodes/MoEngageSubscription/operations';
import { errorsPage } from '../../scripts/docs/errors';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

const PAGES = [
	'README.md',
	'CONTRIBUTING.md',
	'CHANGELOG.md',
	'SECURITY.md',
	'sandbox/README.md',
	'docs/errors.md',
	'docs/trigger.md',
	'docs/verification.md',
	'.github/pull_request_template.md',
];
const WORKFLOWS = ['.github/workflows/ci.yml', '.github/workflows/publish.yml'];

const sources = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file): [string, string] => [`${folder}/${file}`, read(`${folder}/${file}`)]),
);

/** Returns all parameters, including nested ones. */
function parameters(list: readonly unknown[]): INodeProperties[] {
	return (list as INodeProperties[]).flatMap((one) => [
		...('type' in one ? [one] : []),
		...parameters(one.options ?? []),
		...parameters((one as { values?: unknown[] }).values ?? []),
	]);
}
const node = new MoEngageSubscription().description;
const trigger = new MoEngageSubscriptionTrigger().description;
const credential = new MoEngageApi();
const fields = parameters([...node.properties, ...trigger.properties, ...credential.properties]);

describe('package.json', () => {
	it('package.json has the name, keyword, and author that n8n requires', () => {
		expect(manifest.name).toMatch(/^n8n-nodes-/);
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.author).toEqual({
			name: expect.stringMatching(/./),
			email: expect.stringMatching(/@/),
		});
		expect(read('CHANGELOG.md')).toContain(`\n## ${manifest.version}\n`);
	});

	it('the license is MIT', () => {
		expect(manifest.license).toBe('MIT');
		expect(read('LICENSE.md')).toMatch(/^MIT License/);
	});

	it('the package has no dependencies and no install scripts', () => {
		const { dependencies = {}, optionalDependencies = {}, bundledDependencies = [] } = manifest;
		expect([dependencies, optionalDependencies, bundledDependencies]).toEqual([{}, {}, []]);
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const atInstallation = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
		expect(Object.keys(manifest.scripts).filter((name) => atInstallation.includes(name))).toEqual(
			[],
		);
	});

	/** n8n's categories of nodes; a reviewer files a node under one of them. */
	const CATEGORIES = ['Marketing & Content', 'Communication'];

	it.each(['MoEngageSubscription', 'MoEngageSubscriptionTrigger'])(
		'%s is filed under n8n’s categories, without subcategories',
		(name) => {
			const codex = JSON.parse(read(`nodes/${name}/${name}.node.json`));
			expect(codex.categories).toEqual(CATEGORIES);
			expect(codex).not.toHaveProperty('subcategories');
			expect(codex.alias).toEqual(expect.arrayContaining(['unsubscribe', 'consent', 'email']));
		},
	);

	it('hints have at most 120 characters', () => {
		const messages = node.hints?.map(({ message }) => message) ?? [];
		expect(messages.filter(({ length }) => length > 120)).toEqual([]);
	});

	it('homepage, repository, and bugs point to one GitHub repository', () => {
		const home = String(manifest.homepage);
		expect(home).toMatch(/^https:\/\/github\.com\/[\w-]+\/n8n-nodes-moengage$/);
		expect(manifest.repository.url).toBe(`git+${home}.git`);
		expect(manifest.bugs.url).toBe(`${home}/issues`);
	});

	it('package.json lists built files that exist', () => {
		const { credentials, nodes, strict } = manifest.n8n;
		expect(strict).toBe(true);
		for (const file of [...credentials, ...nodes]) {
			expect(file).toMatch(/^dist\//);
			expect(existsSync(path.join(ROOT, file))).toBe(true);
		}
		expect([credentials.length, nodes.length]).toEqual([1, 2]);
	});
});

describe('the code', () => {
	it.each([
		[
			'files, processes, environment',
			/\bprocess\.\w|\brequire\(|from '(node:)?(fs|os|path|child_process)\b/,
		],
		['timers and console', /\b(set|clear)(Timeout|Interval|Immediate)\b|\bconsole\./],
		['evaluation', /\beval\(|new Function\(/],
		['lint rules switched off', /eslint-disable|@ts-ignore|@ts-nocheck/],
	])('the code uses no %s', (_what, forbidden) => {
		expect(sources.filter(([, text]) => forbidden.test(text)).map(([file]) => file)).toEqual([]);
	});

	it('the code imports only its own files and what n8n provides', () => {
		const imported = sources.flatMap(([, text]) =>
			[...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name),
		);
		const foreign = imported.filter((name) => !name.startsWith('.'));
		expect(new Set(foreign)).toEqual(new Set(['n8n-workflow', 'zod', 'node:crypto']));
	});

	it('sources and pages use only the Latin script', () => {
		const texts = [...sources, ...PAGES.map((file): [string, string] => [file, read(file)])];
		const others = /[^\P{L}\p{Script=Latin}]/u;
		expect(texts.filter(([, text]) => others.test(text)).map(([file]) => file)).toEqual([]);
	});
});

describe('the panel', () => {
	it('both nodes use the one credential, and only the one named so is a trigger', () => {
		for (const { credentials } of [node, trigger])
			expect(credentials).toEqual([{ name: credential.name, required: true }]);
		expect([node.group, node.inputs, node.outputs]).toEqual([['output'], ['main'], ['main']]);
		expect([trigger.group, trigger.inputs, trigger.outputs]).toEqual([['trigger'], [], ['main']]);
		expect([trigger.name, trigger.displayName]).toEqual([
			'moEngageSubscriptionTrigger',
			'MoEngage Subscription Trigger',
		]);
		expect([node.webhooks, trigger.usableAsTool]).toEqual([undefined, undefined]);
		expect(credential.test.request.url).toMatch(/^\//);
	});

	it.each(['apiKey', 'webhookSecret'])('the credential masks %s', (name) => {
		const field = credential.properties.find((property) => property.name === name);
		expect(field?.typeOptions?.password).toBe(true);
	});

	it('the trigger’s panel and documentation name the attribute and the header to enter', () => {
		const page = read('docs/trigger.md');
		for (const text of ['X-Webhook-Secret', 'sent_by', 'moe_em_unsub_categories'])
			expect(page).toContain(text);
		for (const { displayName, type } of parameters(trigger.properties))
			if (type !== 'notice') expect(page).toContain(displayName);
	});

	it('boolean descriptions start with Whether, and placeholders with e.g.', () => {
		const booleans = fields.filter(({ type }) => type === 'boolean');
		const examples = fields.filter(({ type, placeholder }) => type === 'string' && placeholder);
		expect([booleans.length > 5, examples.length > 5]).toEqual([true, true]);
		for (const { description } of booleans) expect(description).toMatch(/^Whether /);
		for (const { placeholder } of examples) expect(placeholder).toMatch(/^e\.g\. /);
	});

	it('actions contain no article', () => {
		const actions = operations.map(({ action }) => action);
		expect(actions.filter((action) => / (an?|the) /.test(action))).toEqual([]);
	});

	it('resource locators default to a list', () => {
		const locators = fields.filter(({ type }) => type === 'resourceLocator');
		expect(locators.length).toBeGreaterThan(0);
		for (const { default: first, modes } of locators) {
			expect([(first as { mode: string }).mode, modes?.[0].name]).toEqual(['list', 'list']);
		}
	});

	it('messages contain no word of blame', () => {
		const cells = errorsPage()
			.split('\n')
			.filter((line) => /^[|-] /.test(line))
			// `error` is also the name of a field.
			.map((line) => line.replaceAll(/`[^`]*`/g, ''));
		expect(cells.length).toBeGreaterThan(40);
		expect(cells.filter((line) => /\b(errors?|problems?|fail\w*|mistakes?)\b/i.test(line))).toEqual(
			[],
		);
	});
});

describe('the pages', () => {
	it('the README shows an accepted item as the node returns it', () => {
		const shown = JSON.parse(
			/\{"customer_id": [^`]*?"attempts": 1\}/.exec(read('README.md'))?.[0] ?? '',
		);
		const { output, request } = operations.find(({ operation }) => operation === 'bulkUpdate')!;
		const { message, status, accepted_at: acceptedAt, channel, batch, attempts, ...change } = shown;
		expect(output(change, { response: { message }, acceptedAt })).toEqual({
			...change,
			channel,
			message,
		});
		expect(new Date(acceptedAt).toISOString()).toBe(acceptedAt);
		expect(request([change], 'b').body).toEqual({ channel: 'email', user_preferences: [change] });
		expect([status, batch, attempts]).toEqual(['accepted', 1, 1]);
	});

	it('the pages mention only commands that exist', () => {
		const named = [...PAGES, ...WORKFLOWS].flatMap((file) =>
			[...read(file).matchAll(/\bnpm (run [\w:-]+|test\b|start\b)/g)].map(([, name]) => [
				file,
				name.replace('run ', ''),
			]),
		);
		expect(named.length).toBeGreaterThan(20);
		expect(named.filter(([, name]) => manifest.scripts[name] === undefined)).toEqual([]);
	});

	it('the pages link only to files that exist', () => {
		const links = PAGES.flatMap((file) =>
			[...read(file).matchAll(/(?:\]\(|src=")(?!https?:|#)([^)"#]+)/g)].map(([, target]) =>
				path.join(path.dirname(file), target),
			),
		);
		expect(links.length).toBeGreaterThan(10);
		expect(links.filter((target) => !existsSync(path.join(ROOT, target)))).toEqual([]);
	});
});

describe('the workflows', () => {
	it.each(WORKFLOWS)('%s pins its actions and has minimal permissions', (file) => {
		const text = read(file);
		const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
		expect(uses.length).toBeGreaterThan(1);
		for (const action of uses) expect(action).toMatch(/^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
		expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
		const rights = [...text.matchAll(/^ +([\w-]+): write$/gm)].map(([, right]) => right);
		expect(rights).toEqual(file.includes('publish') ? ['id-token'] : []);
	});

	it('a version tag publishes with provenance after the tests', () => {
		const text = read('.github/workflows/publish.yml');
		expect(text).toContain("tags: ['v*']");
		const steps = [...text.matchAll(/- run: (.+)/g)].map(([, command]) => command);
		expect(steps).toEqual(['npm test', 'npm run scan', 'npm run release']);
		expect(manifest.scripts.release).toContain('n8n-node release');
	});
});
