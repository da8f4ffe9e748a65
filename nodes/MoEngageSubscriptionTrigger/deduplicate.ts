import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

/** Event IDs in memory per trigger node: those of 200 s, in which MoEngage repeats, at 100 per second. */
export const REMEMBERED = 20_000;

/** Returns those of the given keys that weren't recorded before, and records all of them. */
export type Store = (keys: string[]) => Promise<string[]>;

/** What to do with one execution's items. */
export interface Claim {
	executionId: string;
	items: readonly IDataObject[];
	store: Store;
	/** Seconds within which an event without an ID counts as a repetition; 0 for never. */
	repeatSeconds: number;
	/** Milliseconds since 1970. */
	now: number;
}

/**
 * Passes on each event once. The IDs in memory decide between executions at the same time, because
 * n8n's store reads and writes in two steps; the store decides after a restart.
 */
export class Deduplicator {
	/** Event ID → the execution that passes it on. */
	private readonly claimed = new Map<string, string>();
	/** Person → their latest event without an ID. */
	private readonly latest = new Map<string, { hash: string; executionId: string; until: number }>();
	private lastCall: Promise<unknown> = Promise.resolve();
	/** The store's next call, which all executions share that come before it starts. */
	private nextCall: { keys: string[]; fresh: Promise<ReadonlySet<string>> } | undefined;

	/** Whether an execution of this process has passed on the event. */
	has(uuid: string): boolean {
		return this.claimed.has(uuid);
	}

	/**
	 * Returns the indexes of the items to pass on. An execution that runs again, after the crash of a
	 * worker, gets all its items again. If the store fails, it counts as empty: a repeated event does
	 * less harm than a lost opt-out.
	 */
	async claim({ executionId, items, store, repeatSeconds, now }: Claim): Promise<number[]> {
		const known = new Map<string, number>();
		const kept: number[] = [];
		items.forEach((item, index) => {
			const uuid = item.event_uuid;
			if (typeof uuid !== 'string') {
				const until = now + repeatSeconds * 1000;
				if (repeatSeconds === 0 || !this.isRepeated(item, executionId, now, until))
					kept.push(index);
			} else if ((this.claimed.get(uuid) ?? executionId) === executionId) known.set(uuid, index);
		});
		for (const uuid of known.keys()) remember(this.claimed, uuid, executionId);
		const fresh = await this.unrecorded([...known.keys()], executionId, store);
		for (const uuid of fresh) kept.push(known.get(uuid) as number);
		return kept.sort((a, b) => a - b);
	}

	private async unrecorded(
		uuids: string[],
		executionId: string,
		store: Store,
	): Promise<readonly string[]> {
		if (uuids.length === 0) return [];
		const own = `execution ${executionId}`;
		const fresh = await this.record([own, ...uuids], store);
		return fresh.has(own) ? uuids.filter((uuid) => fresh.has(uuid)) : uuids;
	}

	/**
	 * One call at a time: at the same time, each would overwrite what the other recorded. Shared calls
	 * keep the database free for n8n's own work when many events arrive.
	 */
	private record(keys: string[], store: Store): Promise<ReadonlySet<string>> {
		this.nextCall ??= this.plan(store);
		this.nextCall.keys.push(...keys);
		return this.nextCall.fresh;
	}

	private plan(store: Store) {
		const keys: string[] = [];
		const fresh = this.lastCall.then(async () => {
			this.nextCall = undefined;
			return new Set(await store(keys).catch(() => keys));
		});
		this.lastCall = fresh;
		return { keys, fresh };
	}

	/**
	 * Compares only with the person's latest event: if they opt out, in and out again, the third event
	 * isn't a repetition of the first one.
	 */
	private isRepeated(item: IDataObject, executionId: string, now: number, until: number): boolean {
		const person = personOf(item);
		const hash = createHash('sha256').update(JSON.stringify(item)).digest('base64');
		const before = this.latest.get(person);
		const isSame = before?.hash === hash && before.until >= now;
		if (isSame && before.executionId !== executionId) return true;
		remember(this.latest, person, { hash, executionId, until });
		return false;
	}
}

/** With Simplify off, an event has MoEngage's own names. */
function personOf(item: IDataObject): string {
	const { customer_id, uid, email, email_id, mobile_number, moengage_user_id } = item;
	return JSON.stringify([customer_id, uid, email, email_id, mobile_number, moengage_user_id]);
}

/** Adds an entry, and forgets the oldest ones. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
	map.delete(key);
	map.set(key, value);
	for (const oldest of map.keys()) {
		if (map.size <= REMEMBERED) return;
		map.delete(oldest);
	}
}

const deduplicators = new Map<string, Deduplicator>();

/** Returns the one deduplicator that this process has for a trigger node. */
export function deduplicatorOf(workflowId: string, nodeId: string): Deduplicator {
	const key = JSON.stringify([workflowId, nodeId]);
	const found = deduplicators.get(key) ?? new Deduplicator();
	deduplicators.set(key, found);
	return found;
}
