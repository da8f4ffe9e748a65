/** Rules that inject faults, and documented responses by name. */
import { isRecord, seededRandom } from './http.mts';
import type { Operation } from './contract.mts';

type Fault =
	| 'status'
	| 'example'
	| 'reject'
	| 'delay'
	| 'hang'
	| 'cut-before'
	| 'cut-after'
	| 'headers-only'
	| 'half'
	| 'html'
	| 'invalid-json'
	| 'title'
	| 'empty';

export interface Rule {
	id: string;
	do: Fault;
	/** Endpoint names; empty: all. */
	endpoint: string[];
	/** Only requests with one of these customer IDs or email addresses. */
	user: string[];
	workspace: string | null;
	/** Number of matching requests before it starts. */
	after: number;
	/** Most times that it applies. */
	times: number | null;
	/** 0..1. */
	probability: number;
	/** Seed of the probability and the jitter. */
	seed: number;
	status: number | null;
	/** Name of an example in the document; operations without it don't match. */
	example: string | null;
	/** Replaces the usual message, in the operation's own shape. */
	message: string | null;
	/** Sent instead of the operation's own shape; null: no body. */
	body?: unknown;
	/** Added to the response. */
	headers: Record<string, string>;
	/** false: leaves the rate headers out */
	rateHeaders: boolean;
	/** Whether the change is made; null: if the status is below 300. */
	apply: boolean | null;
	delayMs: number;
	/** Random addition, at most. */
	jitterMs: number;
	/** Before or after the request is carried out, or half each. */
	where: 'before' | 'after' | 'split';
	/** Matching requests. */
	seen: number;
	fired: number;
}

const FAULTS: readonly Fault[] = [
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

function blank(): Rule {
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

function list(value: unknown): string[] {
	if (value === undefined || value === null) return [];
	return (Array.isArray(value) ? value : [value]).map(String);
}

function toRule(given: unknown, id: string, operations: readonly Operation[]): Rule {
	if (!isRecord(given)) throw new TypeError('A rule has to be a JSON object');
	const base = blank();
	for (const key of Object.keys(given)) {
		if (key !== 'body' && !Object.hasOwn(base, key)) {
			throw new TypeError(`There is no rule setting "${key}"`);
		}
	}
	const rule = { ...base, id, ...given, seen: 0, fired: 0 };
	rule.endpoint = list(given.endpoint);
	rule.user = list(given.user);
	if (!FAULTS.includes(rule.do)) throw new TypeError(`"do" is one of ${FAULTS.join(', ')}`);
	if (rule.do === 'status' && rule.status === null) throw new TypeError('"status" is missing');
	const unknown = rule.endpoint.find((name) => !operations.some((known) => known.name === name));
	if (unknown !== undefined) throw new TypeError(`There is no endpoint "${unknown}"`);
	checkExample(rule, operations);
	return rule;
}

function checkExample({ do: fault, endpoint, example }: Rule, operations: readonly Operation[]) {
	if ((fault === 'example') !== (example !== null)) {
		throw new TypeError('"do": "example" and "example" need each other');
	}
	const meant = operations.filter(({ name }) => endpoint.length === 0 || endpoint.includes(name));
	if (example !== null && !meant.some(({ examples }) => examples.has(example))) {
		throw new TypeError(`There is no example "${example}"`);
	}
}

export class Faults {
	#rules: { rule: Rule; random: () => number }[] = [];
	#nextId = 1;

	list(): Rule[] {
		return this.#rules.map(({ rule }) => rule);
	}

	clear() {
		this.#rules = [];
	}

	/** All or none: one bad rule rejects the list. */
	add(given: unknown[], operations: readonly Operation[], replace: boolean) {
		const rules = given.map((entry) => toRule(entry, `rule-${this.#nextId++}`, operations));
		if (replace) this.clear();
		for (const rule of rules) this.#rules.push({ rule, random: seededRandom(rule.seed) });
		return rules;
	}

	/** The sum of all delays that apply. */
	delays(match: RequestMatch): { beforeMs: number; afterMs: number } {
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

	/** The first rule, delays aside, that applies. */
	faultFor(match: RequestMatch): Rule | null {
		for (const { rule, random } of this.#rules) {
			if (rule.do !== 'delay' && fires(rule, random, match)) return rule;
		}
		return null;
	}
}

interface RequestMatch {
	endpoint: Operation;
	workspace: string | null;
	users: string[];
}

function fires(rule: Rule, random: () => number, match: RequestMatch): boolean {
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
