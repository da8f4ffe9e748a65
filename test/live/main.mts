// Checks which interpretations of MoEngage's documentation apply in a real workspace: `npm run test:live`.
import { createInterface } from 'node:readline/promises';
import { log, UserError } from '../harness/log.mts';
import { client, Stopped, messageOf } from './client.mts';
import { carryForward, emailUnsubscribe } from './opt-in.mts';
import { apis, rateHeaders, unknownUserOfV5, type Finding } from './reading.mts';
import { updateEsp } from './resubscribe.mts';
import { explain, readSettings, type Settings } from './settings.mts';
import { byLandingPage, byV5, restore } from './user.mts';
import {
	bodyKey,
	emptyCategories,
	falseAfterTrue,
	inactiveCategory,
	placeholderId,
	unknownUser,
} from './writing.mts';

const WRITING = [
	bodyKey,
	inactiveCategory,
	unknownUser,
	placeholderId,
	emailUnsubscribe,
	carryForward,
	updateEsp,
	falseAfterTrue,
	emptyCategories,
];

async function mayWrite(flags: string[], stop: AbortController): Promise<boolean> {
	if (flags.includes('--read-only')) return false;
	if (flags.includes('--yes')) return true;
	if (!process.stdin.isTTY) return false;
	const line = createInterface({ input: process.stdin, output: process.stdout });
	line.on('SIGINT', () => stop.abort());
	const { signal } = stop;
	const question =
		"Change the test user's preferences for some minutes, unsubscribe it from all, and restore it? [y/N] ";
	const reply = await line.question(question, { signal }).catch(() => '');
	line.close();
	return /^y(es)?$/i.test(reply.trim());
}

function print(findings: Finding[]) {
	const head = { point: 'point', expected: 'we build on', found: 'found' };
	const wide = (key: 'point' | 'expected') =>
		Math.max(...[head, ...findings].map((finding) => finding[key].length));
	const row = (mark: string, finding: Omit<Finding, 'fits'>) =>
		`${mark.padEnd(12)}${finding.point.padEnd(wide('point') + 2)}${finding.expected.padEnd(wide('expected') + 2)}${finding.found}`;
	log(row('', head));
	for (const finding of findings) {
		const { fits } = finding;
		log(row(fits === undefined ? 'not checked' : fits ? 'fits' : 'DIFFERS', finding));
	}
}

async function check(settings: Settings) {
	const stop = new AbortController();
	const { signal } = stop;
	const onStop = () => {
		stop.abort();
		log('Stopping after the test user is restored …');
	};
	for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onStop);

	const call = client(settings, signal);
	const { workspaceId: app_id, apiKey: app_secret, region } = settings;
	const body = { app_id, app_secret, source: 'n8n', region };
	const known = await call('POST', '/v1/integrations/authentication', { data: body });
	if (known.status !== 200 || known.data?.status !== 'success')
		throw new UserError(
			`MoEngage does not accept this workspace ID and key: ${messageOf(known, settings)}`,
		);

	const findings: Finding[] = await apis({ settings, call, signal, user: null });
	const v5 = findings[0]?.found === 'on';
	const user = v5 ? byV5(settings) : settings.landing ? byLandingPage(settings.landing) : null;
	const context = { settings, call, signal, user };
	findings.push(...(await rateHeaders(context)), ...(await unknownUserOfV5(context)));

	const before = user === null ? null : await user.read(call);
	if (user === null || before === null)
		log("Without v5 or a landing page, the user can't be restored.");
	else if (before.globally === true) log('Choose a test user who is not unsubscribed from all.');
	if (user?.way === 'landing page')
		log(
			"A landing page doesn't show whether the user is unsubscribed from all: choose a test user who isn't.",
		);
	const writable = user !== null && before !== null && before.globally !== true;
	if (!writable || !(await mayWrite(process.argv.slice(2), stop))) {
		log('Nothing was changed, so the points that need a change are left out.');
		return { findings, restored: true, stopped: false };
	}
	let stopped = false;
	let restored = false;
	try {
		for (const step of WRITING) findings.push(...(await step(context)));
	} catch (problem) {
		stopped = true;
		log(problem instanceof UserError ? problem.message : 'Stopped.');
		if (!(problem instanceof UserError || problem instanceof Stopped)) throw problem;
	} finally {
		restored = await restore(user, client(settings), before, settings.waitMs);
		log(restored ? 'The test user is as it was.' : 'THE TEST USER COULD NOT BE RESTORED:');
		if (!restored) log(`  it had ${JSON.stringify(before.categories)}`);
	}
	return { findings, restored, stopped };
}

async function main() {
	const read = readSettings(process.env);
	if ('missing' in read) {
		log(explain(read.missing));
		return 1;
	}
	const { findings, restored, stopped } = await check(read.settings);
	print(findings);
	const count = (fits: boolean | undefined) =>
		findings.filter((finding) => finding.fits === fits).length;
	log(`${count(true)} passed, ${count(false)} failed, ${count(undefined)} not checked`);
	return restored && !stopped && count(false) === 0 ? 0 : 1;
}

main().then(
	(code) => process.exit(code),
	(problem) => {
		const expected = problem instanceof UserError || problem instanceof Stopped;
		// Not the whole error: an axios error contains the request.
		log(expected ? problem.message || 'Stopped.' : `Unexpected: ${problem?.stack ?? problem}`);
		process.exit(1);
	},
);
