// Starts programs so that they can be stopped reliably, together with their child processes.
import { execa } from 'execa';
import getPort from 'get-port';
import pWaitFor from 'p-wait-for';
import { UserError } from './log.mts';

/** How many characters of a program's newest output are kept. */
const OUTPUT_KEPT = 4_000_000;
const POSIX = process.platform !== 'win32';

export interface Program {
	/** Also the ID of its process group. */
	pid: number;
	/** Output of both streams. */
	output: () => string;
	/** Exit code, or 128 if a signal ended it. */
	ended: Promise<number>;
	running: () => boolean;
	/** Sends SIGTERM, then SIGKILL after the grace period. */
	stop: (graceMs?: number) => Promise<void>;
}

function isGroupRunning(pid: number) {
	try {
		process.kill(POSIX ? -pid : pid, 0);
		return true;
	} catch {
		return false;
	}
}

function signalGroup(pid: number, signal: NodeJS.Signals) {
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
 * @param options `tied`: keeps standard input open, so that the program notices when this process ends
 */
export function launch(
	command: string,
	args: string[],
	{
		cwd,
		env,
		onText,
		tied = false,
	}: {
		cwd?: string;
		env?: NodeJS.ProcessEnv;
		onText?: (text: string) => void;
		tied?: boolean;
	} = {},
): Program {
	if (ending) throw new UserError('Stopped.');
	const child = execa(command, args, {
		cwd,
		env: env ?? process.env,
		extendEnv: false,
		detached: POSIX,
		stdin: tied ? 'pipe' : 'ignore',
		all: true,
		buffer: false,
		reject: false,
	});
	let output = '';
	child.all.setEncoding('utf8').on('data', (text: string) => {
		output = (output + text).slice(-OUTPUT_KEPT);
		onText?.(text);
	});
	let done = false;
	const ended = child.then(({ exitCode, originalMessage }) => {
		done = true;
		if (child.pid !== undefined) return exitCode ?? 128;
		output += `\n${originalMessage}`;
		return 127;
	});
	const pid = child.pid ?? 0;
	const program: Program = {
		pid,
		output: () => output,
		ended,
		running: () => !done,
		async stop(graceMs = 15_000) {
			// The process ID may belong to another process by now.
			if (pid === 0 || done) return;
			signalGroup(pid, 'SIGTERM');
			const timeout = { milliseconds: graceMs, fallback: () => signalGroup(pid, 'SIGKILL') };
			await pWaitFor(() => !isGroupRunning(pid), { interval: 50, timeout });
			await ended;
		},
	};
	programs.add(program);
	void ended.then(() => programs.delete(program));
	return program;
}

/** Running programs, oldest first. */
const programs: Set<Program> = new Set();
let ending = false;

/** Stops all programs, the newest first. No program can be started afterwards. */
export async function endAll() {
	ending = true;
	for (const program of [...programs].reverse()) await program.stop();
}

/** Runs a program and waits for it to end. */
export async function run(
	command: string,
	args: string[],
	options?: Parameters<typeof launch>[2],
): Promise<{ code: number; output: string }> {
	const program = launch(command, args, options);
	return { code: await program.ended, output: program.output() };
}

/** @returns an unused loopback port, not returned again for half a minute */
export const freePort = () => getPort({ host: '127.0.0.1' });
