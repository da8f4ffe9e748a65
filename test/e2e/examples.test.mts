// The example workflows that need no browser, unchanged, in a real n8n with the packed package.
import assert from 'node:assert/strict';
import { runMainJob } from '../harness/main-job.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { openMailSink, type MailSink } from './mail-sink.mts';
import { resetSandbox, visit } from './support.mts';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let sink: MailSink;
let smtp: { id: string; name: string };

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, shared: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	sink = await openMailSink();
	const server = { host: '127.0.0.1', port: sink.port, secure: false, disableStartTls: true };
	smtp = await environment.client.createCredential('smtp', 'Mail', {
		user: '',
		password: '',
		...server,
	});
});
afterAll(async () => {
	await handle.close();
	await sink.close();
});
beforeEach(() => resetSandbox(environment));

test('the contact list example, started by its schedule, leaves MoEngage as the file says', async () => {
	const workflow = await loadWorkflow(environment, 'contact-list.json');
	const { right, requests } = await runMainJob(environment, workflow, 'Every Night');
	assert.ok(right, 'see the differences above');
	assert.ok(requests >= 40 && requests <= 50, `${requests} requests`);
	await environment.client.activate(workflow);
	await environment.client.deactivate(workflow);
});

test('the resubscribe example sends only rows with newer consent and gives a reason for the others', async () => {
	const { client, sandbox } = environment;
	const workflow = await loadWorkflow(environment, 'resubscribe.json');
	const execution = await client.finished(await client.run(workflow, 'Start'));
	assert.equal(execution.status, 'success');
	const [request, ...more] = await sandbox.requests('resubscribe');
	assert.deepEqual(request?.body.recipients, ['anna@example.com', 'ben@example.com']);
	assert.equal(more.length, 0);
	const { resubscriptions } = await sandbox.control('/state');
	assert.deepEqual(Object.keys(resubscriptions), ['anna@example.com', 'ben@example.com']);
	assert.ok(resubscriptions['anna@example.com'].suppressionCleared);
	const skipped = itemsOf(execution, 'Skipped, with Reason').map(({ json }) => [
		String(json.Email).split('@', 1)[0],
		// The node's own reasons may be reworded.
		String(json['Skip reason']).replace(/^Rejected: '?(\w+).*/, 'Rejected: $1'),
	]);
	assert.deepEqual(Object.fromEntries(skipped), {
		carla: 'No consent date such as 2026-10-12: when did this person agree?',
		dave: 'No consent source: where did this person agree?',
		erin: 'The consent isn’t newer than the unsubscribe',
		frank: 'No unsubscribe date such as 2026-03-02: is the consent really newer?',
		gina: 'The consent date is in the future',
		henry: 'Rejected: Email',
		iris: 'The consent isn’t newer than the unsubscribe',
	});
	assert.equal(skipped.length, 7);
});

/**
 * Activates the double opt-in example with this test's mail server, at its own path.
 *
 * @param days that a link is valid
 */
async function publishOptIn(path: string, days: number) {
	let changed = 0;
	const workflow = await loadWorkflow(environment, 'opt-in.json', ({ nodes }) => {
		for (const { name, parameters, ...node } of nodes) {
			if (name === 'Sign-Up' || name === 'Confirmation') {
				parameters.path = parameters.path.replace('newsletter', path);
				changed++;
			} else if (name === 'Build Link Data') {
				const [, plain] = parameters.assignments.assignments;
				plain.value = plain.value.replace('{ days: 3 }', () => (changed++, `{ days: ${days} }`));
			} else if (name === 'Send Email' && node.disabled) changed++;
		}
		const send = nodes.find(({ name }: Json) => name === 'Send Email');
		Object.assign(send, { disabled: false, credentials: { smtp } });
	});
	assert.equal(changed, 4, 'a node of the example has another name now');
	await environment.client.activate(workflow);
	return `${environment.server.url}/webhook/${path}`;
}

/** @param name customer ID and local part of the email address */
async function newContact(name: string) {
	const users = [{ customer_id: name, email_id: `${name}@example.com` }];
	await environment.sandbox.control('/users', { users });
	return `${name}@example.com`;
}

const statusOf = async (id: string) =>
	(await environment.sandbox.users()).find((user) => user.customer_id === id)?.opt_in_status;
const linkIn = (message: { text: string } | undefined) =>
	/http:\S+/.exec(message?.text ?? '')?.[0] ?? '';
const tokenIn = (link: string) => new URL(link).searchParams.get('token') ?? '';

test('double opt-in confirms only by the button on the linked page', async () => {
	const url = await publishOptIn('letter', 3);
	const email = await newContact('anna');
	assert.match((await visit(url)).main, /<label[^>]*for="email"/);
	const signedUp = await visit(url, { email });
	assert.match(signedUp.main, /Check your inbox/);
	assert.equal(await statusOf('anna'), 'OPT_IN_PENDING');
	const message = sink.messages.at(-1);
	assert.deepEqual(message?.to, [email]);
	const link = linkIn(message);
	assert.ok(link.startsWith(`${url}-confirm?token=`), link);
	const token = tokenIn(link);
	assert.match(token, /^[\w-]{100,}$/);
	assert.ok(
		!Buffer.from(token, 'base64').toString('latin1').includes('anna'),
		'the token contains the email address',
	);

	// Mail scanners open links, some more than once.
	for (let times = 0; times < 2; times++) {
		const { status, main } = await visit(link);
		assert.equal(status, 200);
		assert.match(main, /<form method="post"[\s\S]*<button>/);
		assert.ok(!main.includes(email));
	}
	assert.equal(await statusOf('anna'), 'OPT_IN_PENDING');
	assert.equal((await environment.sandbox.requests('optIn')).length, 1);

	const confirmed = await visit(`${url}-confirm`, { token });
	assert.match(confirmed.main, /You are signed up/);
	assert.equal(await statusOf('anna'), 'DOUBLE_OPTED_IN');

	const sent = sink.messages.length;
	const stranger = await visit(url, { email: 'nobody@example.com' });
	assert.equal(stranger.main, signedUp.main, 'the page reveals who is a contact');
	assert.equal((await visit(url, { email: 'nobody' })).status, 400);
	assert.equal(sink.messages.length, sent);
});

test('a changed or expired double opt-in link confirms nothing', async () => {
	const url = await publishOptIn('forge', 3);
	const late = await publishOptIn('late', -1);
	const email = await newContact('ben');
	await visit(url, { email });
	const token = tokenIn(linkIn(sink.messages.at(-1)));
	await visit(late, { email });
	const expired = tokenIn(linkIn(sink.messages.at(-1)));
	const flip = (at: number) =>
		token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
	const before = (await environment.sandbox.requests('optIn')).length;
	assert.equal(before, 2);
	const wrong = ['', 'x', expired, token.slice(0, -4), flip(0), flip(30), flip(70), flip(90)];
	for (const bad of [...wrong, 'eyJlbWFpbCI6ImJlbkBleGFtcGxlLmNvbSJ9']) {
		const pages = [await visit(`${url}-confirm?token=${bad}`)];
		pages.push(await visit(`${url}-confirm`, { token: bad }));
		for (const { status, main } of pages) {
			assert.equal(status, 400, bad);
			assert.match(main, /no longer valid/);
		}
	}
	assert.equal((await visit(`${late}-confirm`, { token: expired })).status, 400, 'expired');
	assert.equal((await environment.sandbox.requests('optIn')).length, before);
	assert.equal(await statusOf('ben'), 'OPT_IN_PENDING');
	// Base64 decoders skip other characters, which the page must not echo.
	const dirty = encodeURIComponent(`${token}"><script>alert(1)</script>`);
	assert.doesNotMatch((await visit(`${url}-confirm?token=${dirty}`)).main, /<script|alert\(/);
	assert.equal((await visit(`${url}-confirm`, { token })).status, 200);
	assert.equal(await statusOf('ben'), 'DOUBLE_OPTED_IN');
});

test('the double opt-in pages report that MoEngage is unavailable', async () => {
	const { sandbox } = environment;
	const url = await publishOptIn('down', 3);
	const email = await newContact('carla');
	await visit(url, { email });
	const token = tokenIn(linkIn(sink.messages.at(-1)));
	const sent = sink.messages.length;
	await sandbox.control('/rules', { rules: [{ do: 'status', status: 500, endpoint: 'optIn' }] });
	assert.equal((await visit(url, { email })).status, 503);
	assert.equal(sink.messages.length, sent);
	const confirm = await visit(`${url}-confirm`, { token });
	assert.equal(confirm.status, 503);
	assert.match(confirm.main, new RegExp(`name="token" value="${token}"`));
	assert.equal(await statusOf('carla'), 'OPT_IN_PENDING');
});
