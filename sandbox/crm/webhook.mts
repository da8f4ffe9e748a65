/** Calls a URL for changed contacts, in batches, and again if a call fails. */
import { isRecord, seededRandom } from '../http.mts';
import type { Contact } from './contacts.mts';

interface Settings {
	/** Empty: no calls. */
	url: string;
	/** How long a batch waits for more changes. */
	batchMs: number;
	batchSize: number;
	/** Sends changes in random order, each batch with up to this delay. */
	shuffleMs: number;
}

const DEFAULTS: Settings = { url: '', batchMs: 50, batchSize: 100, shuffleMs: 0 };
const RETRY_AFTER_MS = [1000, 2000, 4000];
const TIMEOUT_MS = 10_000;

/** Throws a TypeError that names the unclear setting. */
function toSettings(given: unknown): Settings {
	if (!isRecord(given)) throw new TypeError('The webhook needs a url');
	for (const [name, value] of Object.entries(given)) {
		if (typeof value !== typeof DEFAULTS[name as keyof Settings]) {
			throw new TypeError(`"${name}" of the webhook is unclear`);
		}
	}
	return { ...DEFAULTS, ...given };
}

export class Webhook {
	#settings = DEFAULTS;
	#waiting: Contact[] = [];
	#open = 0;
	/** Timers of an earlier state end without effect. */
	#round = 0;
	#random = seededRandom(1);
	/** Calls that succeeded, and those that were given up. */
	counts = { delivered: 0, givenUp: 0 };

	/** How many changes and calls haven't come to an end. */
	get pending(): number {
		return this.#open + this.#waiting.length;
	}

	configure(given: unknown) {
		const settings = toSettings(given);
		this.clear();
		this.#settings = settings;
	}

	/** Also drops what isn't sent yet. */
	clear() {
		this.#round++;
		this.#open = 0;
		this.#waiting = [];
		this.#settings = DEFAULTS;
		this.#random = seededRandom(1);
		this.counts = { delivered: 0, givenUp: 0 };
	}

	add(contact: Contact) {
		if (this.#settings.url === '') return;
		if (this.#waiting.length === 0) this.#after(this.#settings.batchMs, () => this.#flush());
		this.#waiting.push(contact);
	}

	#after(ms: number, step: () => void) {
		const round = this.#round;
		setTimeout(() => {
			if (round === this.#round) step();
		}, ms).unref();
	}

	#flush() {
		const { batchSize, shuffleMs } = this.#settings;
		const changes = this.#waiting.splice(0).map((contact) => ({ contact, at: this.#random() }));
		if (shuffleMs > 0) changes.sort((a, b) => a.at - b.at);
		for (let start = 0; start < changes.length; start += batchSize) {
			const batch = changes.slice(start, start + batchSize).map(({ contact }) => contact);
			this.#open++;
			this.#after(this.#random() * shuffleMs, () => void this.#send(batch, 0));
		}
	}

	async #send(contacts: Contact[], retries: number) {
		const round = this.#round;
		const delivered = await post(this.#settings.url, { contacts });
		if (round !== this.#round) return;
		const pause = RETRY_AFTER_MS[retries];
		if (!delivered && pause !== undefined) {
			this.#after(pause, () => void this.#send(contacts, retries + 1));
			return;
		}
		this.#open--;
		this.counts[delivered ? 'delivered' : 'givenUp']++;
	}
}

/** @returns whether the response in time was a success */
async function post(url: string, body: object): Promise<boolean> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		await response.arrayBuffer();
		return response.ok;
	} catch (problem) {
		// Only a failed connection is a delivery problem; anything else is a fault of the sandbox.
		if (problem instanceof TypeError || problem instanceof DOMException) return false;
		throw problem;
	}
}
