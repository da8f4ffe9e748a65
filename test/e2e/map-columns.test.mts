// The columns of a list are mapped to categories in the real editor: what a person has to do, what is
// saved, and what is sent.
import assert from 'node:assert/strict';
import type { Json } from '../harness/n8n-client.mts';
import type { Locator } from 'playwright-core';
import { useEditor } from './editor.mts';
import { listWorkflow, STEP } from './support.mts';

const ROWS = Array.from({ length: 1000 }, (_, i) => ({
	id: `u${i}`,
	' news letter': i % 2 === 0 ? 'yes' : 'no',
	'PRODUCT-UPDATES': i % 3 === 0 ? 'yes' : '',
	'Promo?': 'no',
	City: 'Berlin',
}));
const CATEGORIES = ['Newsletter', 'Product Updates', 'Promo'];

let workflow: Json;
let clicks = 0;

const on = useEditor(
	async ({ environment, page }) => {
		await environment.sandbox.control('/configure', { categories: CATEGORIES });
		const draft = listWorkflow(environment.credential, {}, { rows: ROWS });
		for (const [i, node] of draft.nodes.entries()) node.position = [i * 220, i === 5 ? 200 : 0];
		workflow = await environment.client.createWorkflow(draft);
		await page.goto(`${environment.server.url}/workflow/${workflow.id}`);
	},
	{ shared: true },
);

const parameters = () => on.page.locator('[data-test-id="node-parameters"]');

async function click(target: Locator) {
	await target.click();
	clicks += 1;
}

async function choose(field: string, option: string) {
	await click(on.page.locator(`[data-test-id="parameter-input-${field}"]`));
	await click(on.page.getByText(option, { exact: true }).last());
}

async function open() {
	await on.page.locator(`[data-test-id="canvas-node"][data-node-name="${STEP}"]`).dblclick();
	await parameters().waitFor();
}

/** Closes the panel by its cross. */
async function close() {
	await on.page.mouse.click(1315, 45);
	await parameters().waitFor({ state: 'hidden' });
}

async function reopenTenTimes() {
	for (let i = 0; i < 10; i += 1) {
		await open();
		await on.page.waitForTimeout(300);
		await close();
	}
}

/** Saves, and returns the node as n8n has saved it. */
async function save(): Promise<Json> {
	await on.page.keyboard.press('Control+s');
	await on.page.waitForTimeout(1500);
	const { nodes } = await on.environment.client.call('GET', `/rest/workflows/${workflow.id}`);
	return nodes.find(({ name }: Json) => name === STEP).parameters;
}

async function execute(hint: string | RegExp) {
	await click(on.page.getByText('Execute step', { exact: true }).last());
	await on.page.locator('[data-test-id="output-panel"]').getByText(hint).first().waitFor();
}

test('after the ID is dragged, Map Columns and Preview Only take a few clicks', async () => {
	await open();
	await on.page.getByText('Execute previous nodes').click();
	const id = on.page
		.locator('[data-test-id="run-data-schema-item"]')
		.getByText('id', { exact: true });
	await id.first().dragTo(on.page.getByPlaceholder('e.g. {{ $json.customer_id }}'));
	await on.page.getByText('{{ $json.id }}').waitFor();
	// Closes the tip below the expression.
	await click(on.page.getByText('Parameters', { exact: true }));
	await choose('categoryInput', 'Map Columns');
	await on.page.locator('[data-test-id="mapping-mode-select"]').waitFor();
	await click(on.page.getByPlaceholder('Add option'));
	await click(on.page.getByText('Preview Only', { exact: true }).last());
	await execute(/Preview only, nothing was sent/);
	assert.deepEqual(await on.environment.sandbox.requests('bulkUpdate'), []);
	console.log(`From the dragged ID to the preview: ${clicks} clicks, no keystrokes`);
	assert.ok(clicks <= 6, `${clicks} clicks`);
});

test('opening and closing the panel ten times changes nothing and stores no false', async () => {
	await close();
	const first = await save();
	const { mappingMode, schema } = first.categoryMapping;
	assert.equal(mappingMode, 'autoMapInputData');
	assert.deepEqual(
		schema.map(({ id }: Json) => id),
		CATEGORIES,
	);
	await reopenTenTimes();
	assert.deepEqual(await save(), first);
	assert.doesNotMatch(JSON.stringify(first.categoryMapping.value), /false/);
});

test('the columns are matched despite uppercase, spaces, and punctuation', async () => {
	await open();
	await parameters().getByText('Preview Only').hover();
	await on.page.locator('[data-test-id="delete-option"], [title="Delete"]').last().click();
	await execute(/1,000 users in 20 requests/);
	const users = await on.environment.sandbox.users();
	assert.equal(users.length, 1000);
	for (const { customer_id, categories } of users) {
		const i = Number(customer_id.slice(1));
		assert.equal(categories.Newsletter, i % 2 === 0);
		assert.equal(categories.Promo, false);
		if (i % 3 === 0) assert.equal(categories['Product Updates'], true);
	}
});

test('mapped by hand, categories without a value stay unset in the saved workflow', async () => {
	await click(on.page.locator('[data-test-id="mapping-mode-select"]'));
	await click(on.page.getByText('Map Each Column Manually').last());
	await on.page.getByText('Newsletter – General').waitFor();
	const column = on.page
		.locator('[data-test-id="run-data-schema-item"]')
		.getByText('Promo?', { exact: true });
	const fields = on.page.locator('[data-test-id="mapping-fields-container"]').locator('input');
	await column.first().dragTo(fields.last());
	await on.page.getByText("{{ $json['Promo?'] }}").waitFor();
	await close();
	const first = await save();
	assert.equal(first.categoryMapping.mappingMode, 'defineBelow');
	await reopenTenTimes();
	assert.deepEqual(await save(), first);
	const { Promo, ...others } = first.categoryMapping.value;
	assert.equal(Promo, "={{ $json['Promo?'] }}");
	assert.deepEqual(
		Object.values(others).filter((value) => value !== null && value !== ''),
		[],
	);
});
