// Accessibility and small screens, for every page of the examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openBrowser } from '../harness/browser.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import { landingLink } from '../harness/visitor.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { pressOn, visit } from './support.mts';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** Touch targets. A checkbox counts with its row, which toggles it too. */
const TARGETS = 'button, .button, .choice, input[type="email"]';
const CONFIRM = 'Yes, I want the newsletter';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let browser: Browser;
let page: Page;
let optIn: Json;

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
afterAll(async () => {
	await browser?.close();
	await handle.close();
});

const at = (path: string) => `${environment.server.url}/webhook/${path}`;

const press = (name: string) => pressOn(page, name);

/**
 * @param endpoint that returns errors
 * @param step runs meanwhile
 */
async function whileDown(endpoint: string, step: () => Promise<void>) {
	const rules = [{ do: 'status', status: 500, endpoint }];
	await environment.sandbox.control('/rules', { rules });
	await step();
	await environment.sandbox.control('/rules', undefined, 'DELETE');
}

/** @param endpoint that returns errors once the page is open */
async function lateFault(endpoint: string, go: () => Promise<void>, button: string) {
	await go();
	await whileDown(endpoint, () => press(button));
}

async function signUp(email: string) {
	await page.goto(at('newsletter'));
	await page.getByLabel('Email address').fill(email);
	await press('Sign up');
}

/** @returns in the newest email that the example wrote */
async function confirmationLink(): Promise<string> {
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

const PREFERENCE_PAGES: [heading: string, go: () => Promise<unknown>][] = [
	['Your email preferences', preferences],
	['Your choices are saved', () => preferences().then(() => press('Save my choices'))],
	['You are unsubscribed', () => preferences().then(() => press('Unsubscribe from all'))],
	['This link is no longer valid', () => page.goto(at('preferences?user_id=old&cid=old'))],
	['Please try again in a minute', () => whileDown('getPreferences', preferences)],
	['Please try again', () => lateFault('updatePreferences', preferences, 'Save my choices')],
	['This link is incomplete', () => page.goto(at('preferences'))],
];

const OPT_IN_PAGES: [heading: string, go: () => Promise<unknown>][] = [
	['Our newsletter', () => page.goto(at('newsletter'))],
	['Check your inbox', () => signUp('anna@example.com')],
	['Please check your email address', () => signUp('anna@example')],
	['Please try again in a minute', () => whileDown('optIn', () => signUp('anna@example.com'))],
	['One more click', confirmPage],
	['You are signed up', () => confirmPage().then(() => press(CONFIRM))],
	['Please try again', () => lateFault('optIn', confirmPage, CONFIRM)],
	['This link is no longer valid', () => page.goto(at('newsletter-confirm?token=old'))],
];

/** @returns serious accessibility violations */
async function violationsOnPage(): Promise<string[]> {
	await page.evaluate(AXE);
	const { violations, passes } = await page.evaluate(() =>
		// axe-core's script sets this global in the page.
		(globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
	);
	assert.ok(passes.length > 5, 'axe ran no checks');
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
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
		for (const colorScheme of ['light', 'dark'] as const) {
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
