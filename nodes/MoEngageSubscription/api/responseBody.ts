import type { IN8nHttpFullResponse } from 'n8n-workflow';

/** Upper bound in bytes. Documented MoEngage responses are far smaller. */
const LARGEST_RESPONSE = 2 * 1024 * 1024;

/** The parts of a stream that are used here. */
interface Chunks extends AsyncIterable<Buffer> {
	on(event: 'error', listener: () => void): unknown;
	destroy(): unknown;
}

function isStream(body: unknown): body is Chunks {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Reads a response body until it ends, is too large, or `ended` settles. */
export async function readResponse<E extends string>(
	body: IN8nHttpFullResponse['body'],
	ended: Promise<E>,
): Promise<{ text: string } | 'large' | E> {
	if (typeof body === 'string') return { text: body };
	if (body === null || body === undefined) return { text: '' };
	if (!isStream(body))
		return { text: Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body) };
	const chunks: Buffer[] = [];
	let size = 0;
	const iterator = body[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await Promise.race([iterator.next(), ended]);
			if (typeof next === 'string') return next;
			if (next.done) return { text: Buffer.concat(chunks).toString() };
			size += next.value.length;
			if (size > LARGEST_RESPONSE) return 'large';
			chunks.push(next.value);
		}
	} finally {
		discard(body);
	}
}

/** Closes the connection of a response that isn't read any further, and ignores its errors. */
export function discard(body: IN8nHttpFullResponse['body']): void {
	if (!isStream(body)) return;
	body.on('error', () => {});
	body.destroy();
}
