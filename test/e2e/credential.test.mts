// The credential in the real editor: what a person sees next to each field, and about a wrong base URL.
import assert from 'node:assert/strict';
import { useEditor } from './editor.mts';

const on = useEditor(
	async ({ environment, page }) => {
		await page.goto(`${environment.server.url}/home/credentials/create`);
		await page.getByPlaceholder('Search for app...').fill('MoEngage');
		await page.getByText('MoEngage API').last().click();
		await page.getByRole('button', { name: 'Continue' }).click();
		await page.getByText('Workspace ID').first().waitFor();
	},
	{ shared: true },
);

const shown = (text: string | RegExp) => on.page.getByText(text).first();

async function choose(dataCenter: string) {
	await on.page.locator('[data-test-id="parameter-input-dataCenter"]').click();
	await on.page.getByText(dataCenter, { exact: true }).last().click();
}

test('each field says where its value is in MoEngage, and no data center is preselected', async () => {
	for (const hint of [
		/at the top of Settings > Account > APIs/,
		/from the Data tile/,
		/such as 02/,
	])
		await shown(hint).waitFor();
	assert.equal(await on.page.getByText('01 (US)', { exact: true }).isVisible(), false);
	assert.equal(await shown('Webhook Secret').isVisible(), true);
});

test('a base URL without https:// or of the dashboard is reported while it is typed', async () => {
	await choose('Custom');
	const field = on.page.locator('[data-test-id="parameter-input-baseUrl"] input');
	const insecure = shown(/The base URL must start with/);
	const dashboard = shown(/This is the URL of the dashboard/);
	for (const [url, isInsecure, isDashboard] of [
		['http://api-07.moengage.com', true, false],
		['api-07.moengage.com', true, false],
		['https://dashboard-07.moengage.com', false, true],
		['https://api-07.moengage.com', false, false],
		['http://localhost:8790', false, false],
	] as const) {
		await field.fill(url);
		await insecure.waitFor({ state: isInsecure ? 'visible' : 'hidden' });
		await dashboard.waitFor({ state: isDashboard ? 'visible' : 'hidden' });
	}
});
