// The preference page: hostile category names, injected code, and headers.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { CUSTOMER, preferencePage } from './preference-page.mts';
import { visit } from './support.mts';

const t = preferencePage();
const { newPage, press, shown } = t;

const SAVE = 'Save my choices';

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
		const { sandbox } = t.environment;
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
			t.page.on('dialog', (dialog) => {
				dialogs.push(dialog.message());
				void dialog.dismiss();
			});
			await t.page.goto(
				`${t.address()}?${new URLSearchParams({ ...user, moe_event_id: '<i>"' }).toString()}`,
			);
			const names = Object.keys(await shown());
			assert.deepEqual(names.slice(0, HOSTILE.length), HOSTILE);
			for (const box of await t.page.locator('.choice input').all()) await box.uncheck();
			const kept = HOSTILE.filter((_name, i) => i % 2 === 0);
			for (const name of kept) {
				await t.page.locator('.choice input').nth(HOSTILE.indexOf(name)).check();
			}
			await press(SAVE);
			assert.deepEqual(await t.page.locator('main li').allTextContents(), kept);
			await press('Change my choices');
			const wanted = HOSTILE.map((name) => [name, kept.includes(name)]);
			assert.deepEqual(Object.entries(await shown()).slice(0, HOSTILE.length), wanted);
			const [update] = await sandbox.requests('updatePreferences');
			assert.deepEqual(update?.query, { ...user, moe_event_id: '<i>"' });
			const saved = Object.entries(update?.body.categories).slice(0, HOSTILE.length);
			assert.deepEqual(saved, wanted);
			assert.equal(await t.page.locator('img, script, b, i').count(), 0);
			assert.deepEqual(dialogs, []);
		} finally {
			await sandbox.control('/configure', { categories });
		}
	});
}

test('the page blocks injected scripts and forms that post to other sites', async () => {
	const script = '<script>document.title = "ran"</script><form action="https://elsewhere.example">';
	await t.page.route(`${t.address()}?**`, async (route) => {
		const response = await route.fetch();
		const body = (await response.text()).replace('</main>', `${script}<button>Out</button></main>`);
		await route.fulfill({ response, body });
	});
	const blocked: string[] = [];
	t.page.on('console', (line) => blocked.push(line.text()));
	await t.page.goto(t.link);
	assert.doesNotMatch(await t.page.title(), /ran/);
	// The only sign of a blocked form is the message in the console.
	await t.page.getByRole('button', { name: 'Out' }).dispatchEvent('click');
	await pWaitFor(() => /form-action/.test(blocked.join()), {
		timeout: { milliseconds: 10_000, message: 'the form was not blocked' },
	});
	assert.equal(t.page.url(), t.link);
	assert.match(blocked.join('\n'), /script-src|default-src/);
});

test('the page’s headers forbid caching, referrers, and frames', async () => {
	const { headers, html } = await visit(t.link);
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
