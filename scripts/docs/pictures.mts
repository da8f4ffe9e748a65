import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openBrowser, signIn } from '../../test/harness/browser.mts';
import { CREDENTIAL_TYPE, NODE_TYPE, ROOT, TRIGGER_TYPE } from '../../test/harness/package.mts';
import { log, UserError } from '../../test/harness/log.mts';
import type { Json } from '../../test/harness/n8n-client.mts';
import { landingLink } from '../../test/harness/visitor.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironment,
} from '../../test/harness/test-environment.mts';
import type { Page, Browser } from 'playwright-core';
import { PANELS } from './panels.mts';
import { IMAGES, openNode, picture } from './picture.mts';
import { firstList } from './steps.mts';

const VIEWPORT = { width: 1360, height: 800 };
/** High enough for the operation with the most fields. */
const HIGHEST_PANEL = 1600;
/** The canvas without the editor's bars, in the window of `canvases`. */
const CANVAS = { x: 45, y: 70, width: 1390, height: 780 };
/** The editor follows the system's color scheme. A dark picture's name ends in `-dark`. */
const THEMES = ['light', 'dark'] as const;

/** The pictures of outputs, with what they change in the node of the main job. */
const OUTPUTS: Record<string, (node: Json) => void> = {
	preview: (node) => {
		delete node.onError;
		node.parameters.options.dryRun = true;
	},
	'error-output': () => {},
};

/** @returns by how many pixels the panel is too long for the window */
async function hiddenBelow(page: Page): Promise<number> {
	return await page.locator('[data-test-id="node-parameters"]').evaluate((panel) => {
		let missing = 0;
		for (let box: typeof panel = panel; box; box = box.parentElement)
			missing = Math.max(missing, box.scrollHeight - box.clientHeight);
		return missing;
	});
}

/** The main job after it has run: the export on the left, the output on the right. */
async function wholePanel(page: Page, environment: TestEnvironment) {
	copyFileSync(join(ROOT, 'demo/contacts.csv'), join(environment.userFolder.files, 'contacts.csv'));
	const workflow = await loadWorkflow(environment, 'contact-list.json');
	const url = `${environment.server.url}/workflow/${workflow.id}`;
	await page.goto(url);
	await page.locator('[data-test-id="execute-workflow-button"]').click();
	const last = '[data-test-id="canvas-node"][data-node-name="Rejected: Fix and Rerun"]';
	await page.locator(`${last} [data-test-id="canvas-node-status-success"]`).waitFor();
	await openNode(page, 'Update Preferences');
	await picture(page.locator('[data-test-id="ndv"]'), 'panel');
}

/** The output of the main job: of a preview, and of the error output. */
async function outputs(page: Page, environment: TestEnvironment) {
	copyFileSync(join(ROOT, 'demo/contacts.csv'), join(environment.userFolder.files, 'contacts.csv'));
	for (const [name, change] of Object.entries(OUTPUTS)) {
		const workflow = await loadWorkflow(environment, 'contact-list.json', ({ nodes }) => {
			change(nodes.find(({ type }: Json) => type === NODE_TYPE));
		});
		await page.goto(`${environment.server.url}/workflow/${workflow.id}`);
		await page.locator('[data-test-id="execute-workflow-button"]').click();
		const node = '[data-test-id="canvas-node"][data-node-name="Update Preferences"]';
		await page.locator(`${node} [data-test-id="canvas-node-status-success"]`).waitFor();
		await openNode(page, 'Update Preferences');
		const output = page.locator('[data-test-id="output-panel"]');
		if (name !== 'preview') await output.getByText(/^Error Branch/).click();
		// The reasons are the last columns of the table, too far to the right to be seen.
		await output.getByText(name === 'preview' ? 'Table' : 'Schema', { exact: true }).click();
		await page.mouse.move(0, 0);
		await page.waitForTimeout(500);
		await picture(output, name);
	}
}

/** Each operation's panel, all of the same size. */
async function eachOperation(page: Page, { client, credential, server }: TestEnvironment) {
	await page.setViewportSize({ width: VIEWPORT.width, height: HIGHEST_PANEL });
	for (const [name, values] of Object.entries(PANELS)) {
		const [resource, operation] = name.split('-');
		const workflow = await client.createWorkflow({
			name,
			nodes: [
				{
					id: name,
					name: 'MoEngage Subscription',
					type: NODE_TYPE,
					typeVersion: 1,
					position: [0, 0],
					parameters: { resource, operation, options: {}, ...values },
					credentials: { [CREDENTIAL_TYPE]: credential },
				},
			],
			connections: {},
		});
		await page.goto(`${server.url}/workflow/${workflow.id}`);
		await openNode(page, 'MoEngage Subscription');
		if ((await hiddenBelow(page)) > 0) throw new UserError(`${name} needs a higher window.`);
		await picture(page.locator('[data-test-id="node-parameters"]'), name);
	}
	await page.setViewportSize(VIEWPORT);
}

/** The canvas of each example workflow, as large as fits, all of the same size. */
async function canvases(page: Page, environment: TestEnvironment) {
	await page.setViewportSize({ width: 1500, height: 950 });
	for (const file of readdirSync(join(ROOT, 'demo/workflows'))) {
		const workflow = await loadWorkflow(environment, file);
		await page.goto(`${environment.server.url}/workflow/${workflow.id}`);
		await page.locator('[data-test-id="canvas-node"]').first().waitFor();
		await page.waitForLoadState('networkidle');
		const hidden = ['execute-workflow-button', 'canvas-controls'].map(
			(id) => `[data-test-id="${id}"]`,
		);
		await page.addStyleTag({ content: `${hidden.join()} { visibility: hidden !important; }` });
		await page.keyboard.press('1');
		await page.waitForTimeout(1500);
		await picture(page, `canvas-${basename(file, '.json')}`, CANVAS);
	}
	await page.setViewportSize(VIEWPORT);
}

async function trigger(page: Page, environment: TestEnvironment) {
	const workflow = await loadWorkflow(environment, 'two-way.json', ({ nodes }) => {
		const { parameters } = nodes.find(({ type }: Json) => type === TRIGGER_TYPE);
		parameters.options = { ignoreOwnChanges: true, simplify: true };
	});
	await page.goto(`${environment.server.url}/workflow/${workflow.id}`);
	await openNode(page, 'Change in MoEngage');
	const { width, height } = VIEWPORT;
	await page.setViewportSize({ width, height: height + (await hiddenBelow(page)) });
	await page.waitForTimeout(500);
	await picture(page.locator('[data-test-id="ndv"]'), 'trigger');
	await page.setViewportSize(VIEWPORT);
}

/** What a phone and a desktop show of the preference page. */
const WIDTHS = { phone: 390, desktop: 1000 };

/** The preference page and its response as a visitor sees them, in each width. */
async function preferencePage(browser: Browser, environment: TestEnvironment) {
	const categories = { Promotional: false, 'Offers and Deals': false, Surveys: false };
	await environment.sandbox.control('/users', { users: [{ customer_id: 'visitor', categories }] });
	await environment.client.activate(await loadWorkflow(environment, 'preference-page.json'));
	const link = await landingLink(environment, 'visitor');
	for (const [name, width] of Object.entries(WIDTHS)) {
		const page = await browser.newPage({ viewport: { width, height: 600 } });
		const heading = page.getByRole('heading', { level: 1 });
		while ((await page.goto(link))?.status() === 404) await page.waitForTimeout(150);
		await heading.waitFor();
		await picture(page, `page-${name}`);
		await page.getByRole('button', { name: 'Save my choices' }).click();
		await page.getByRole('status').waitFor();
		await picture(page, `page-saved-${name}`);
		await page.close();
	}
}

const PARTS = {
	'first-list': firstList,
	panel: wholePanel,
	output: outputs,
	operations: eachOperation,
	canvas: canvases,
	trigger,
};

/**
 * Writes docs/images from a real n8n, light and dark: the node's panel and its output, each operation,
 * the canvas of each example, the trigger, and the preference page.
 *
 * @param only a key of `PARTS`, or `page`
 */
export async function writePictures(only?: string): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	const handle = openTestEnvironment();
	closeOnSignal(handle);
	let code = 1;
	try {
		const browser = await openBrowser();
		try {
			const environment = await handle.ready;
			for (const colorScheme of THEMES) {
				const page = await browser.newPage({ viewport: VIEWPORT, colorScheme });
				await signIn(page, environment);
				for (const [name, part] of Object.entries(PARTS))
					if (only === undefined || only === name) await part(page, environment);
				await page.close();
			}
			if (only === undefined || only === 'page') await preferencePage(browser, environment);
		} finally {
			await browser.close();
		}
		code = 0;
	} catch (problem) {
		if (!handle.closing()) log(problem instanceof UserError ? problem.message : String(problem));
	}
	await handle.close();
	process.exit(code);
}
