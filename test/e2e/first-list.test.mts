// The README's "Your first list" in the real editor. Each click uses text that is visible on screen.
import assert from 'node:assert/strict';
import { useEditor } from './editor.mts';

// In an n8n that others use, the editor might choose the credential of another file.
const on = useEditor(
	async ({ environment, page }) => {
		await page.goto(`${environment.server.url}/workflow/new`);
		await page.getByText('Add first step').waitFor();
	},
	{ shared: false },
);

const text = (label: string) => on.page.getByText(label, { exact: true }).last();

/** Adds a node from the nodes panel. */
async function add(search: string, name: string, action?: string) {
	await on.page.keyboard.press('n');
	const box = on.page.getByPlaceholder(/Search/).last();
	await box.waitFor();
	await box.fill(search);
	await text(name).click();
	if (action !== undefined) await on.page.getByText(action).first().click();
}

/** @param hint shown with the output */
async function execute(hint: string | RegExp) {
	await text('Execute step').click();
	await on.page.locator('[data-test-id="output-panel"]').getByText(hint).waitFor();
}

test('the node is found by its name, and the action by its description', async () => {
	await add('manual', 'Manual Trigger');
	await add('customer datastore', 'Customer Datastore (n8n training)', 'Get all people');
	await on.page.locator('[data-test-id="node-parameters"]').waitFor();
	await on.page.keyboard.press('Escape');
	await on.page.locator('[data-test-id="node-parameters"]').waitFor({ state: 'hidden' });
	await add('MoEngage', 'MoEngage Subscription', 'Bulk update user preferences');
	await text('Customer ID').waitFor();
	assert.equal(await on.page.getByPlaceholder('e.g. {{ $json.customer_id }}').count(), 1);
});

test('a field can be dragged into Customer ID and a category chosen from the list', async () => {
	await on.page.getByText('Execute previous nodes').click();
	const field = on.page
		.locator('[data-test-id="run-data-schema-item"]')
		.getByText('id', { exact: true });
	await field.first().dragTo(on.page.getByPlaceholder('e.g. {{ $json.customer_id }}'));
	await on.page.getByText('{{ $json.id }}').waitFor();
	await text('Add Category').click();
	const picker = on.page.locator('[data-test-id="resource-locator-name"]');
	await picker.locator('input').last().click();
	await text('Newsletter – Marketing').click();
});

test('Preview Only, once added, sends nothing', async () => {
	await on.page.getByPlaceholder('Add option').click();
	await text('Preview Only').click();
	await execute(/Preview only, nothing was sent.*5 users.* 1 request/);
	assert.deepEqual(await on.environment.sandbox.requests('bulkUpdate'), []);
});

test('a run without Preview Only updates every user', async () => {
	await on.page.locator('[data-test-id="node-parameters"]').getByText('Preview Only').hover();
	await on.page.locator('[data-test-id="delete-option"], [title="Delete"]').last().click();
	await execute('5 users in 1 request');
	assert.equal((await on.environment.sandbox.requests('bulkUpdate')).length, 1);
	const users = await on.environment.sandbox.users();
	assert.equal(users.length, 5);
	for (const { categories } of users) assert.equal(categories.Newsletter, true);
});
