// Chromium for the screenshots and the page tests. On Debian, it is installed if missing.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { run } from './processes.mts';
import { log, UserError } from './log.mts';
import type { TestEnvironment } from './test-environment.mts';

const BROWSERS = [
	process.env.CHROMIUM_PATH,
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns path of a browser; as root on Debian, this installs one if needed */
async function findBrowser(): Promise<string> {
	const find = () => BROWSERS.find((path) => path !== undefined && existsSync(path));
	const found = find();
	if (found !== undefined) return found;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		log('Installing chromium with apt-get (about 1 min) …');
		await run('apt-get', ['update', '-qq']);
		const packages = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];
		await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
		const installed = find();
		if (installed !== undefined) return installed;
	}
	throw new UserError(
		'Chromium or Chrome is required. On Debian or Ubuntu, run: sudo apt-get install -y chromium. ' +
			'On other systems, install Chrome, or set CHROMIUM_PATH to the browser.',
	);
}

/** @returns headless, without background requests to other hosts */
export async function openBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: await findBrowser(),
		args: [
			...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
			...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
		],
	});
}

/** Signs in to the editor as its owner. */
export async function signIn(page: Page, { server, owner }: TestEnvironment) {
	await page.goto(`${server.url}/signin`);
	await page.fill('input[name="emailOrLdapLoginId"]', owner.email);
	await page.fill('input[type="password"]', owner.password);
	await page.click('[data-test-id="form-submit-button"]');
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
}
