/**
 * One sandbox: its settings and everything it remembers.
 */
import { mergeConfig } from './config.mjs';
import { ENDPOINT_NAMES } from './endpoints/index.mjs';
import { seededRandom } from './http.mjs';
import { Limits } from './limits.mjs';
import { RequestLog } from './log.mjs';
import { Misbehaviour } from './misbehave.mjs';
import { WorkspaceState } from './state.mjs';

export const PARTS = /** @type {const} */ (['state', 'log', 'limits', 'rules', 'config']);

export class Sandbox {
	limits = new Limits();
	log = new RequestLog();
	rules = new Misbehaviour();
	/** For headers that lie. */
	random = seededRandom(1);
	/** @type {Map<string, WorkspaceState>} */
	#states = new Map();
	#initial;

	/** @param {import('./config.mjs').Config} config */
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
		this.#take(mergeConfig(this.config, patch, ENDPOINT_NAMES));
	}

	/** @param {readonly string[]} parts some of PARTS */
	reset(parts) {
		if (parts.includes('config')) this.#take(this.#initial);
		if (parts.includes('state')) this.#states.clear();
		if (parts.includes('log')) this.log.clear();
		if (parts.includes('limits')) this.limits.reset();
		if (parts.includes('rules')) this.rules.clear();
		this.random = seededRandom(1);
	}

	/** @param {import('./config.mjs').Config} next */
	#take(next) {
		const before = windowOf(this.config);
		this.config = next;
		// A new number is taken up in mid-window; a new kind or length of window starts empty.
		if (windowOf(next) !== before) this.limits.reset();
	}
}

/** @param {import('./config.mjs').Config} config */
function windowOf({ window, windowMs, dayMs }) {
	return JSON.stringify([window, windowMs, dayMs]);
}
