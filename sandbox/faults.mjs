/**
 * Rules by which the sandbox misbehaves on purpose.
 *
 * @typedef {'status' | 'refuse' | 'delay' | 'hang' | 'cut-before' | 'cut-after' | 'headers-only'
 *   | 'half' | 'html' | 'invalid-json' | 'title' | 'empty'} Trick
 *
 * @typedef {object} Rule
 * @property {string} id
 * @property {Trick} do
 * @property {string[]} endpoint names; empty: all
 * @property {string[]} user only requests that name one of these customer IDs or addresses
 * @property {string | null} workspace
 * @property {number} after so many matching requests go by first
 * @property {number | null} times fires so often at most
 * @property {number} probability 0..1
 * @property {number} seed of the probability and the jitter
 * @property {number | null} status
 * @property {string | null} message the words of the refusal, in the API's own shape
 * @property {unknown} [body] sent instead of the API's own shape; null: no body
 * @property {Record<string, string>} headers added to the answer
 * @property {boolean} rateHeaders false: leave out what the limits would say
 * @property {boolean | null} apply make the change; null: unless the status given says otherwise
 * @property {number} delayMs
 * @property {number} jitterMs up to so much more
 * @property {'before' | 'after' | 'split'} where the delay lies: on the way in, out, or half each
 * @property {number} seen
 * @property {number} fired
 */
import { isRecord, seededRandom } from './http.mjs';

/** @type {readonly Trick[]} */
const TRICKS = [
	'status',
	'refuse',
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
 * @param {readonly string[]} endpointNames
 * @returns {Rule}
 */
function toRule(given, id, endpointNames) {
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
	if (!TRICKS.includes(rule.do)) throw new TypeError(`"do" is one of ${TRICKS.join(', ')}`);
	if (rule.do === 'status' && rule.status === null) throw new TypeError('"status" is missing');
	const unknown = rule.endpoint.find((name) => !endpointNames.includes(name));
	if (unknown !== undefined) throw new TypeError(`There is no endpoint "${unknown}"`);
	return rule;
}

export class Misbehaviour {
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
	 * All or none: one bad rule refuses the list.
	 *
	 * @param {unknown[]} given
	 * @param {readonly string[]} endpointNames
	 * @param {boolean} replace
	 */
	add(given, endpointNames, replace) {
		const rules = given.map((entry) => toRule(entry, `rule-${this.#nextId++}`, endpointNames));
		if (replace) this.clear();
		for (const rule of rules) this.#rules.push({ rule, random: seededRandom(rule.seed) });
		return rules;
	}

	/**
	 * Every delay that applies, summed.
	 *
	 * @param {Occasion} occasion
	 * @returns {{ beforeMs: number, afterMs: number }}
	 */
	delays(occasion) {
		let beforeMs = 0;
		let afterMs = 0;
		for (const { rule, random } of this.#rules) {
			if (rule.do !== 'delay' || !fires(rule, random, occasion)) continue;
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
	 * @param {Occasion} occasion
	 * @returns {Rule | null}
	 */
	trick(occasion) {
		for (const { rule, random } of this.#rules) {
			if (rule.do !== 'delay' && fires(rule, random, occasion)) return rule;
		}
		return null;
	}
}

/**
 * @typedef {object} Occasion
 * @property {string} endpoint
 * @property {string | null} workspace
 * @property {string[]} users
 */

/**
 * @param {Rule} rule
 * @param {() => number} random
 * @param {Occasion} occasion
 * @returns {boolean}
 */
function fires(rule, random, occasion) {
	if (rule.endpoint.length > 0 && !rule.endpoint.includes(occasion.endpoint)) return false;
	if (rule.workspace !== null && rule.workspace !== occasion.workspace) return false;
	if (rule.user.length > 0 && !rule.user.some((user) => occasion.users.includes(user)))
		return false;
	rule.seen++;
	if (rule.seen <= rule.after) return false;
	if (rule.times !== null && rule.fired >= rule.times) return false;
	if (rule.probability < 1 && random() >= rule.probability) return false;
	rule.fired++;
	return true;
}
