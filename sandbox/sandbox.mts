/**
 * One sandbox: its settings and everything it remembers.
 */
import { mergeConfig, type Config } from './config.mts';
import { OPERATION_NAMES } from './contract.mts';
import { Crm } from './crm/crm.mts';
import { Outbox } from './events/outbox.mts';
import { Faults } from './faults.mts';
import { seededRandom } from './http.mts';
import { Limits } from './limits.mts';
import { RequestLog } from './log.mts';
import { WorkspaceState } from './state.mts';
import type { MoengageEvent } from './events/record.mts';
import { Validation } from './validation.mts';

export const PARTS = ['state', 'log', 'limits', 'rules', 'events', 'crm', 'config'] as const;

export class Sandbox {
	limits = new Limits();
	log = new RequestLog();
	faults = new Faults();
	validation = new Validation();
	outbox = new Outbox();
	crm = new Crm();
	/** For misleading headers. */
	random = seededRandom(1);
	#states: Map<string, WorkspaceState> = new Map();
	#initial;

	config: Config;

	constructor(config: Config) {
		this.config = config;
		this.#initial = config;
		this.outbox.setDestinations(config.destinations);
	}

	state(workspaceId: string) {
		let state = this.#states.get(workspaceId);
		if (state === undefined) this.#states.set(workspaceId, (state = new WorkspaceState()));
		return state;
	}

	configure(patch: unknown) {
		this.#take(mergeConfig(this.config, patch, OPERATION_NAMES));
	}

	/** @param parts some of PARTS */
	reset(parts: readonly string[]) {
		if (parts.includes('config')) this.#take(this.#initial);
		if (parts.includes('state')) this.#states.clear();
		if (parts.includes('log')) this.log.clear();
		if (parts.includes('limits')) this.limits.reset();
		if (parts.includes('rules')) this.faults.clear();
		if (parts.includes('events')) this.outbox.clear();
		if (parts.includes('crm')) this.crm.clear();
		this.random = seededRandom(1);
	}

	/** Sends the events to the destinations. The minutes between retries are as long as the rate window. */
	raise(events: MoengageEvent[]) {
		if (events.length > 0) this.outbox.add(events, this.config.windowMs / 60_000);
	}

	#take(next: Config) {
		const before = windowOf(this.config);
		const isNew = this.config.destinations !== next.destinations;
		this.config = next;
		if (isNew) this.outbox.setDestinations(next.destinations);
		// A new limit applies within the window; a new kind or length of window starts empty.
		if (windowOf(next) !== before) this.limits.reset();
	}
}

function windowOf({ window, windowMs, dayMs }: Config) {
	return JSON.stringify([window, windowMs, dayMs]);
}
