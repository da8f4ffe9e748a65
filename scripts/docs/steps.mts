// The README's "Your first list" in the real editor: a picture of each step, and what it takes.
import type { Locator, Page } from 'playwright-core';
import { listWorkflow } from '../../test/e2e/support.mts';
import { log } from '../../test/harness/log.mts';
import type { TestEnvironment } from '../../test/harness/test-environment.mts';
import { picture, settle } from './picture.mts';

const ROWS = [
	['ada', 'yes', 'no', 'yes', 'no'],
	['ben', 'no', '', 'no', 'no'],
	['cy', 'yes', 'perhaps', 'no', 'no'],
	['dee', 'no', 'no', 'no', 'yes'],
].map(([id, newsletter, updates, promotional, out]) => ({
	'Record ID': id,
	' news letter': newsletter,
	'PRODUCT-UPDATES': updates,
	'Promotional?': promotional,
	'Opted Out': out,
}));
/** What a person types without Map Columns. */
const TYPED = ' news letter, PRODUCT-UPDATES, Promotional?';

class Person {
	clicks = 0;
	keys = 0;

	constructor(private readonly page: Page) {}

	async click(target: Locator) {
		await target.click();
		this.clicks += 1;
	}

	async press(key: string) {
		await this.page.keyboard.press(key);
		this.keys += 1;
	}

	async type(text: string) {
		await this.page.keyboard.type(text);
		this.keys += text.length;
	}

	/** Counts as a click. */
	async drag(what: Locator, to: Locator) {
		await what.dragTo(to);
		this.clicks += 1;
	}
}

/** From the canvas with the loaded contacts to the sent list. */
export async function firstList(page: Page, { client, credential, server }: TestEnvironment) {
	const draft = listWorkflow(credential, {}, { rows: ROWS });
	const nodes = draft.nodes.slice(0, 3);
	for (const [i, node] of nodes.entries()) node.position = [i * 220, 0];
	const { Start, Input } = draft.connections;
	const workflow = await client.createWorkflow({
		...{ ...draft, name: 'My first list', nodes },
		connections: { Start, Input },
	});
	await page.goto(`${server.url}/workflow/${workflow.id}`);
	const person = new Person(page);
	const text = (label: string) => page.getByText(label, { exact: true }).last();
	const panel = page.locator('[data-test-id="ndv"]');
	const output = page.locator('[data-test-id="output-panel"]');
	const step = async (name: string, what: Locator | Page = panel) => {
		await settle(page);
		await picture(what, `first-list-${name}`);
		log(`    ${person.clicks} clicks, ${person.keys} keystrokes so far`);
	};

	await person.click(page.locator('[data-test-id="canvas-node"][data-node-name="Rows"]'));
	await person.press('n');
	await page
		.getByPlaceholder(/Search/)
		.last()
		.waitFor();
	await person.type('moengage');
	await person.click(text('MoEngage Subscription'));
	await page.getByText('Bulk update user preferences').first().waitFor();
	await step('1-action', page);

	await person.click(page.getByText('Bulk update user preferences').first());
	await person.click(page.getByText('Execute previous nodes'));
	const field = page
		.locator('[data-test-id="run-data-schema-item"]')
		.getByText('Record ID', { exact: true });
	await person.drag(field.first(), page.getByPlaceholder('e.g. {{ $json.customer_id }}'));
	await page.getByText("{{ $json['Record ID'] }}").waitFor();
	// Closes the tip below the expression.
	await person.click(text('Parameters'));
	await step('2-id');

	await person.click(page.locator('[data-test-id="parameter-input-categoryInput"]'));
	await person.click(text('Map Columns'));
	await page.locator('[data-test-id="mapping-mode-select"]').waitFor();
	await step('3-map-columns');

	await person.click(page.getByPlaceholder('Add option'));
	await person.click(text('Preview Only'));
	await person.click(text('Execute step'));
	await output
		.getByText(/Preview only, nothing was sent/)
		.first()
		.waitFor();
	await step('4-preview');

	await page.locator('[data-test-id="node-parameters"]').getByText('Preview Only').hover();
	await person.click(page.locator('[data-test-id="delete-option"], [title="Delete"]').last());
	await person.click(text('Execute step'));
	await output
		.getByText(/MoEngage accepted/)
		.first()
		.waitFor();
	await step('5-run');

	const mapped = { clicks: person.clicks, keys: person.keys };
	await person.click(page.locator('[data-test-id="parameter-input-categoryInput"]'));
	await person.click(text('Fields of the Incoming Item'));
	await person.click(page.locator('[data-test-id="parameter-input-categoryFieldNames"] input'));
	await person.type(TYPED);
	const [clicks, keys] = [person.clicks - mapped.clicks, person.keys - mapped.keys];
	log(`  Map Columns: 2 clicks. Typed column names: ${clicks} clicks, ${keys} keystrokes.`);
}
