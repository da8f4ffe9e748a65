// The two-way example in a real n8n: people change their minds in MoEngage and in a CRM at the same time.
import assert from 'node:assert/strict';
import { log, wait } from '../harness/log.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironment,
	type TestEnvironmentHandle,
} from '../harness/test-environment.mts';
import { addPeople, connectTwoWay, moengagePage } from '../harness/two-way.mts';
import { openExecutions, settled } from './trigger-support.mts';
import { changesOn, everyone, type Changing } from './two-way-people.mts';

/** Both sides wait for this long before they send, so that all changes arrive at once. */
const HOLD_MS = 8000;
/** Then each batch waits up to this long, so that they arrive in another order. */
const SHUFFLE_MS = 2000;

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;

beforeAll(async () => {
	handle = openTestEnvironment({
		loud: false,
		built: true,
		// MoEngage's usual limit of 100 per minute would make this test take 20 minutes. In a sliding window,
		// the node uses a raised limit for a minute only.
		sandboxConfig: {
			limits: { v5UpdatePreferences: { limit: 6000 } },
			window: { kind: 'fixed' },
		},
	});
	closeOnSignal(handle);
	environment = await handle.ready;
});
afterAll(() => handle.close());

/** Saves MoEngage's preference page as a person would. */
async function choose({ sandbox }: TestEnvironment, id: string, choice: 'in' | 'out') {
	const [field, value] = choice === 'out' ? ['unsubscribe_all', 'true'] : ['subscribed', 'Surveys'];
	const body = new URLSearchParams({ [field]: value });
	const { status } = await fetch(moengagePage({ sandbox }, id), { method: 'POST', body });
	assert.equal(status, 200, id);
}

/** @returns date of the person's newest change in MoEngage, in ms */
async function datesInMoengage({ sandbox }: TestEnvironment): Promise<Map<string, number>> {
	const { events } = await sandbox.control('/events');
	return new Map(events.map(({ uid, event_time }: Json) => [uid, event_time * 1000]));
}

async function makeChanges(people: Changing[]) {
	const { sandbox } = environment;
	const last = Math.max(...people.map(({ steps }) => steps.length));
	for (let step = 0; step < last; step++) {
		// MoEngage's dates are whole seconds.
		if (step > 0) await wait(1100);
		const dates = await datesInMoengage(environment);
		const edits: Json[] = [];
		const pages: Promise<void>[] = [];
		for (const { id, steps, sameSecond } of people) {
			for (const [side, choice] of steps[step] ?? []) {
				if (side === 'moengage') pages.push(choose(environment, id, choice));
				else {
					const date = sameSecond ? { consent_changed_at: isoOf(dates.get(id)) } : {};
					edits.push({ id, email_opt_out: choice === 'out', ...date });
				}
			}
		}
		await Promise.all([...pages, sandbox.control('/crm/edits', { edits })]);
	}
}

/** Half a second later is the same second for MoEngage. */
const isoOf = (ms = NaN) => new Date(ms + 500).toISOString();

const pendingOf = async ({ sandbox }: TestEnvironment) =>
	(await sandbox.control('/events')).pending + (await sandbox.control('/crm')).webhook.pending;

/** Waits until nothing is on its way and no execution runs, longer than either side holds changes. */
async function quiet(workflow: Json) {
	for (let since = Date.now(); Date.now() - since < HOLD_MS + SHUFFLE_MS + 1000; await wait(250)) {
		const isBusy =
			(await pendingOf(environment)) > 0 ||
			(await openExecutions(environment.client, workflow)) > 0;
		if (isBusy) since = Date.now();
	}
}

const writesOf = async ({ sandbox }: TestEnvironment) => {
	const { endpoints } = await sandbox.control('/counters');
	const { counts } = await sandbox.control('/crm');
	return { moengage: endpoints.v5UpdatePreferences?.requests ?? 0, crm: counts.byN8n as number };
};

test('1,000 changes on each side settle after one round, and the newer choice wins on both', async () => {
	const { client, sandbox } = environment;
	const timing = { batchMs: HOLD_MS, shuffleMs: SHUFFLE_MS };
	const workflow = await connectTwoWay(environment, {
		moengage: {
			...{ ...timing, duplicates: 0.2 },
			events: ['Email Unsubscribed', 'Email Resubscribed'],
		},
		crm: timing,
	});
	const people = everyone();
	await addPeople(environment, people);
	assert.deepEqual([changesOn('moengage', people), changesOn('crm', people)], [1000, 1000]);
	await makeChanges(people);
	assert.deepEqual(await writesOf(environment), { moengage: 0, crm: 0 }, 'sent too early');

	let rounds = 0;
	const started = Date.now();
	let seconds = 0;
	for (let before = -1, now = 0; now !== before && rounds < 5; ) {
		before = now;
		await quiet(workflow);
		const { moengage, crm } = await writesOf(environment);
		now = moengage + crm;
		if (now === before) break;
		rounds++;
		seconds = Math.round((Date.now() - started) / 1000);
	}

	const { events, deliveries } = await sandbox.control('/events');
	const own = new Set(
		events
			.filter(({ event_attributes }: Json) => event_attributes.sent_by === 'n8n')
			.map(({ event_uuid }: Json) => event_uuid),
	);
	const executions = await settled(client, workflow);
	for (const { status } of executions) assert.equal(status, 'success');
	const passedOn = (node: string) =>
		executions.flatMap((one) => itemsOf(one, node).map(({ json }) => json));
	for (const node of ['Not in the CRM', 'CRM Not Updated', 'MoEngage Not Updated']) {
		assert.deepEqual(passedOn(node).slice(0, 3), [], node);
	}
	// While n8n is busy, it may respond 503 or too late. MoEngage then sends the events again.
	const failed = deliveries.filter(({ outcome }: Json) => outcome !== 'delivered');
	for (const { outcome, status } of failed) {
		assert.equal(outcome, 'failed');
		assert.ok([503, null].includes(status), `n8n responded ${status}`);
	}
	const loops = [
		...passedOn('Change in MoEngage').filter(({ event_uuid }) => own.has(event_uuid)),
		...passedOn("Skip n8n's Own Changes").filter((json) => json.consent_changed_by === 'n8n'),
	];
	const { contacts, counts, webhook } = await sandbox.control('/crm');
	assert.ok(own.size > 0 && counts.byN8n > 0, 'n8n changed nothing, so there was nothing to skip');
	const { moengage, crm } = await writesOf(environment);
	log(
		`${people.length} people, ${rounds} round, ${loops.length} loops, ${seconds} s, ${executions.length} executions`,
	);
	log(
		`${moengage} requests to MoEngage, ${crm} changes in the CRM, ${counts.conflicts} of them tried again`,
	);
	log(`${own.size} events of n8n's own changes ignored; ${failed.length} deliveries sent again`);
	assert.equal(webhook.givenUp, 0);
	const users = new Map((await sandbox.users()).map((user) => [user.customer_id, user]));
	const optOuts = new Map(contacts.map(({ id, email_opt_out }: Json) => [id, email_opt_out]));
	const wrong = people
		.map(({ id, what, end }) => [what, end, users.get(id)?.unsubscribed, optOuts.get(id)])
		.filter(([, end, ...both]) => both.some((optOut) => optOut !== (end === 'out')));
	assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} people have the wrong choice`);
	assert.equal(loops.length, 0);
	assert.equal(rounds, 1);
});
