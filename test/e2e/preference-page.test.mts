// The preference page: what a visitor sees, and what MoEngage gets.
import assert from 'node:assert/strict';
import { BEFORE, preferencePage } from './preference-page.mts';
import { visit } from './support.mts';

const t = preferencePage();
const { heading, newPage, press, shown, visitor } = t;

const SAVE = 'Save my choices';
const ALL = 'Unsubscribe from all';
const NONE = Object.fromEntries(Object.keys(BEFORE).map((name) => [name, false]));

for (const javaScriptEnabled of [true, false]) {
	test(`the page saves a visitor's choices, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
		await newPage({ javaScriptEnabled });
		await t.page.goto(t.link);
		assert.deepEqual(await shown(), BEFORE);
		await t.page.getByLabel('Surveys').check();
		await t.page.getByLabel('Newsletter').uncheck();
		await press(SAVE);
		assert.match(String(await t.page.getByRole('status').textContent()), /Thank you/);
		assert.deepEqual(await t.page.locator('main li').allTextContents(), [
			'Product Updates',
			'Surveys',
			'Account Alerts',
		]);
		const wanted = { ...BEFORE, Newsletter: false, Surveys: true };
		assert.deepEqual((await visitor()).categories, wanted);
		assert.equal((await visitor()).unsubscribed, false);
		const [update, ...more] = await t.environment.sandbox.requests('updatePreferences');
		assert.deepEqual(update?.body, { categories: wanted, unsubscribe_all: false });
		assert.deepEqual(update?.query, Object.fromEntries(new URL(t.link).searchParams));
		assert.equal(more.length, 0);
		assert.doesNotMatch(t.page.url(), /user_id/, 'the URL contains the user ID');
		await press('Change my choices');
		assert.deepEqual(await shown(), wanted);
	});
}

test('one click unsubscribes from all', async () => {
	await t.page.goto(t.link);
	await press(ALL);
	assert.match(String(await t.page.getByRole('status').textContent()), /won’t get marketing email/);
	const [update] = await t.environment.sandbox.requests('updatePreferences');
	assert.deepEqual(update?.body, { categories: NONE, unsubscribe_all: true });
	assert.equal((await visitor()).unsubscribed, true);
	assert.deepEqual((await visitor()).categories, NONE);
});

test('saving with nothing selected unsubscribes from all and never lifts an unsubscribe', async () => {
	await t.page.goto(t.link);
	for (const [name, on] of Object.entries(BEFORE)) if (on) await t.page.getByLabel(name).uncheck();
	await press(SAVE);
	assert.equal(await heading(), 'You are unsubscribed');
	assert.equal((await visitor()).unsubscribed, true);
	await press('Change my choices');
	await press(SAVE);
	const updates = await t.environment.sandbox.requests('updatePreferences');
	assert.deepEqual(
		updates.map(({ body }) => body.unsubscribe_all),
		[true, true],
	);
});

test('the page works with the keyboard alone and always shows the focus', async () => {
	await t.page.goto(t.link);
	const stops = [];
	for (let i = 0; i < 9; i++) {
		await t.page.keyboard.press('Tab');
		const focus = t.page.locator(':focus-visible');
		const [name, outline] = await focus.evaluate((element) => [
			element.closest('label')?.textContent ?? element.textContent,
			element.ownerDocument.defaultView?.getComputedStyle(element).outline,
		]);
		stops.push(name);
		assert.match(String(outline), /solid 3px|3px solid/, `${name}: ${outline}`);
		if (name === 'Surveys') await t.page.keyboard.press('Space');
	}
	assert.deepEqual(stops, [...Object.keys(BEFORE), SAVE, ALL]);
	// Enter in a checkbox clicks the first button, so that one must be the harmless one.
	await t.page.getByLabel('Surveys').focus();
	await t.page.keyboard.press('Enter');
	await t.page.getByRole('status').waitFor();
	assert.equal((await visitor()).unsubscribed, false);
	assert.deepEqual((await visitor()).categories, { ...BEFORE, Surveys: true });
});

test('an incomplete link sends no request, and an invalid one changes nothing', async () => {
	const url = t.address();
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
	assert.equal((await t.environment.sandbox.requests()).length, 0);

	// The node itself rejects an ID with an unresolved expression.
	const unresolved = await visit(`${url}?user_id=a&cid=${encodeURIComponent('{{7*7}}')}`);
	assert.equal(unresolved.status, 400);
	assert.match(unresolved.main, /no longer valid/);
	assert.equal((await t.environment.sandbox.requests()).length, 0);

	const expired = `${url}?user_id=old&cid=old`;
	assert.equal((await t.page.goto(expired))?.status(), 400);
	assert.equal(await heading(), 'This link is no longer valid');
	assert.match(String(await t.page.getByRole('alert').textContent()), /Nothing was changed/);
	const all = await visit(url, { action: 'unsubscribe', ...cut });
	assert.equal(all.status, 400);
	assert.match(all.main, /Nothing was changed/);
});

test('the page reports an unreachable MoEngage, keeps the choices, and works on the next attempt', async () => {
	const { sandbox } = t.environment;
	const rule = (fault: object) => sandbox.control('/rules', { rules: [fault] }, 'PUT');
	await rule({ do: 'status', status: 503, endpoint: 'getPreferences' });
	assert.equal((await t.page.goto(t.link))?.status(), 503);
	assert.match(String(await t.page.getByRole('alert').textContent()), /Nothing was changed/);
	await sandbox.control('/rules', undefined, 'DELETE');
	await press('Try again');
	assert.deepEqual(await shown(), BEFORE);

	await t.page.getByLabel('Surveys').check();
	// First rejected before it was processed, then processed without a response.
	for (const [fault, text] of [
		[{ do: 'status', status: 401 }, /Nothing was changed/],
		[{ do: 'cut-after' }, /couldn’t confirm/],
	] as const) {
		await rule({ ...fault, endpoint: 'updatePreferences' });
		await press(SAVE);
		assert.match(String(await t.page.getByRole('alert').textContent()), text);
		assert.deepEqual(await shown(), { ...BEFORE, Surveys: true });
	}
	await sandbox.control('/rules', undefined, 'DELETE');
	await press(SAVE);
	assert.equal(await heading(), 'Your choices are saved');
	assert.deepEqual((await visitor()).categories, { ...BEFORE, Surveys: true });
});
