// Installs the development dependencies when they are missing or older than the lock file, so
// that every command of this package works on a fresh checkout. Uses Node's own modules only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isN8nInstalled, missingBuildTools } from './build-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
	console.log(`Node ${process.versions.node} is too old. Install Node 20 or newer and run again.`);
	process.exit(1);
}

if (process.argv.includes('--for-n8n') && !isN8nInstalled()) {
	const missing = missingBuildTools();
	if (missing !== '') {
		console.log(missing);
		process.exit(1);
	}
}

const lock = createHash('sha256')
	.update(readFileSync(`${root}package-lock.json`))
	.digest('hex');
const stamp = `${root}node_modules/.setup-stamp`;
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
	console.log('Installing development dependencies (about 1 GB, 1 to 4 minutes the first time) …');
	const started = Date.now();
	// Exactly the lock's versions. It names the optional packages of every system, so this works on each.
	const npm = spawn('npm', ['ci', '--loglevel=error', '--no-progress'], {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	const progress = setInterval(showProgress, 1000);
	const code = await new Promise((done) => npm.once('close', done).once('error', () => done(1)));
	clearInterval(progress);
	if (code !== 0) {
		console.log(
			"npm couldn't install them. Check the network or the npm registry, then run it again.",
		);
		process.exit(1);
	}
	writeFileSync(stamp, lock);
	console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Counts the installed packages of the lock file on a terminal. npm unpacks most of them at the end. */
function showProgress() {
	if (!process.stdout.isTTY) return;
	const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
	const suits = (/** @type {{ os?: string[], cpu?: string[] }} */ { os, cpu }) =>
		(os ?? [process.platform]).includes(process.platform) &&
		(cpu ?? [process.arch]).includes(process.arch);
	const wanted = Object.keys(packages).filter((path) => path !== '' && suits(packages[path]));
	const found = wanted.filter((path) => existsSync(`${root}${path}/package.json`));
	process.stdout.write(`\r  ${found.length} of ${wanted.length} packages …\r`);
}
