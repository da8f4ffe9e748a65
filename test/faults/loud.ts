/* eslint-disable @n8n/community-nodes/no-restricted-globals --
   listens to its own process; it is no part of the package */
// Loaded before n8n, which reads its level of logging once. n8n's log goes to the standard output: it
// is kept here and not shown.
process.env.N8N_LOG_LEVEL = 'debug';
process.env.NODE_ENV = 'production';

const heard: string[] = [];
const LOG_LINE = /^\S+ \| (debug|info|warn|error) +\|/;

for (const stream of [process.stdout, process.stderr]) {
	const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
	stream.write = (chunk: unknown, ...rest: unknown[]) => {
		heard.push(String(chunk));
		return LOG_LINE.test(String(chunk)) || write(chunk, ...rest);
	};
}

/** All that this process has put out so far, n8n's log in all its detail included. */
export const heardSoFar = () => heard.join('');
