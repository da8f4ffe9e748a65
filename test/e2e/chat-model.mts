// A chat model for the AI agent: serves OpenAI's chat completion API and makes the tool calls that the
// test sets.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Json } from '../harness/n8n-client.mts';

export interface ChatModel {
	/** Base URL for the credential. */
	url: string;
	/** Sets the arguments of the next tool calls, made together. */
	calls: (args: object[]) => void;
	/** Bodies, oldest first. */
	requests: Json[];
	/** Tool results of the newest request. */
	toolResults: () => string[];
	stop: () => Promise<void>;
}

export function startChatModel(): Promise<ChatModel> {
	const requests: Json[] = [];
	let next: object[] = [];
	const server = createServer((request, response) => {
		void text(request).then((received) => {
			const body: Json = JSON.parse(received || '{}');
			response.setHeader('content-type', 'application/json');
			requests.push(body);
			response.end(JSON.stringify(completion(body, next)));
			next = [];
		});
	});
	return new Promise((done) => {
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			done({
				url: `http://127.0.0.1:${port}/v1`,
				requests,
				calls: (args) => (next = args),
				toolResults: () =>
					(requests.at(-1)?.messages ?? [])
						.filter(({ role }: Json) => role === 'tool')
						.map(({ content }: Json) => content),
				stop: () =>
					new Promise((ended) => {
						server.closeAllConnections();
						server.close(() => ended());
					}),
			});
		});
	});
}

/** @param body of the request */
function completion({ model, tools = [] }: Json, calls: object[]) {
	const tool_calls = calls.map((args, i) => ({
		id: `call_${i}`,
		type: 'function',
		function: { name: tools[0]?.function.name, arguments: JSON.stringify(args) },
	}));
	const message =
		calls.length > 0
			? { role: 'assistant', content: null, tool_calls }
			: { role: 'assistant', content: 'Done.' };
	return {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		created: 1,
		model,
		choices: [{ index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
