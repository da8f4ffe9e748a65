// Starts programs so that they can be ended for certain, with everything that they started.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { UserError, wait } from './log.mjs';

/** Newest output kept of a program, in characters. */
const OUTPUT_KEPT = 4_000_000;
const POSIX = process.platform !== 'win32';

/**
 * @typedef {object} Program
 * @property {number} pid also the ID of its process group
 * @property {() => string} output all that it has printed, both streams
 * @property {Promise<number>} ended exit code; 128 where a signal ended it
 * @property {() => boolean} running
 * @property {(graceMs?: number) => Promise<void>} stop asks it to end, then makes it end
 */

/** @param {number} pid */
function groupLives(pid) {
	try {
		process.kill(POSIX ? -pid : pid, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
	try {
		process.kill(POSIX ? -pid : pid, signal);
	} catch {
		// It has ended already.
	}
}

/**
 * A process group of its own: Ctrl-C reaches us alone, and we end the others in order.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onText?: (text: string) => void, tied?: boolean }} [options]
 *   `tied`: gets an open standard input, which closes when this process ends in whatever way
 * @returns {Program}
 */
export function launch(command, args, { cwd, env, onText, tied = false } = {}) {
	if (ending) throw new UserError('Stopped.');
	const child = spawn(command, args, {
		cwd,
		env,
		detached: POSIX,
		shell: !POSIX && command === 'npm',
		stdio: [tied ? 'pipe' : 'ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text) => {
			output = (output + text).slice(-OUTPUT_KEPT);
			onText?.(text);
		});
	}
	let done = false;
	/** @type {Promise<number>} */
	const ended = new Promise((resolve) => {
		child.once('error', (problem) => {
			done = true;
			output += `\n${problem.message}`;
			resolve(127);
		});
		child.once('close', (code) => {
			done = true;
			resolve(code ?? 128);
		});
	});
	const pid = child.pid ?? 0;
	/** @type {Program} */
	const program = {
		pid,
		output: () => output,
		ended,
		running: () => !done,
		async stop(graceMs = 15_000) {
			// Its number may belong to another by now.
			if (pid === 0 || done) return;
			signalGroup(pid, 'SIGTERM');
			const deadline = Date.now() + graceMs;
			while (groupLives(pid) && Date.now() < deadline) await wait(50);
			if (groupLives(pid)) signalGroup(pid, 'SIGKILL');
			await ended;
		},
	};
	programs.add(program);
	void ended.then(() => programs.delete(program));
	return program;
}

/** @type {Set<Program>} all that run, oldest first */
const programs = new Set();
let ending = false;

/** Ends every program that this process has started, the newest first; none can start any more. */
export async function endAll() {
	ending = true;
	for (const program of [...programs].reverse()) await program.stop();
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof launch>[2]} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, options) {
	const program = launch(command, args, options);
	return { code: await program.ended, output: program.output() };
}

/** @returns {Promise<number>} a loopback port that nobody listens on right now */
export function freePort() {
	return new Promise((done, fail) => {
		const server = createServer();
		server.once('error', fail);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			server.close(() => done(port));
		});
	});
}
