// The preference page example in a real browser: a visitor with a link, and the pages that n8n returns.
import assert from 'node:assert/strict';
import { openBrowser } from '../harness/browser.mts';
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

	beforeAll(async () => {
		handle = openTestEnvironment({
			loud: false,
			built: true,
			sandboxConfig: { landingLinks: 'seeded' },
		});
		closeOnSignal(handle);
		browser = await openBrowser();
		environment = await handle.ready;
		await environment.client.activate(await loadWorkflow(environment, 'preference-page.json'));
		await visit(`${environment.server.url}/webhook/preferences`);
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
		link = await landingLink(environment, CUSTOMER);
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
