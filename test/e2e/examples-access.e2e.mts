// Accessibility and small screens, for every page of the examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { openBrowser } from '../harness/browser.mts';
import { itemsOf } from '../harness/n8n-client.mts';
import { landingLink } from '../harness/visitor.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
} from '../harness/test-environment.mts';
import { pressOn, visit } from './support.mts';

/** Touch targets. A checkbox counts with its row, which toggles it too. */
const TARGETS = 'button, .button, .choice, input[type="email"]';
const CONFIRM = 'Yes, I want the newsletter';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @type {import('../harness/test-environment.mts').TestEnvironmentHandle} */
let handle;
/** @type {import('../harness/test-environment.mts').TestEnvironment} */
let environment;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;
/** @type {import('../harness/n8n-client.mts').Json} */
let optIn;

before(async () => {
	handle = openTestEnvironment({
		loud: false,
		built: true,
		sandboxConfig: { landingLinks: 'seeded' },
	});
	closeOnSignal(handle);
	browser = await openBrowser();
	environment = await handle.ready;
	optIn = await loadWorkflow(environment, 'opt-in.json');
	await environment.client.activate(optIn);
	await environment.client.activate(await loadWorkflow(environment, 'preference-page.json'));
	for (const path of ['newsletter', 'preferences']) await visit(at(path));
	await environment.sandbox.control('/users', {
		users: [{ customer_id: 'anna', email_id: 'anna@example.com' }],
	});
	page = await browser.newPage({ viewport: { width: 390, height: 800 } });
	page.setDefaultTimeout(120_000);
});
after(async () => {
	await browser?.close();
	await handle.close();
});

const at = (/** @type {string} */ path) => `${environment.server.url}/webhook/${path}`;

const press = (/** @type {string} */ name) => pressOn(page, name);

/**
 * @param {string} endpoint that returns errors
 * @param {() => Promise<void>} step runs meanwhile
 */
async function whileDown(endpoint, step) {
	const rules = [{ do: 'status', status: 500, endpoint }];
	await environment.sandbox.control('/rules', { rules });
	await step();
	await environment.sandbox.control('/rules', undefined, 'DELETE');
}

/**
 * @param {string} endpoint that returns errors once the page is open
 * @param {() => Promise<void>} go
 * @param {string} button
 */
async function lateFault(endpoint, go, button) {
	await go();
	await whileDown(endpoint, () => press(button));
}

/** @param {string} email */
async function signUp(email) {
	await page.goto(at('newsletter'));
	await page.getByLabel('Email address').fill(email);
	await press('Sign up');
}

/** @returns {Promise<string>} in the newest email that the example wrote */
async function confirmationLink() {
	for (const execution of await environment.client.executions(optIn.id)) {
		const [email] = itemsOf(execution, 'Write Email');
		if (email !== undefined) return /http:\S+/.exec(email.json.text)?.[0] ?? '';
	}
	throw new Error('No email was written');
}

const preferences = async () => {
	await page.goto(await landingLink(environment, 'anna'));
};
const confirmPage = async () => {
	await signUp('anna@example.com');
	await page.goto(await confirmationLink());
};

/** @type {[heading: string, go: () => Promise<unknown>][]} */
const PREFERENCE_PAGES = [
	['Your email preferences', preferences],
	['Your choices are saved', () => preferences().then(() => press('Save my choices'))],
	['You are unsubscribed', () => preferences().then(() => press('Unsubscribe from all'))],
	['This link is no longer valid', () => page.goto(at('preferences?user_id=old&cid=old'))],
	['Please try again in a minute', () => whileDown('getPreferences', preferences)],
	['Please try again', () => lateFault('updatePreferences', preferences, 'Save my choices')],
	['This link is incomplete', () => page.goto(at('preferences'))],
];

/** @type {[heading: string, go: () => Promise<unknown>][]} */
const OPT_IN_PAGES = [
	['Our newsletter', () => page.goto(at('newsletter'))],
	['Check your inbox', () => signUp('anna@example.com')],
	['Please check your email address', () => signUp('anna@example')],
	['Please try again in a minute', () => whileDown('optIn', () => signUp('anna@example.com'))],
	['One more click', confirmPage],
	['You are signed up', () => confirmPage().then(() => press(CONFIRM))],
	['Please try again', () => lateFault('optIn', confirmPage, CONFIRM)],
	['This link is no longer valid', () => page.goto(at('newsletter-confirm?token=old'))],
];

/** @returns {Promise<string[]>} serious accessibility violations */
async function violationsOnPage() {
	await page.evaluate(AXE);
	const { violations, passes } = await page.evaluate(() =>
		/** @type {any} */ (globalThis).axe.run({ resultTypes: ['violations'] }),
	);
	assert.ok(passes.length > 5, 'axe ran no checks');
	return violations
		.filter((/** @type {any} */ { impact }) => ['serious', 'critical'].includes(impact))
		.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const PAGES = [
	...PREFERENCE_PAGES.map(([heading, go]) => ({ example: 'preference page', heading, go })),
	...OPT_IN_PAGES.map(([heading, go]) => ({ example: 'double opt-in', heading, go })),
];

for (const { example, heading, go } of PAGES) {
	test(`“${heading}” (${example}) is accessible and fits a small phone`, async () => {
		await go();
		assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), heading);
		assert.ok((await page.title()).startsWith(heading));
		for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
			await page.emulateMedia({ colorScheme });
			assert.deepEqual(await violationsOnPage(), [], colorScheme);
		}
		for (const width of [320, 390, 1280]) {
			await page.setViewportSize({ width, height: 800 });
			const scrollWidth = await page.locator('html').evaluate((element) => element.scrollWidth);
			assert.ok(scrollWidth <= width, `${scrollWidth} px wide on ${width} px`);
		}
		await page.setViewportSize({ width: 390, height: 800 });
		for (const target of await page.locator(TARGETS).all()) {
			const { height = 0 } = (await target.boundingBox()) ?? {};
			assert.ok(height >= 44, `${await target.textContent()}: ${height} px high`);
		}
	});
}
