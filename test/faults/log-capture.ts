/* eslint-disable @n8n/community-nodes/no-restricted-globals --
   reads its own process's output; it isn't part of the package */
// Loaded before n8n, which reads its log level only once. n8n logs to the standard output, which is
// captured here and not shown.
process.env.N8N_LOG_LEVEL = 'debug';
process.env.NODE_ENV = 'production';

const captured: string[] = [];
const LOG_LINE = /^\S+ \| (debug|info|warn|error) +\|/;

for (const stream of [process.stdout, process.stderr]) {
	const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
	stream.write = (chunk: unknown, ...rest: unknown[]) => {
		captured.push(String(chunk));
		return LOG_LINE.test(String(chunk)) || write(chunk, ...rest);
	};
}

/** Everything that this process has printed so far, including n8n's debug log. */
export const capturedOutput = () => captured.join('');
