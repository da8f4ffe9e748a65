/**
 * One sandbox: its settings and everything it remembers.
 */
import { mergeConfig, type Config } from './config.mts';
import { OPERATION_NAMES } from './contract.mts';
import { Faults } from './faults.mts';
import { seededRandom } from './http.mts';
import { Limits } from './limits.mts';
import { RequestLog } from './log.mts';
import { WorkspaceState } from './state.mts';
import { Validation } from './validation.mts';

export const PARTS = ['state', 'log', 'limits', 'rules', 'config'] as const;

export class Sandbox {
	limits = new Limits();
	log = new RequestLog();
	faults = new Faults();
	validation = new Validation();
	/** For misleading headers. */
	random = seededRandom(1);
	#states: Map<string, WorkspaceState> = new Map();
	#initial;

	config: Config;

	constructor(config: Config) {
		this.config = config;
		this.#initial = config;
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
		this.random = seededRandom(1);
	}

	#take(next: Config) {
		const before = windowOf(this.config);
		this.config = next;
		// A new limit applies within the window; a new kind or length of window starts empty.
		if (windowOf(next) !== before) this.limits.reset();
	}
}

function windowOf({ window, windowMs, dayMs }: Config) {
	return JSON.stringify([window, windowMs, dayMs]);
}
