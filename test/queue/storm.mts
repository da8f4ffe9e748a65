// A round of load on n8n's workers: large lists and many single contacts at the same time.
import { wait } from '../harness/log.mts';
import { executionsOf, takenBy, type Cluster } from './cluster.mts';
import { endedLists, openWorkspace, wantedFrom, type Row } from './workspace.mts';
import type { ExpectedState } from '../harness/expected.mts';
import type { LoggedRequest, SandboxUser } from '../harness/sandbox-process.mts';

export interface Round {
	/** Statuses of the webhook calls. */
	statuses: number[];
	/** Response times of the webhook calls in ms, ascending. */
	waits: number[];
	executions: { id: string; status: string }[];
	/** Number of executions per worker. */
	perWorker: number[];
	/** Number of accepted rows per list. */
	lists: number[];
	requests: LoggedRequest[];
	/** From the first call to the last response. */
	seconds: number;
	users: SandboxUser[];
	/** State after sending all rows one by one, in order. */
	wanted: ExpectedState;
}

const LISTS = 2;
const USERS_IN_LIST = 2500;
/** Every hundredth row repeats an earlier user. */
const AGAIN_EVERY = 100;
const CONTACTS = 300;
const STORM_MS = 30_000;
/** Number of contacts sent before the first list. */
const LISTS_AT = 100;
/** Number of contacts that send a second change after the first one is confirmed. */
const SECOND_THOUGHTS = 20;

function listRows(name: string): Row[] {
	return Array.from({ length: USERS_IN_LIST }, (_, i) => {
		const again = i % AGAIN_EVERY === AGAIN_EVERY - 1;
		return {
			id: `${name}-${again ? i - AGAIN_EVERY / 2 : i}`,
			Newsletter: i % 2 === 0,
			Promotional: i % 3 === 0,
			out: i % 50 === 7,
		};
	});
}

/**
 * @param name of the round
 * @param headers the sandbox's settings for them
 */
export async function runRound(
	{ environment, workers }: Cluster,
	name: string,
	headers: object,
): Promise<Round> {
	const { sandbox, list, single, sendContact, sendList } = await openWorkspace(
		environment,
		name,
		headers,
	);

	const rows: Row[] = [];
	const { statuses, waits }: Pick<Round, 'statuses' | 'waits'> = { statuses: [], waits: [] };
	const call = async (row: Row) => {
		const sentAt = Date.now();
		statuses.push(await sendContact(row));
		waits.push(Date.now() - sentAt);
	};
	const contact = async (i: number) => {
		const first = { id: `crm-${i}`, Newsletter: i % 2 === 0, Promotional: true, out: i % 9 === 0 };
		rows.push(first);
		await call(first);
		if (i >= SECOND_THOUGHTS) return;
		const second = { ...first, Newsletter: !first.Newsletter, out: false };
		rows.push(second);
		await call(second);
	};

	const began = Date.now();
	const calls = [];
	for (let i = 0; i < CONTACTS; i++) {
		calls.push(contact(i));
		if (i >= LISTS_AT && i < LISTS_AT + LISTS) {
			const added = listRows(`list-${i}`);
			rows.push(...added);
			statuses.push(await sendList(added));
		}
		await wait(STORM_MS / CONTACTS);
	}
	await Promise.all(calls);
	const lists = await endedLists(environment, list, LISTS);
	const executions = [list, single].map(({ id }) => executionsOf(environment, id));
	const all = (await Promise.all(executions)).flat();
	const round = {
		statuses,
		waits: waits.sort((a, b) => a - b),
		executions: all,
		perWorker: workers.map((worker) => {
			const taken = takenBy(worker);
			return all.filter(({ id }) => taken.has(String(id))).length;
		}),
		lists,
		requests: await sandbox.requests('bulkUpdate'),
		seconds: (Date.now() - began) / 1000,
		users: await sandbox.users(),
		wanted: await wantedFrom(sandbox, rows),
	};
	await sandbox.stop();
	return round;
}
