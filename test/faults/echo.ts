import type { Bench } from './cell';
import type { Leaks } from './leaks';
import type { Asked } from './proxy.mjs';
import { address, subjects, type Subject } from './subjects';

/** Every status whose words reach a person, by whichever way. */
const STATUSES = [200, 202, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 500, 503];

/** The shapes in which MoEngage, or what stands before it, explains itself. */
const SHAPES: Array<(said: string) => string> = [
	(said) => JSON.stringify({ title: said, description: said }),
	(said) => JSON.stringify({ message: said }),
	(said) =>
		JSON.stringify({
			error: { code: '400', message: said, details: { target: said, message: said } },
		}),
	(said) => JSON.stringify({ response_id: 'r', error: { message: said, err_code: said } }),
	(said) => `title="${said.replaceAll('"', "'").slice(0, 900)}" description="see above"`,
	(said) => said,
];

/** What a server that talks too much says first; people read the first lines only. */
const TOPICS = ['the Authorization header', 'the key', 'the body', 'the people'] as const;

function talk(
	topic: (typeof TOPICS)[number],
	asked: Asked,
	apiKey: string,
	people: string[],
): string {
	const header = asked.headers.authorization ?? '';
	const said = {
		'the Authorization header': `Authorization: ${header}, without its end ${header.replace(/=+$/, '')}`,
		'the key': `${apiKey} ${apiKey.toUpperCase()} ${Buffer.from(apiKey).toString('base64')}`,
		'the body': asked.body,
		'the people': [...people, ...people.map(encodeURIComponent)].join(' and '),
	};
	const first = said[topic];
	return `${first} ${Object.values(said).join(' ')}`;
}

interface Round {
	subject: Subject;
	status: number;
	shape: number;
	topic: (typeof TOPICS)[number];
	onError: 'stopWorkflow' | 'continueErrorOutput';
}

/** Every status and shape with every operation; what is said first, and On Error, take turns. */
function rounds(): Round[] {
	const all: Round[] = [];
	for (const subject of subjects)
		for (const status of STATUSES)
			for (const shape of SHAPES.keys()) {
				const onError = all.length % 3 === 0 ? 'stopWorkflow' : 'continueErrorOutput';
				const thorough = status === 400 || status === 401 || status === 200;
				const topics = thorough ? TOPICS : [TOPICS[all.length % TOPICS.length]];
				for (const topic of topics) all.push({ subject, status, shape, topic, onError });
			}
	return all;
}

/**
 * Runs against a server that says all it has heard: the key, the header, the body, whom the request
 * was about, and the addresses of everybody in the list. Returns how many runs there were.
 */
export async function searchEchoes(bench: Bench, leaks: Leaks, apiKey: string): Promise<number> {
	const all = rounds();
	let next = 0;
	const worker = async () => {
		while (next < all.length) {
			const index = next++;
			await searchEcho(bench, leaks, all[index], `ECHO_${index}`, apiKey);
		}
	};
	await Promise.all(Array.from({ length: 8 }, worker));
	return all.length;
}

async function searchEcho(
	{ engine, proxy }: Bench,
	leaks: Leaks,
	{ subject, status, shape, topic, onError }: Round,
	workspaceId: string,
	apiKey: string,
): Promise<void> {
	const count = subject.batch > 1 ? 4 : 2;
	const indexes = Array.from({ length: count }, (_, index) => index);
	const way = proxy.open(workspaceId, () => ({
		instead: {
			status,
			headers: { location: `http://${apiKey}.example/` },
			body: (asked) =>
				SHAPES[shape](
					talk(topic, asked, apiKey, [...subject.people(asked), ...indexes.map(address)]),
				),
		},
	}));
	const credential = {
		workspaceId,
		apiKey,
		dataCenter: 'custom',
		baseUrl: way.url,
		projectCode: '',
	};
	const run = await engine.run({
		parameters: { ...subject.parameters, options: { maxTries: 1 } },
		items: indexes.map(subject.item),
		credential,
		onError,
	});
	const hidden = {
		workspaceId,
		apiKey,
		bodies: way.passages.map(({ body }) => body),
	};
	leaks.ofRun(run, hidden, `${subject.name}, ${status}, shape ${shape}, ${topic}`);
}
