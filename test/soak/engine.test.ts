/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   inspects its own process and prints what it measured; it isn't part of the package */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import pWaitFor from 'p-wait-for';
import type { INodeType } from 'n8n-workflow';

import { Engine, ROOT, type RunInput, type RunResult } from '../support/engine';
import { BULK, rows } from '../support/engineSuite';
import { startSandbox, type SandboxHandle } from '../support/sandbox';
import { flat, heap, measured, nothingLeftSince, openNow } from './measure';

const LIST = 100_000;
/** The node keeps keys for 10 s. */
const KEYS_RELEASED_MS = 15_000;
const load = createRequire(__filename);
const dist = <T>(file: string) =>
	load(path.join(ROOT, 'dist/nodes/MoEngageSubscription', file)) as T;

type Delivery = typeof import('../../nodes/MoEngageSubscription/delivery/engine');
type Endpoints = typeof import('../../nodes/MoEngageSubscription/api/endpoints');

/** The delivery engines of the built node that are still referenced. */
function watchDeliveries(): () => InstanceType<Delivery['Engine']>[] {
	const { Engine: Own } = dist<Delivery>('delivery/engine.js');
	let seen: WeakRef<InstanceType<Delivery['Engine']>>[] = [];
	const alive = () => {
		seen = seen.filter((one) => one.deref() !== undefined);
		return seen.map((one) => one.deref()!);
	};
	const see = (one: InstanceType<Delivery['Engine']>) => {
		if (!alive().includes(one)) seen.push(new WeakRef(one));
	};
	const { deliver, open } = Own.prototype;
	Own.prototype.deliver = async function (this: InstanceType<Delivery['Engine']>, request) {
		see(this);
		return await deliver.call(this, request as never);
	} as typeof deliver;
	Own.prototype.open = function (this: InstanceType<Delivery['Engine']>, request) {
		see(this);
		return open.call(this, request as never);
	} as typeof open;
	return alive;
}

/** The node, with a record of the cancel signals of its executions. */
function watched(node: INodeType, signals: AbortSignal[]): INodeType {
	return Object.assign(Object.create(node) as INodeType, {
		async execute(this: Parameters<NonNullable<INodeType['execute']>>[0]) {
			const signal = (
				this as never as { getExecutionCancelSignal(): AbortSignal }
			).getExecutionCancelSignal();
			signals.push(signal);
			return await node.execute!.call(this as never);
		},
	});
}

interface SoakEnvironment {
	run(items: RunInput['items'], more?: Partial<RunInput>): Promise<RunResult>;
	sandbox: SandboxHandle;
	/** Asserts that the node holds nothing of any run. */
	idle(): Promise<void>;
	/** Delivery engines still referenced: the shared one, and those of previews. */
	deliveries(): number;
}

async function setUp(): Promise<SoakEnvironment> {
	const deliveries = watchDeliveries();
	const { endpoints } = dist<Endpoints>('api/endpoints.js');
	endpoints.bulkUpdatePreferences.limit = 1_000_000;
	const [engine, sandbox] = await Promise.all([Engine.load(), startSandbox()]);
	await sandbox.configure({
		limits: { bulkUpdate: { limit: null } },
		logLimit: 10,
		logBodies: false,
	});
	const signals: AbortSignal[] = [];
	const instead = {
		type: 'n8n-nodes-moengage.moEngageSubscription',
		version: 1,
		node: watched(engine.nodeType, signals),
	};
	return {
		sandbox,
		deliveries: () => deliveries().length,
		run: async (items, more) =>
			await engine.run({
				parameters: BULK,
				items,
				credential: {
					workspaceId: sandbox.workspaceId,
					apiKey: sandbox.apiKey,
					dataCenter: 'custom',
					baseUrl: sandbox.url,
					projectCode: '',
				},
				onError: 'continueErrorOutput',
				instead,
				...more,
			}),
		async idle() {
			assert.ok(deliveries().length > 0 && signals.length > 0, 'nothing was recorded');
			// After a Stop or a lost response, user keys stay taken for a while.
			const isReleased = () => deliveries().every((delivery) => delivery.census().users === 0);
			await pWaitFor(isReleased, { interval: 200, timeout: KEYS_RELEASED_MS });
			for (const delivery of deliveries())
				assert.deepEqual(delivery.census(), { endpoints: 1, runs: 0, partitions: 0, users: 0 });
			for (const signal of signals.splice(0))
				assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners left');
		},
	};
}

/** Short runs of every kind, as many as in a busy hour. */
async function short({ run, sandbox, idle }: SoakEnvironment, round: number): Promise<void> {
	const wrong = { parameters: { ...BULK, options: { maxTries: 1 } } };
	const preview = { parameters: { ...BULK, options: { dryRun: true } } };
	await sandbox.addFaults([{ do: 'reject', user: 'user-7', message: 'Bad user' }], true);
	for (let i = 0; i < 20; i += 1) {
		await Promise.all([run(rows(1)), run(rows(60)), run(rows(3), preview)]);
	}
	await sandbox.addFaults([{ do: 'cut-after' }], true);
	await run(rows(60), wrong);
	await sandbox.addFaults([{ do: 'delay', delayMs: 400 }], true);
	const stopped = await run(rows(2000), { cancelAfterMs: 100 });
	assert.equal(stopped.status, 'canceled', `round ${round}`);
	await sandbox.addFaults([], true);
	await idle();
}

let environment: SoakEnvironment;
let before: ReturnType<typeof openNow>;

beforeAll(async () => {
	environment = await setUp();
	await environment.run(rows(100));
	await environment.idle();
	before = openNow();
});
afterAll(async () => await environment.sandbox.stop());

measured(
	'100,000 items on n8n’s engine, then three times 5,000 leave nothing in memory',
	async () => {
		const { run, idle } = environment;
		const line = await flat(4, async (round) => {
			const count = round === 0 ? LIST : LIST / 20;
			const { main, errors } = await run(rows(count));
			assert.deepEqual([main.length, errors.length], [count, 0]);
			assert.deepEqual(main[count - 1].pairedItem, { item: count - 1 });
			await idle();
		});
		return [line, await nothingLeftSince(before)];
	},
);

measured('60 short runs on n8n’s engine, five times, leave nothing in memory', async () => {
	const line = await flat(5, async (round) => await short(environment, round));
	const left = await nothingLeftSince(before);
	await heap();
	assert.equal(environment.deliveries(), 1, 'delivery engines of previews that ended');
	return [line, left];
});
