/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test inspects objects; it isn't part of the package */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import type { RunResult } from '../support/engine';
import { USER_ID, userId } from './subjects';

/** Shorter bodies contain nothing that an output may not contain as well. */
const SHORTEST_BODY = 20;

/** In the credential of each run, although only the trigger uses it. */
export const WEBHOOK_SECRET = `webhook-${randomBytes(16).toString('hex')}`;

/** What no output of a run may contain, besides the webhook secret. */
export interface Private {
	workspaceId: string;
	apiKey: string;
	/** Bodies of the requests that the node sent. */
	bodies: readonly string[];
}

interface Place {
	scans: number;
	characters: number;
}

/** The secrets and the values that contain them, as they would appear in a text. */
function secretsOf({ workspaceId, apiKey }: Private): string[] {
	const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
	const pair = base64(`${workspaceId}:${apiKey}`);
	return [pair, ...[apiKey, WEBHOOK_SECRET].flatMap((secret) => [secret, base64(secret)])];
}

/** Scans all output of runs for secrets, bodies and other users' identifiers, and counts the scans. */
export class Leaks {
	readonly places = new Map<string, Place>();
	readonly found: string[] = [];
	/** The secrets of all runs so far. */
	private readonly secrets = new Set<string>();

	/** Scans everything that a run returned to n8n or showed to the user. */
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
				this.scan(place, text, secrets, `${what}: a secret`);
				this.scan(place, text, spellingsOf(hidden.bodies), `${what}: a request's body`);
			}
		this.ofOthers(run, what);
	}

	/** Scans a text that belongs to no single run for the secrets of all runs. */
	ofLog(place: string, text: string): void {
		assert.ok(this.secrets.size > 0, 'no run was scanned');
		this.scan(place, text, [...this.secrets], 'a secret');
	}

	private scan(place: string, text: string, secrets: readonly string[], what: string): void {
		const known = this.places.get(place) ?? { scans: 0, characters: 0 };
		this.places.set(place, known);
		known.scans += 1;
		known.characters += text.length;
		const lower = text.toLowerCase();
		if (secrets.some((secret) => lower.includes(secret.toLowerCase())))
			this.found.push(`${what} in ${place}`);
	}

	/** An item's message names only the item's own user, a hint names no user. */
	private ofOthers({ errors, error, hints }: RunResult, what: string): void {
		const names = (text: string) => decoded(text).toLowerCase().match(USER_ID) ?? [];
		const check = (place: string, text: string, own?: string) => {
			const others = names(text).filter((name) => name !== own);
			this.scan(place, text, [], what);
			if (others.length > 0) this.found.push(`${what}: ${others[0]} in ${place} of ${own}`);
		};
		for (const { json, pairedItem } of errors) {
			const { item } = pairedItem as { item: number };
			check('messages of rejected items', JSON.stringify([json.error, json.message]), userId(item));
		}
		if (error) {
			const own = userId(error.itemIndex ?? -1);
			check(
				'the error that stops a workflow, for other users',
				`${error.message} ${error.description}`,
				own,
			);
		}
		for (const { message } of hints) check('hints, for users', message);
	}

	/** One line per place. Throws if anything was found. */
	report(): string[] {
		assert.deepEqual([...new Set(this.found)].slice(0, 20), [], 'found');
		const lines = [...this.places].map(
			([place, { scans, characters }]) =>
				`${place}: ${scans.toLocaleString('en-US')} scans, ${characters.toLocaleString('en-US')} characters, 0 found`,
		);
		for (const [place, { characters }] of this.places)
			assert.ok(characters > 0, `${place} is empty`);
		return lines;
	}
}

/** Each body as it is, and as it appears in JSON. */
function spellingsOf(bodies: readonly string[]): string[] {
	const whole = [...new Set(bodies)].filter((body) => body.length >= SHORTEST_BODY);
	return whole.flatMap((body) => [body, JSON.stringify(body).slice(1, -1)]);
}

function decoded(text: string): string {
	return text.replaceAll(/%[0-9a-f]{2}/gi, (escape) =>
		String.fromCharCode(parseInt(escape.slice(1), 16)),
	);
}
