/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test looks into objects; it is no part of the package */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import type { RunResult } from '../support/engine';
import { PERSON, person } from './subjects';

/** Bodies below this say nothing that an output may not say as well. */
const SHORTEST_BODY = 20;

/** What must not be read anywhere, as it stands in a run. */
export interface Private {
	workspaceId: string;
	apiKey: string;
	/** Bodies of the requests that the node sent. */
	bodies: readonly string[];
}

interface Place {
	searches: number;
	characters: number;
}

/** The key, and everything that holds it, as it would stand in a text. */
function secretsOf({ workspaceId, apiKey }: Private): string[] {
	const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
	return [apiKey, base64(apiKey), base64(`${workspaceId}:${apiKey}`)];
}

/** Looks for keys, bodies and other people's names in all that a run gives, and counts where it looked. */
export class Leaks {
	readonly places = new Map<string, Place>();
	readonly found: string[] = [];
	/** Of all runs so far. */
	private readonly secrets = new Set<string>();

	/** Searches everything that a run gave to n8n or to a person. */
	ofRun(run: RunResult, hidden: Private, what: string): void {
		const stored = [
			JSON.stringify(run.stored),
			inspect(run.stored, { depth: 12, maxArrayLength: null }),
		];
		const secrets = secretsOf(hidden);
		for (const secret of secrets) this.secrets.add(secret);
		const places: Record<string, string[]> = {
			'items of the first output': [JSON.stringify(run.main)],
			'items of the error output': [JSON.stringify(run.errors)],
			'the error that stops a workflow': [JSON.stringify(run.error ?? '')],
			'hints in the output panel': run.hints.map(({ message }) => message),
			'messages to the editor': run.messages.map((message) => JSON.stringify(message)),
			'stored run data': stored,
		};
		for (const [place, texts] of Object.entries(places))
			for (const text of texts) {
				this.search(place, text, secrets, `${what}: the key`);
				this.search(place, text, spelled(hidden.bodies), `${what}: a request's body`);
			}
		this.ofOthers(run, what);
	}

	/** Searches a text that belongs to no single run for the keys of all. */
	ofLog(place: string, text: string): void {
		assert.ok(this.secrets.size > 0, 'no run was searched');
		this.search(place, text, [...this.secrets], 'a key');
	}

	private search(place: string, text: string, words: readonly string[], what: string): void {
		const known = this.places.get(place) ?? { searches: 0, characters: 0 };
		this.places.set(place, known);
		known.searches += 1;
		known.characters += text.length;
		const small = text.toLowerCase();
		if (words.some((word) => small.includes(word.toLowerCase())))
			this.found.push(`${what} in ${place}`);
	}

	/** An item's words name nobody but the item's own person, a hint names nobody. */
	private ofOthers({ errors, error, hints }: RunResult, what: string): void {
		const names = (text: string) => decoded(text).toLowerCase().match(PERSON) ?? [];
		const check = (place: string, text: string, own?: string) => {
			const others = names(text).filter((name) => name !== own);
			this.search(place, text, [], what);
			if (others.length > 0) this.found.push(`${what}: ${others[0]} in ${place} of ${own}`);
		};
		for (const { json, pairedItem } of errors) {
			const { item } = pairedItem as { item: number };
			check('what a refused item is told', `${json.error} ${json.message}`, person(item));
		}
		if (error) {
			const own = person(error.itemIndex ?? -1);
			check('what stops a workflow says of others', `${error.message} ${error.description}`, own);
		}
		for (const { message } of hints) check('hints, for names', message);
	}

	/** One line for each place. Throws if anything was found anywhere. */
	report(): string[] {
		assert.deepEqual([...new Set(this.found)].slice(0, 20), [], 'found');
		const lines = [...this.places].map(
			([place, { searches, characters }]) =>
				`${place}: ${searches.toLocaleString('en-US')} searches, ${characters.toLocaleString('en-US')} characters, 0 found`,
		);
		for (const [place, { characters }] of this.places)
			assert.ok(characters > 0, `${place}: nothing`);
		return lines;
	}
}

/** A body as it is, and as it stands inside of JSON. */
function spelled(bodies: readonly string[]): string[] {
	const whole = [...new Set(bodies)].filter((body) => body.length >= SHORTEST_BODY);
	return whole.flatMap((body) => [body, JSON.stringify(body).slice(1, -1)]);
}

function decoded(text: string): string {
	return text.replaceAll(/%[0-9a-f]{2}/gi, (sign) =>
		String.fromCharCode(parseInt(sign.slice(1), 16)),
	);
}
