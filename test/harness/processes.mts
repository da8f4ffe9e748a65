// Starts programs so that they can be stopped reliably, together with their child processes.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { UserError, wait } from './log.mts';

/** How many characters of a program's newest output are kept. */
const OUTPUT_KEPT = 4_000_000;
const POSIX = process.platform !== 'win32';

/**
 * @typedef {object} Program
 * @property {number} pid also the ID of its process group
 * @property {() => string} output output of both streams
 * @property {Promise<number>} ended exit code, or 128 if a signal ended it
 * @property {() => boolean} running
 * @property {(graceMs?: number) => Promise<void>} stop sends SIGTERM, then SIGKILL after the grace period
 */

/** @param {number} pid */
function isGroupRunning(pid) {
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
 * Starts a program in its own process group, so that Ctrl-C reaches only this process, which then
 * stops the others in order.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onText?: (text: string) => void, tied?: boolean }} [options]
 *   `tied`: keeps standard input open, so that the program notices when this process ends
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
			// The process ID may belong to another process by now.
			if (pid === 0 || done) return;
			signalGroup(pid, 'SIGTERM');
			const deadline = Date.now() + graceMs;
			while (isGroupRunning(pid) && Date.now() < deadline) await wait(50);
			if (isGroupRunning(pid)) signalGroup(pid, 'SIGKILL');
			await ended;
		},
	};
	programs.add(program);
	void ended.then(() => programs.delete(program));
	return program;
}

/** @type {Set<Program>} running programs, oldest first */
const programs = new Set();
let ending = false;

/** Stops all programs, the newest first. No program can be started afterwards. */
export async function endAll() {
	ending = true;
	for (const program of [...programs].reverse()) await program.stop();
}

/**
 * Runs a program and waits for it to end.
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

/** @returns {Promise<number>} an unused loopback port */
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
