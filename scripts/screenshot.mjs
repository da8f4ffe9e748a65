// npm run screenshot: docs/images/panel.png, the node's panel in n8n's real editor.
// npm run screenshots: one picture for each operation as well.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CREDENTIAL_TYPE, NODE_TYPE, ROOT } from '../demo/lib/package.mjs';
import { run } from '../demo/lib/processes.mjs';
import { say, Trouble } from '../demo/lib/say.mjs';
import { closeOnSignal, loadWorkflow, openBench } from '../demo/lib/workbench.mjs';

const IMAGES = join(ROOT, 'docs/images');
const MAX_BYTES = 150_000;
const BROWSERS = [
	process.env.CHROMIUM_PATH,
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns {Promise<string>} path of a browser; on Debian, as root, it is installed */
async function findBrowser() {
	const find = () => BROWSERS.find((path) => path !== undefined && existsSync(path));
	const found = find();
	if (found !== undefined) return found;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		say('Installing chromium with apt-get (about 1 min) …');
		await run('apt-get', ['update', '-qq']);
		const packages = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];
		await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
		const installed = find();
		if (installed !== undefined) return installed;
	}
	throw new Trouble(
		'No Chromium or Chrome is installed. On Debian or Ubuntu: sudo apt-get install -y chromium. ' +
			'Elsewhere install Chrome, or set CHROMIUM_PATH to its program.',
	);
}

/** Each operation with values such as a person would have in it. */
const CATEGORIES = {
	category: [
		{ name: { __rl: true, mode: 'list', value: 'Newsletter' }, subscribed: true },
		{ name: { __rl: true, mode: 'name', value: 'Promotional' }, subscribed: false },
	],
};
const VISITOR = { identifyBy: 'landingPageUrl', landingPageUrl: '={{ $json.link }}' };
const PERSON = {
	identifierType: 'email',
	identifierValue: '={{ $json.email }}',
	channel: 'email',
};
/** @type {Record<string, Record<string, unknown>>} */
const PANELS = {
	'preference-bulkUpdate': {
		customerId: "={{ $json['Record ID'] }}",
		categoryInput: 'inputFields',
		categoryFieldNames: 'Newsletter, Product Updates, Promotional',
		unsubscribeAll: "={{ $json['Unsubscribed from all email'] }}",
	},
	'preference-get': VISITOR,
	'preference-update': { ...VISITOR, categoryInput: 'fields', categories: CATEGORIES },
	'preference-getByUser': PERSON,
	'preference-updateByUser': { ...PERSON, categoryInput: 'fields', categories: CATEGORIES },
	'category-getAll': { channel: 'email' },
	'optIn-update': {
		customerId: '={{ $json.id }}',
		email: '={{ $json.email }}',
		optInStatus: 'DOUBLE_OPTED_IN',
	},
	'resubscription-resubscribe': {
		email: '={{ $json.email }}',
		esp: 'SENDGRID',
		updateEsp: true,
	},
};

/**
 * @param {import('playwright-core').Page} page
 * @param {import('../demo/lib/workbench.mjs').Workbench} bench
 */
async function signIn(page, { server, owner }) {
	await page.goto(`${server.url}/signin`);
	await page.fill('input[name="emailOrLdapLoginId"]', owner.email);
	await page.fill('input[type="password"]', owner.password);
	await page.click('[data-test-id="form-submit-button"]');
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} node its name
 */
async function openNode(page, node) {
	const canvasNode = page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`);
	await canvasNode.waitFor();
	await canvasNode.dblclick();
	await page.locator('[data-test-id="node-parameters"]').waitFor();
	// Neither a message that is about to go nor a hover state in the picture.
	await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
	await page.mouse.move(0, 0);
	// Fonts and icons come after the layout.
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(800);
}

/**
 * @param {import('playwright-core').Locator} what
 * @param {string} name
 */
async function picture(what, name) {
	const path = join(IMAGES, `${name}.png`);
	await what.screenshot({ path, animations: 'disabled', caret: 'hide' });
	const { size } = statSync(path);
	say(`  docs/images/${name}.png, ${Math.round(size / 1000)} kB`);
	if (size > MAX_BYTES) {
		throw new Trouble(`${name}.png has ${size} bytes, ${MAX_BYTES} at most: choose less of it.`);
	}
}

/**
 * The main job after it has run: the export on the left, the answers on the right.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('../demo/lib/workbench.mjs').Workbench} bench
 */
async function wholePanel(page, bench) {
	copyFileSync(join(ROOT, 'demo/contacts.csv'), join(bench.home.files, 'contacts.csv'));
	const workflow = await loadWorkflow(bench, 'contact-list.json');
	const url = `${bench.server.url}/workflow/${workflow.id}`;
	await page.goto(url);
	await page.locator('[data-test-id="execute-workflow-button"]').click();
	const last = '[data-test-id="canvas-node"][data-node-name="Refused: Mend and Run Again"]';
	await page.locator(`${last} [data-test-id="canvas-node-status-success"]`).waitFor();
	await openNode(page, 'Update Preferences');
	await picture(page.locator('[data-test-id="ndv"]'), 'panel');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {import('../demo/lib/workbench.mjs').Workbench} bench
 */
async function eachOperation(page, { client, credential, server }) {
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
					parameters: { resource, operation, ...values, options: {} },
					credentials: { [CREDENTIAL_TYPE]: credential },
				},
			],
			connections: {},
		});
		await page.goto(`${server.url}/workflow/${workflow.id}`);
		await openNode(page, 'MoEngage Subscription');
		await picture(page.locator('[data-test-id="node-parameters"]'), name);
	}
}

mkdirSync(IMAGES, { recursive: true });
const bench = openBench();
closeOnSignal(bench);
let code = 1;
try {
	const executablePath = await findBrowser();
	const parts = await bench.ready;
	const browser = await chromium.launch({
		executablePath,
		args: [
			...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
			...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
		],
	});
	try {
		const page = await browser.newPage({ viewport: { width: 1360, height: 800 } });
		await signIn(page, parts);
		await wholePanel(page, parts);
		if (process.argv[2] === 'all') await eachOperation(page, parts);
	} finally {
		await browser.close();
	}
	code = 0;
} catch (problem) {
	if (!bench.closing()) say(problem instanceof Trouble ? problem.message : String(problem));
}
await bench.close();
process.exit(code);
