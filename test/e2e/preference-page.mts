// The preference page example in a real browser: a visitor with a link, and the pages that n8n returns.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openBrowser } from '../harness/browser.mts';
import type { Json } from '../harness/n8n-client.mts';
import { landingLink } from '../harness/visitor.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { choicesOn, resetSandbox, pressOn, visit } from './support.mts';
import type { Browser, Page, BrowserContextOptions } from 'playwright-core';

export const CUSTOMER = 'visitor';
/** Categories of the sandbox's workspace, with this visitor's earlier choices. */
export const BEFORE = {
	Promotional: false,
	Newsletter: true,
	'Offers and Deals': false,
	'Product Updates': true,
	'Events and Webinars': false,
	Surveys: false,
	'Account Alerts': true,
};

/**
 * Opens n8n with the example for the tests of one file. Each test starts with a new page and a link
 * to the visitor's preferences, which are `BEFORE`.
 */
export function preferencePage() {
	let handle: TestEnvironmentHandle;
	let environment: TestEnvironment;
	let browser: Browser;
	let page: Page;
	let link: string;
	/** Other files have the example at its usual path, maybe in the same n8n. */
	const path = `preferences-${randomBytes(4).toString('hex')}`;
	const isAtPath = ({ parameters }: Json) => parameters.path === 'preferences';
	const address = () => `${environment.server.url}/webhook/${path}`;

	beforeAll(async () => {
		handle = openTestEnvironment({
			loud: false,
			built: true,
			shared: true,
			sandboxConfig: { landingLinks: 'seeded' },
		});
		closeOnSignal(handle);
		browser = await openBrowser();
		environment = await handle.ready;
		const workflow = await loadWorkflow(environment, 'preference-page.json', ({ nodes }) => {
			const [opened, submitted, ...others] = nodes.filter(isAtPath);
			assert.ok(opened && submitted && others.length === 0, 'the page has other webhooks now');
			for (const { parameters } of [opened, submitted]) parameters.path = path;
		});
		await environment.client.activate(workflow);
		await visit(address());
	});
	afterAll(async () => {
		await browser?.close();
		await handle.close();
	});
	beforeEach(async () => {
		await resetSandbox(environment);
		await environment.sandbox.control('/users', {
			users: [{ customer_id: CUSTOMER, categories: BEFORE }],
		});
		link = await landingLink(environment, CUSTOMER, path);
		await newPage({});
	});
	afterEach(() => page.context().close());

	async function newPage(options: BrowserContextOptions) {
		await page?.context().close();
		const context = await browser.newContext({ viewport: { width: 390, height: 800 }, ...options });
		page = await context.newPage();
		page.setDefaultTimeout(120_000);
	}

	async function visitor() {
		const user = (await environment.sandbox.users()).find(({ customer_id: id }) => id === CUSTOMER);
		assert.ok(user);
		return user;
	}

	return {
		get environment() {
			return environment;
		},
		get page() {
			return page;
		},
		get link() {
			return link;
		},
		/** The page without the visitor's IDs. */
		address,
		/** Closes the page and opens another one with these options. */
		newPage,
		/** The visitor as the sandbox knows them. */
		visitor,
		/** The categories on the page and whether each is selected. */
		shown: () => choicesOn(page),
		press: (name: string) => pressOn(page, name),
		heading: () => page.getByRole('heading', { level: 1 }).textContent(),
	};
}
