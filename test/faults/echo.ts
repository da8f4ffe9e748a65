import type { TestEnvironment } from './cell';
import { WEBHOOK_SECRET, type Leaks } from './leaks';
import type { ReceivedRequest } from './proxy.mts';
import { emailOf, subjects, type Subject } from './subjects';

/** Every status whose message can reach the user. */
const STATUSES = [200, 202, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 500, 503];

/** The response bodies of MoEngage and of proxies in front of it. */
const SHAPES: Array<(message: string) => string> = [
	(message) => JSON.stringify({ title: message, description: message }),
	(message) => JSON.stringify({ message }),
	(message) =>
		JSON.stringify({
			error: { code: '400', message, details: { target: message, message } },
		}),
	(message) => JSON.stringify({ response_id: 'r', error: { message, err_code: message } }),
	(message) => `title="${message.replaceAll('"', "'").slice(0, 900)}" description="see above"`,
	(message) => message,
];

/** What the server echoes first, because only the beginning of a message is shown. */
const TOPICS = ['the Authorization header', 'the key', 'the body', 'the users'] as const;

function echo(
	topic: (typeof TOPICS)[number],
	request: ReceivedRequest,
	apiKey: string,
	users: string[],
): string {
	const header = request.headers.authorization ?? '';
	const echoes = {
		'the Authorization header': `Authorization: ${header}, without its end ${header.replace(/=+$/, '')}`,
		'the key': `${apiKey} ${apiKey.toUpperCase()} ${Buffer.from(apiKey).toString('base64')}`,
		'the body': request.body,
		'the users': [...users, ...users.map(encodeURIComponent)].join(' and '),
	};
	const first = echoes[topic];
	return `${first} ${Object.values(echoes).join(' ')}`;
}

interface Round {
	subject: Subject;
	status: number;
	shape: number;
	topic: (typeof TOPICS)[number];
	onError: 'stopWorkflow' | 'continueErrorOutput';
}

/** Every status and shape with every operation; the topic and On Error alternate. */
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
 * Runs against a server that echoes everything it received: the key, the header, the body, the users of
 * the request, and the email addresses of the whole list. Returns the number of runs.
 */
export async function scanEchoes(
	environment: TestEnvironment,
	leaks: Leaks,
	apiKey: string,
): Promise<number> {
	const all = rounds();
	let next = 0;
	const worker = async () => {
		while (next < all.length) {
			const index = next++;
			await scanEcho(environment, leaks, all[index], `ECHO_${index}`, apiKey);
		}
	};
	await Promise.all(Array.from({ length: 16 }, worker));
	return all.length;
}

async function scanEcho(
	{ engine, proxy }: TestEnvironment,
	leaks: Leaks,
	{ subject, status, shape, topic, onError }: Round,
	workspaceId: string,
	apiKey: string,
): Promise<void> {
	const count = subject.batch > 1 ? 4 : 2;
	const indexes = Array.from({ length: count }, (_, index) => index);
	const route = proxy.open(workspaceId, () => ({
		instead: {
			status,
			headers: { location: `http://${apiKey}.example/` },
			body: (request) =>
				SHAPES[shape](
					echo(topic, request, apiKey, [...subject.usersOf(request), ...indexes.map(emailOf)]),
				),
		},
	}));
	const credential = {
		workspaceId,
		apiKey,
		dataCenter: 'custom',
		baseUrl: route.url,
		projectCode: '',
		webhookSecret: WEBHOOK_SECRET,
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
		bodies: route.requests.map(({ body }) => body),
	};
	leaks.ofRun(run, hidden, `${subject.name}, ${status}, shape ${shape}, ${topic}`);
}
