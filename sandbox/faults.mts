/**
 * Rules that inject faults, and documented responses by name.
 *
 * @typedef {'status' | 'example' | 'reject' | 'delay' | 'hang' | 'cut-before' | 'cut-after'
 *   | 'headers-only' | 'half' | 'html' | 'invalid-json' | 'title' | 'empty'} Fault
 *
 * @typedef {object} Rule
 * @property {string} id
 * @property {Fault} do
 * @property {string[]} endpoint names; empty: all
 * @property {string[]} user only requests with one of these customer IDs or email addresses
 * @property {string | null} workspace
 * @property {number} after how many matching requests it starts
 * @property {number | null} times how often it applies at most
 * @property {number} probability 0..1
 * @property {number} seed of the probability and the jitter
 * @property {number | null} status
 * @property {string | null} example of the document, by name; operations without it don't match
 * @property {string | null} message in place of the usual one, in the operation's own shape
 * @property {unknown} [body] sent instead of the operation's own shape; null: no body
 * @property {Record<string, string>} headers added to the response
 * @property {boolean} rateHeaders false: leaves the rate headers out
 * @property {boolean | null} apply whether the change is made; null: if the status is below 300
 * @property {number} delayMs
 * @property {number} jitterMs random addition, at most
 * @property {'before' | 'after' | 'split'} where before or after the request is carried out, or half each
 * @property {number} seen matching requests
 * @property {number} fired
 *
 * @typedef {import('./contract.mts').Operation} Operation
 */
import { isRecord, seededRandom } from './http.mts';

/** @type {readonly Fault[]} */
const FAULTS = [
	'status',
	'example',
	'reject',
	'delay',
	'hang',
	'cut-before',
	'cut-after',
	'headers-only',
	'half',
	'html',
	'invalid-json',
	'title',
	'empty',
];

/** @returns {Rule} */
function blank() {
	return {
		id: '',
		do: 'status',
		endpoint: [],
		user: [],
		workspace: null,
		after: 0,
		times: null,
		probability: 1,
		seed: 1,
		status: null,
		example: null,
		message: null,
		headers: {},
		rateHeaders: true,
		apply: null,
		delayMs: 0,
		jitterMs: 0,
		where: 'before',
		seen: 0,
		fired: 0,
	};
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function list(value) {
	if (value === undefined || value === null) return [];
	return (Array.isArray(value) ? value : [value]).map(String);
}

/**
 * @param {unknown} given
 * @param {string} id
 * @param {readonly Operation[]} operations
 * @returns {Rule}
 */
function toRule(given, id, operations) {
	if (!isRecord(given)) throw new TypeError('A rule has to be a JSON object');
	const base = blank();
	for (const key of Object.keys(given)) {
		if (key !== 'body' && !Object.hasOwn(base, key)) {
			throw new TypeError(`There is no rule setting "${key}"`);
		}
	}
	const rule = /** @type {Rule} */ ({ ...base, id, ...given, seen: 0, fired: 0 });
	rule.endpoint = list(given.endpoint);
	rule.user = list(given.user);
	// The earlier name of the same fault.
	if (given.do === 'refuse') rule.do = 'reject';
	if (!FAULTS.includes(rule.do)) throw new TypeError(`"do" is one of ${FAULTS.join(', ')}`);
	if (rule.do === 'status' && rule.status === null) throw new TypeError('"status" is missing');
	const unknown = rule.endpoint.find((name) => !operations.some((known) => known.name === name));
	if (unknown !== undefined) throw new TypeError(`There is no endpoint "${unknown}"`);
	checkExample(rule, operations);
	return rule;
}

/**
 * @param {Rule} rule
 * @param {readonly Operation[]} operations
 */
function checkExample({ do: fault, endpoint, example }, operations) {
	if ((fault === 'example') !== (example !== null)) {
		throw new TypeError('"do": "example" and "example" need each other');
	}
	const meant = operations.filter(({ name }) => endpoint.length === 0 || endpoint.includes(name));
	if (example !== null && !meant.some(({ examples }) => examples.has(example))) {
		throw new TypeError(`There is no example "${example}"`);
	}
}

export class Faults {
	/** @type {{ rule: Rule, random: () => number }[]} */
	#rules = [];
	#nextId = 1;

	/** @returns {Rule[]} */
	list() {
		return this.#rules.map(({ rule }) => rule);
	}

	clear() {
		this.#rules = [];
	}

	/**
	 * All or none: one bad rule rejects the list.
	 *
	 * @param {unknown[]} given
	 * @param {readonly Operation[]} operations
	 * @param {boolean} replace
	 */
	add(given, operations, replace) {
		const rules = given.map((entry) => toRule(entry, `rule-${this.#nextId++}`, operations));
		if (replace) this.clear();
		for (const rule of rules) this.#rules.push({ rule, random: seededRandom(rule.seed) });
		return rules;
	}

	/**
	 * The sum of all delays that apply.
	 *
	 * @param {RequestMatch} match
	 * @returns {{ beforeMs: number, afterMs: number }}
	 */
	delays(match) {
		let beforeMs = 0;
		let afterMs = 0;
		for (const { rule, random } of this.#rules) {
			if (rule.do !== 'delay' || !fires(rule, random, match)) continue;
			const ms = rule.delayMs + random() * rule.jitterMs;
			if (rule.where === 'split') {
				beforeMs += ms / 2;
				afterMs += ms / 2;
			} else if (rule.where === 'before') beforeMs += ms;
			else afterMs += ms;
		}
		return { beforeMs, afterMs };
	}

	/**
	 * The first rule, delays aside, that applies.
	 *
	 * @param {RequestMatch} match
	 * @returns {Rule | null}
	 */
	faultFor(match) {
		for (const { rule, random } of this.#rules) {
			if (rule.do !== 'delay' && fires(rule, random, match)) return rule;
		}
		return null;
	}
}

/**
 * @typedef {object} RequestMatch
 * @property {Operation} endpoint
 * @property {string | null} workspace
 * @property {string[]} users
 */

/**
 * @param {Rule} rule
 * @param {() => number} random
 * @param {RequestMatch} match
 * @returns {boolean}
 */
function fires(rule, random, match) {
	const { name, examples } = match.endpoint;
	if (rule.endpoint.length > 0 && !rule.endpoint.includes(name)) return false;
	if (rule.example !== null && !examples.has(rule.example)) return false;
	if (rule.workspace !== null && rule.workspace !== match.workspace) return false;
	if (rule.user.length > 0 && !rule.user.some((user) => match.users.includes(user))) return false;
	rule.seen++;
	if (rule.seen <= rule.after) return false;
	if (rule.times !== null && rule.fired >= rule.times) return false;
	if (rule.probability < 1 && random() >= rule.probability) return false;
	rule.fired++;
	return true;
}
