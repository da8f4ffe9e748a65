/**
 * One sandbox: its settings and everything it remembers.
 */
import { mergeConfig } from './config.mts';
import { OPERATION_NAMES } from './contract.mts';
import { Faults } from './faults.mts';
import { seededRandom } from './http.mts';
import { Limits } from './limits.mts';
import { RequestLog } from './log.mts';
import { WorkspaceState } from './state.mts';
import { Validation } from './validation.mts';

export const PARTS = /** @type {const} */ (['state', 'log', 'limits', 'rules', 'config']);

export class Sandbox {
	limits = new Limits();
	log = new RequestLog();
	faults = new Faults();
	validation = new Validation();
	/** For misleading headers. */
	random = seededRandom(1);
	/** @type {Map<string, WorkspaceState>} */
	#states = new Map();
	#initial;

	/** @param {import('./config.mts').Config} config */
	constructor(config) {
		this.config = config;
		this.#initial = config;
	}

	/** @param {string} workspaceId */
	state(workspaceId) {
		let state = this.#states.get(workspaceId);
		if (state === undefined) this.#states.set(workspaceId, (state = new WorkspaceState()));
		return state;
	}

	/** @param {unknown} patch */
	configure(patch) {
		this.#take(mergeConfig(this.config, patch, OPERATION_NAMES));
	}

	/** @param {readonly string[]} parts some of PARTS */
	reset(parts) {
		if (parts.includes('config')) this.#take(this.#initial);
		if (parts.includes('state')) this.#states.clear();
		if (parts.includes('log')) this.log.clear();
		if (parts.includes('limits')) this.limits.reset();
		if (parts.includes('rules')) this.faults.clear();
		this.random = seededRandom(1);
	}

	/** @param {import('./config.mts').Config} next */
	#take(next) {
		const before = windowOf(this.config);
		this.config = next;
		// A new limit applies within the window; a new kind or length of window starts empty.
		if (windowOf(next) !== before) this.limits.reset();
	}
}

/** @param {import('./config.mts').Config} config */
function windowOf({ window, windowMs, dayMs }) {
	return JSON.stringify([window, windowMs, dayMs]);
}
