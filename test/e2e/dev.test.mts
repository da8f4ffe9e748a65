// npm run dev from the user's side: the summary it prints, reloading, and Ctrl-C.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { ROOT } from '../harness/package.mts';
import { wait } from '../harness/log.mts';
import type { Json } from '../harness/n8n-client.mts';
import { visit } from './support.mts';

/** @param folder in a program's command line or environment */
function programsNaming(folder: string): { pid: number; command: string }[] {
	// `e` adds the environment variables.
	const { stdout } = spawnSync('ps', ['axeww', '-o', 'pid=,command='], {
		encoding: 'utf8',
		maxBuffer: 64e6,
	});
	return stdout
		.split('\n')
		.filter((line) => line.includes(folder))
		.map((line) => ({ pid: parseInt(line, 10), command: line.trim().slice(0, 200) }));
}

/**
 * Starts the demo with its own temporary folder, so that files and programs that it leaves behind can
 * be found.
 */
function startDemo(args: string[] = []) {
	const folder = mkdtempSync(join(tmpdir(), 'dev-e2e-'));
	const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'demo/dev.mts'), ...args], {
		cwd: ROOT,
		// tsx would keep its cache in the temporary folder.
		env: { ...process.env, TMPDIR: folder, TSX_DISABLE_CACHE: '1' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => (output += text));
	}
	const ended: Promise<number | null> = new Promise((done) => child.once('close', done));
	return {
		output: () => output,
		ended,
		interrupt: () => child.kill('SIGINT'),
		async prints(text: RegExp) {
			const isPrinted = () => text.test(output);
			const timeout = { milliseconds: 180_000, fallback: () => {} };
			await pWaitFor(() => isPrinted() || child.exitCode !== null, { interval: 200, timeout });
			assert.ok(isPrinted(), `never printed ${text}:\n${output}`);
		},
		leftBehind: () => ({ programs: programsNaming(folder), files: readdirSync(folder) }),
		async clean() {
			child.kill('SIGINT');
			await ended;
			for (const { pid } of programsNaming(folder)) process.kill(pid, 'SIGKILL');
			rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

function isListening(url: string): Promise<boolean> {
	const { hostname, port } = new URL(url);
	return new Promise((done) => {
		const socket = connect(Number(port), hostname);
		socket.once('connect', () => done(true)).once('error', () => done(false));
		socket.once('connect', () => socket.destroy());
	});
}

test('npm run dev runs the main job and stays up, and Ctrl-C leaves nothing behind', async () => {
	const demo = startDemo();
	try {
		await demo.prints(/Press Ctrl-C/);
		const text = demo.output();
		assert.match(text, /Contacts in the export +2,000/);
		assert.match(text, /Accepted by MoEngage +1,994/);
		assert.match(text, /Accepted with a warning +2/);
		assert.match(text, /Rejected +6/);
		assert.match(text, /Requests +4\d \(up to 50 users per request\)/);
		assert.match(text, /Checked: all 1,970 users match the file/);
		assert.match(text, /^ +58 +Accepted with a warning: .*Newsletter/m);
		assert.match(text, /^ +1778 +Rejected: .*Unsubscribe From All/m);
		assert.match(text, /Email +\S+@\S+\n +Password +\S+/);
		const editor = text.match(/Editor +(http:\S+)/)?.[1] ?? '';
		const sandbox = text.match(/Sandbox +(http:\S+)/)?.[1] ?? '';
		assert.ok((await fetch(editor)).ok);
		assert.ok((await fetch(sandbox)).ok);
		const preferences = text.match(/Preference page +(http:\S+)/)?.[1] ?? '';
		assert.match((await visit(preferences)).main, /<input type="checkbox"[^>]*>.*Newsletter/);
		const optIn = text.match(/Double opt-in +(http:\S+)/)?.[1] ?? '';
		assert.match((await visit(optIn)).main, /<input type="email"/);
		const confirmation = text.match(/Confirmation +(http:\S+)/)?.[1] ?? '';
		assert.match((await visit(confirmation)).main, /<button/);
		await visit(optIn, { email: 'ada@example.com' });
		await demo.prints(/Confirmation link for ada@example\.com: http:\S+\?token=/);
		const unsubscribe = new URLSearchParams({ unsubscribe_all: 'true' });
		const twoWay = text.match(/Two-way +(http:\S+)/)?.[1] ?? '';
		assert.ok((await fetch(twoWay, { method: 'POST', body: unsubscribe })).ok);
		const crm = text.match(/in the CRM: (http:\S+)\)/)?.[1] ?? '';
		const inCrm = async () => ((await (await fetch(crm)).json()) as Json).contacts[0];
		await pWaitFor(async () => (await inCrm()).email_opt_out === true, { interval: 100 });
		assert.ok(demo.leftBehind().programs.length >= 2, 'n8n is not among the programs');
		demo.interrupt();
		assert.equal(await demo.ended, 130);
		assert.deepEqual(demo.leftBehind(), { programs: [], files: [] });
		assert.deepEqual([await isListening(editor), await isListening(sandbox)], [false, false]);
	} finally {
		await demo.clean();
	}
});

test('npm run dev -- --watch restarts n8n at the same URL when a source changes', async () => {
	const demo = startDemo(['--watch']);
	try {
		await demo.prints(/Watching nodes/);
		const editor = demo.output().match(/Editor +(http:\S+)/)?.[1] ?? '';
		const source = join(ROOT, 'nodes/MoEngageSubscription/description.ts');
		utimesSync(source, new Date(), new Date());
		await demo.prints(/Reloaded in/);
		assert.ok((await fetch(editor)).ok);
		demo.interrupt();
		assert.equal(await demo.ended, 130);
		assert.deepEqual(demo.leftBehind(), { programs: [], files: [] });
	} finally {
		await demo.clean();
	}
});

test('npm run dev names an unknown option in one line', async () => {
	const demo = startDemo(['--verbose']);
	try {
		assert.equal(await demo.ended, 1);
		assert.match(demo.output(), /^Unknown option '--verbose'\. .*--watch.*\n$/);
	} finally {
		await demo.clean();
	}
});

test('Ctrl-C while n8n starts leaves nothing behind', async () => {
	const demo = startDemo();
	try {
		await demo.prints(/install it into n8n: .*done/);
		await wait(3000);
		demo.interrupt();
		assert.equal(await demo.ended, 130);
		assert.deepEqual(demo.leftBehind(), { programs: [], files: [] });
	} finally {
		await demo.clean();
	}
});
