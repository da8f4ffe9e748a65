// The preference page in a real browser: the link, the pages that n8n returns, and what MoEngage gets.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openBrowser } from '../harness/browser.mts';
import { wait } from '../harness/log.mts';
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

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let browser: Browser;
let page: Page;
let link: string;

const CUSTOMER = 'visitor';
const SAVE = 'Save my choices';
const ALL = 'Unsubscribe from all';
/** Categories of the sandbox's workspace, with this visitor's earlier choices. */
const BEFORE = {
	Promotional: false,
	Newsletter: true,
	'Offers and Deals': false,
	'Product Updates': true,
	'Events and Webinars': false,
	Surveys: false,
	'Account Alerts': true,
};
const NONE = Object.fromEntries(Object.keys(BEFORE).map((name) => [name, false]));

before(async () => {
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
after(async () => {
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

const shown = () => choicesOn(page);
const press = (name: string) => pressOn(page, name);
const heading = () => page.getByRole('heading', { level: 1 }).textContent();

for (const javaScriptEnabled of [true, false]) {
	test(`the page saves a visitor's choices, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
		await newPage({ javaScriptEnabled });
		await page.goto(link);
		assert.deepEqual(await shown(), BEFORE);
		await page.getByLabel('Surveys').check();
		await page.getByLabel('Newsletter').uncheck();
		await press(SAVE);
		assert.match(String(await page.getByRole('status').textContent()), /Thank you/);
		assert.deepEqual(await page.locator('main li').allTextContents(), [
			'Product Updates',
			'Surveys',
			'Account Alerts',
		]);
		const wanted = { ...BEFORE, Newsletter: false, Surveys: true };
		assert.deepEqual((await visitor()).categories, wanted);
		assert.equal((await visitor()).unsubscribed, false);
		const [update, ...more] = await environment.sandbox.requests('updatePreferences');
		assert.deepEqual(update?.body, { categories: wanted, unsubscribe_all: false });
		assert.deepEqual(update?.query, Object.fromEntries(new URL(link).searchParams));
		assert.equal(more.length, 0);
		assert.doesNotMatch(page.url(), /user_id/, 'the URL contains the user ID');
		await press('Change my choices');
		assert.deepEqual(await shown(), wanted);
	});
}

test('one click unsubscribes from all', async () => {
	await page.goto(link);
	await press(ALL);
	assert.match(String(await page.getByRole('status').textContent()), /won’t get marketing email/);
	const [update] = await environment.sandbox.requests('updatePreferences');
	assert.deepEqual(update?.body, { categories: NONE, unsubscribe_all: true });
	assert.equal((await visitor()).unsubscribed, true);
	assert.deepEqual((await visitor()).categories, NONE);
});

test('saving with nothing selected unsubscribes from all and never lifts an unsubscribe', async () => {
	await page.goto(link);
	for (const [name, on] of Object.entries(BEFORE)) if (on) await page.getByLabel(name).uncheck();
	await press(SAVE);
	assert.equal(await heading(), 'You are unsubscribed');
	assert.equal((await visitor()).unsubscribed, true);
	await press('Change my choices');
	await press(SAVE);
	const updates = await environment.sandbox.requests('updatePreferences');
	assert.deepEqual(
		updates.map(({ body }) => body.unsubscribe_all),
		[true, true],
	);
});

test('the page works with the keyboard alone and always shows the focus', async () => {
	await page.goto(link);
	const stops = [];
	for (let i = 0; i < 9; i++) {
		await page.keyboard.press('Tab');
		const focus = page.locator(':focus-visible');
		const [name, outline] = await focus.evaluate((element) => [
			element.closest('label')?.textContent ?? element.textContent,
			(globalThis as any).getComputedStyle(element).outline,
		]);
		stops.push(name);
		assert.match(String(outline), /solid 3px|3px solid/, `${name}: ${outline}`);
		if (name === 'Surveys') await page.keyboard.press('Space');
	}
	assert.deepEqual(stops, [...Object.keys(BEFORE), SAVE, ALL]);
	// Enter in a checkbox clicks the first button, so that one must be the harmless one.
	await page.getByLabel('Surveys').focus();
	await page.keyboard.press('Enter');
	await page.getByRole('status').waitFor();
	assert.equal((await visitor()).unsubscribed, false);
	assert.deepEqual((await visitor()).categories, { ...BEFORE, Surveys: true });
});

const HOSTILE = [
	'<img src=x onerror=alert(1)>"\'',
	'</label></form><script>alert(2)</script>',
	'" onfocus="alert(3)" autofocus x="',
	'{{ $json.heading }}',
	"$& $' $` $1",
	'&lt;b&gt; &amp;',
	'names',
	'on',
	'user_id',
	'Überraschungen 🎁, مرحبا',
	'two   spaces',
];
/** n8n or the response checks drop these names, so such a category stays unchanged. */
const DROPPED = ['constructor', '__proto__'];
for (const javaScriptEnabled of [true, false]) {
	test(`hostile category names stay text and are saved, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
		const { sandbox } = environment;
		const { categories } = await sandbox.control('/configure');
		await sandbox.control('/configure', {
			categories: [...HOSTILE, ...DROPPED].map((name) => ({ name })),
		});
		try {
			const user = { user_id: '"><script>alert(4)</script>\'+/=', cid: '${7*7}<b>&amp;' };
			const links = [{ ...user, customer_id: CUSTOMER }];
			await sandbox.control('/landing-links', { links });
			await newPage({ javaScriptEnabled });
			const dialogs: string[] = [];
			page.on('dialog', (dialog) => {
				dialogs.push(dialog.message());
				void dialog.dismiss();
			});
			await page.goto(
				`${environment.server.url}/webhook/preferences?${new URLSearchParams({ ...user, moe_event_id: '<i>"' })}`,
			);
			const names = Object.keys(await shown());
			assert.deepEqual(names.slice(0, HOSTILE.length), HOSTILE);
			for (const box of await page.locator('.choice input').all()) await box.uncheck();
			const kept = HOSTILE.filter((_name, i) => i % 2 === 0);
			for (const name of kept) {
				await page.locator('.choice input').nth(HOSTILE.indexOf(name)).check();
			}
			await press(SAVE);
			assert.deepEqual(await page.locator('main li').allTextContents(), kept);
			await press('Change my choices');
			const wanted = HOSTILE.map((name) => [name, kept.includes(name)]);
			assert.deepEqual(Object.entries(await shown()).slice(0, HOSTILE.length), wanted);
			const [update] = await sandbox.requests('updatePreferences');
			assert.deepEqual(update?.query, { ...user, moe_event_id: '<i>"' });
			const saved = Object.entries(update?.body.categories).slice(0, HOSTILE.length);
			assert.deepEqual(saved, wanted);
			assert.equal(await page.locator('img, script, b, i').count(), 0);
			assert.deepEqual(dialogs, []);
		} finally {
			await sandbox.control('/configure', { categories });
		}
	});
}

test('the page blocks injected scripts and forms that post to other sites', async () => {
	const script = '<script>document.title = "ran"</script><form action="https://elsewhere.example">';
	await page.route('**/webhook/preferences?**', async (route) => {
		const response = await route.fetch();
		const body = (await response.text()).replace('</main>', `${script}<button>Out</button></main>`);
		await route.fulfill({ response, body });
	});
	const blocked: string[] = [];
	page.on('console', (line) => blocked.push(line.text()));
	await page.goto(link);
	assert.doesNotMatch(await page.title(), /ran/);
	// The only sign of a blocked form is the message in the console.
	await page.getByRole('button', { name: 'Out' }).dispatchEvent('click');
	for (let attempts = 0; attempts < 100 && !/form-action/.test(blocked.join()); attempts++)
		await wait(100);
	assert.equal(page.url(), link);
	assert.match(blocked.join('\n'), /script-src|default-src/);
	assert.match(blocked.join('\n'), /form-action/);
});

test('the page’s headers forbid caching, referrers, and frames', async () => {
	const { headers, html } = await visit(link);
	assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
	assert.equal(headers.get('cache-control'), 'no-store');
	assert.equal(headers.get('referrer-policy'), 'no-referrer');
	assert.equal(headers.get('x-content-type-options'), 'nosniff');
	assert.equal(headers.get('x-frame-options'), 'DENY');
	// n8n sets this header itself; workflows can't.
	assert.match(String(headers.get('content-security-policy')), /^sandbox .*allow-forms/);
	assert.match(html, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
	assert.match(html, /<html lang="en">/);
});

test('an incomplete link sends no request, and an invalid one changes nothing', async () => {
	const url = `${environment.server.url}/webhook/preferences`;
	for (const query of ['', '?user_id=a', '?cid=b', '?user_id=&cid=b', '?user_id=%20&cid=b']) {
		const { status, main } = await visit(url + query);
		assert.equal(status, 400, query);
		assert.match(main, /link is incomplete/);
	}
	const unreadable = { user_id: 'a', cid: 'b', names: '{}', action: 'save' };
	for (const form of [{ action: 'save' }, unreadable]) {
		assert.equal((await visit(url, form)).status, 400);
	}
	// A form without its last part, the button, was cut off and is rejected.
	const cut = { user_id: 'a', cid: 'b', names: '["Newsletter"]' };
	assert.equal((await visit(url, cut)).status, 400);
	assert.equal((await environment.sandbox.requests()).length, 0);

	// The node itself rejects an ID with an unresolved expression.
	const unresolved = await visit(`${url}?user_id=a&cid=${encodeURIComponent('{{7*7}}')}`);
	assert.equal(unresolved.status, 400);
	assert.match(unresolved.main, /no longer valid/);
	assert.equal((await environment.sandbox.requests()).length, 0);

	const expired = `${url}?user_id=old&cid=old`;
	assert.equal((await page.goto(expired))?.status(), 400);
	assert.equal(await heading(), 'This link is no longer valid');
	assert.match(String(await page.getByRole('alert').textContent()), /Nothing was changed/);
	const all = await visit(url, { action: 'unsubscribe', ...cut });
	assert.equal(all.status, 400);
	assert.match(all.main, /Nothing was changed/);
});

test('the page reports an unreachable MoEngage, keeps the choices, and works on the next attempt', async () => {
	const { sandbox } = environment;
	const rule = (fault: object) => sandbox.control('/rules', { rules: [fault] }, 'PUT');
	await rule({ do: 'status', status: 503, endpoint: 'getPreferences' });
	assert.equal((await page.goto(link))?.status(), 503);
	assert.match(String(await page.getByRole('alert').textContent()), /Nothing was changed/);
	await sandbox.control('/rules', undefined, 'DELETE');
	await press('Try again');
	assert.deepEqual(await shown(), BEFORE);

	await page.getByLabel('Surveys').check();
	// First rejected before it was processed, then processed without a response.
	for (const [fault, text] of [
		[{ do: 'status', status: 401 }, /Nothing was changed/],
		[{ do: 'cut-after' }, /couldn’t confirm/],
	] as const) {
		await rule({ ...fault, endpoint: 'updatePreferences' });
		await press(SAVE);
		assert.match(String(await page.getByRole('alert').textContent()), text);
		assert.deepEqual(await shown(), { ...BEFORE, Surveys: true });
	}
	await sandbox.control('/rules', undefined, 'DELETE');
	await press(SAVE);
	assert.equal(await heading(), 'Your choices are saved');
	assert.deepEqual((await visitor()).categories, { ...BEFORE, Surveys: true });
});
