/** Sends events to the destinations, as MoEngage does: in batches, with retries. */
import { randomUUID } from 'node:crypto';
import { seededRandom } from '../http.mts';
import { assertStreamsBody, catalog } from './catalog.mts';
import { authHeaders, type Destination } from './destination.mts';
import type { MoengageEvent } from './record.mts';

export interface Delivery {
	destination: string;
	/** Milliseconds since 1970. */
	at: number;
	/** From 1. */
	attempt: number;
	/** The second copy of a request that is sent twice. */
	duplicate: boolean;
	events: string[];
	/** null: no response in time */
	status: number | null;
	/** `given up`: no further attempt follows. */
	outcome: 'delivered' | 'failed' | 'given up';
}

interface Channel {
	destination: Destination;
	waiting: MoengageEvent[];
	random: () => number;
}

const LOG_LIMIT = 10_000;

export class Outbox {
	/** The newest events, sent or not. */
	raised: MoengageEvent[] = [];
	deliveries: Delivery[] = [];
	#channels: Channel[] = [];
	/** Requests that are sent, or wait for their time. */
	#open = 0;
	/** Timers of an earlier state end without effect. */
	#round = 0;

	/** @returns how many events and requests haven't come to an end */
	get pending(): number {
		return this.#open + this.#channels.reduce((sum, { waiting }) => sum + waiting.length, 0);
	}

	setDestinations(destinations: Destination[]) {
		this.clear();
		this.#channels = destinations.map((destination) => ({
			destination,
			waiting: [],
			random: seededRandom(destination.seed),
		}));
	}

	/** Also drops what isn't sent yet. */
	clear() {
		this.#round++;
		this.#open = 0;
		this.raised = [];
		this.deliveries = [];
		for (const channel of this.#channels) channel.waiting = [];
	}

	/** @param scale length of the simulated minute, in minutes */
	add(events: MoengageEvent[], scale: number) {
		this.raised.push(...events);
		if (this.raised.length > 2 * LOG_LIMIT) this.raised = this.raised.slice(-LOG_LIMIT);
		for (const channel of this.#channels) {
			const { destination, waiting } = channel;
			const wanted = events.filter(
				({ event_name: name }) =>
					destination.events.length === 0 || destination.events.includes(name),
			);
			if (wanted.length === 0) continue;
			if (waiting.length === 0) this.#after(destination.batchMs, () => this.#flush(channel, scale));
			waiting.push(...wanted);
		}
	}

	#after(ms: number, step: () => void) {
		const round = this.#round;
		setTimeout(() => {
			if (round === this.#round) step();
		}, ms).unref();
	}

	#flush(channel: Channel, scale: number) {
		const { destination, random } = channel;
		const events = channel.waiting.splice(0);
		if (destination.shuffleMs > 0) shuffle(events, random);
		const size = destination.kind === 'streams' ? destination.batchSize : 1;
		for (let start = 0; start < events.length; start += size) {
			const batch = events.slice(start, start + size);
			const copies = random() < destination.duplicates ? 2 : 1;
			for (let copy = 1; copy <= copies; copy++) {
				const send = () => void this.#send(destination, batch, 1, copy > 1, scale);
				this.#open++;
				this.#after(random() * destination.shuffleMs, send);
			}
		}
	}

	async #send(
		destination: Destination,
		events: MoengageEvent[],
		attempt: number,
		duplicate: boolean,
		scale: number,
	) {
		const round = this.#round;
		const at = Date.now();
		const status = await post(destination, events);
		if (round !== this.#round) return;
		const { kind, retries } = destination;
		const isStreams = kind === 'streams';
		const delivered =
			status !== null && (isStreams ? status >= 200 && status < 300 : status === 200);
		const pauses = isStreams || retries ? catalog[kind].retryAfterSeconds : [];
		const pause = delivered ? undefined : pauses[attempt - 1];
		this.deliveries.push({
			...{ destination: destination.url, at, attempt, duplicate, status },
			events: events.map(({ event_uuid: id }) => id),
			outcome: delivered ? 'delivered' : pause === undefined ? 'given up' : 'failed',
		});
		if (this.deliveries.length > LOG_LIMIT) this.deliveries.shift();
		if (pause === undefined) this.#open--;
		else {
			const again = () => void this.#send(destination, events, attempt + 1, duplicate, scale);
			this.#after(pause * 1000 * scale, again);
		}
	}
}

/** @returns the status, or null without a response in time */
async function post(destination: Destination, events: MoengageEvent[]): Promise<number | null> {
	const { kind, url, auth } = destination;
	const sent = events.map((event) =>
		destination.attributes ? event : { ...event, event_attributes: {} },
	);
	try {
		const response = await fetch(url, {
			method: 'POST',
			redirect: 'manual',
			headers: { 'content-type': 'application/json', ...authHeaders(auth) },
			body: JSON.stringify(kind === 'streams' ? streamsBody(sent) : connectorBody(sent)),
			signal: AbortSignal.timeout(catalog[kind].timeoutSeconds * 1000),
		});
		await response.arrayBuffer();
		return response.status;
	} catch (problem) {
		// Only a failed connection is a delivery problem; anything else is a fault of the sandbox.
		if (problem instanceof TypeError || problem instanceof DOMException) return null;
		throw problem;
	}
}

function streamsBody(events: MoengageEvent[]) {
	const body = {
		app_name: 'Sandbox',
		source: 'MOENGAGE',
		moe_request_id: randomUUID(),
		events,
	};
	assertStreamsBody(body);
	return body;
}

/** The body that docs/trigger.md recommends to marketers. It has no ID. */
function connectorBody([event]: MoengageEvent[]) {
	const { event_name, event_time, uid, email_id, event_attributes, user_attributes } = event;
	return { event_name, event_time, uid, email_id, event_attributes, user_attributes };
}

function shuffle<T>(list: T[], random: () => number) {
	for (let i = list.length - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		[list[i], list[j]] = [list[j], list[i]];
	}
}
