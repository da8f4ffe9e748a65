/**
 * Starts the sandbox from the command line: `npx tsx sandbox/main.mts --help`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultConfig, mergeConfig, type Config } from './config.mts';
import { OPERATION_NAMES } from './contract.mts';
import { Sandbox } from './sandbox.mts';
import { listen } from './server.mts';

const HELP = `MoEngage's email subscription APIs on your machine, to try the node and for tests.

  --port <n>              port on 127.0.0.1; 0 for any free one           (default 8790)
  --workspace <id>        workspace ID it accepts              (default DEMO_WORKSPACE)
  --api-key <key>         API key it accepts                     (default demo-api-key)
  --project-code <code>   require this MOE-PROJECT-CODE
  --window-ms <n>         length of the rate window                      (default 60000)
  --window <kind>         sliding, fixed or bucket                     (default sliding)
  --accept-any-user       opt-in and v5 create users they don't know
  --no-rate-headers       leave out the x-ratelimit-… headers
  --config <file | json>  any other setting, see sandbox/README.md
  --json                  also print a line of JSON when ready: url, workspaceId, apiKey
  --quiet                 print nothing at the start
  --stop-with-stdin       stop when standard input closes (for a parent process)
  --help`;

function readFlags() {
	return parseArgs({
		options: {
			port: { type: 'string', default: '8790' },
			workspace: { type: 'string' },
			'api-key': { type: 'string' },
			'project-code': { type: 'string' },
			'window-ms': { type: 'string' },
			window: { type: 'string' },
			'accept-any-user': { type: 'boolean' },
			'no-rate-headers': { type: 'boolean' },
			config: { type: 'string' },
			json: { type: 'boolean' },
			quiet: { type: 'boolean' },
			'stop-with-stdin': { type: 'boolean' },
			help: { type: 'boolean' },
		},
	}).values;
}

function readConfig(flags: ReturnType<typeof readFlags>): Config {
	const given = flags.config ?? '{}';
	const text = given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8');
	const base = mergeConfig(defaultConfig(), JSON.parse(text), OPERATION_NAMES);
	const [first, ...others] = base.workspaces;
	const patch: Record<string, unknown> = {
		workspaces: [
			{
				id: flags.workspace ?? first?.id,
				apiKey: flags['api-key'] ?? first?.apiKey,
				projectCode: flags['project-code'] ?? first?.projectCode,
			},
			...others,
		],
	};
	if (flags['window-ms'] !== undefined) patch.windowMs = Number(flags['window-ms']);
	if (flags.window !== undefined) patch.window = { kind: flags.window };
	if (flags['accept-any-user']) patch.acceptAnyUser = true;
	if (flags['no-rate-headers']) patch.headers = { rate: false };
	return mergeConfig(base, patch, OPERATION_NAMES);
}

function giveUp(problem: unknown): never {
	const { code, message } = problem as { code?: string; message?: string };
	const text =
		code === 'EADDRINUSE'
			? 'That port is taken. Stop the program that uses it, or choose another port with --port.'
			: `${message}\nSee --help.`;
	console.error(text);
	process.exit(1);
}

async function main() {
	const flags = readFlags();
	if (flags.help) {
		console.log(HELP);
		return;
	}
	const config = readConfig(flags);
	const { url, stop } = await listen(new Sandbox(config), Number(flags.port));
	const { id: workspaceId = '', apiKey = '', projectCode } = config.workspaces[0] ?? {};
	if (!flags.quiet) {
		console.log(
			[
				`The MoEngage sandbox listens on ${url}`,
				`  Workspace ID  ${workspaceId}`,
				`  API key       ${apiKey}`,
				...(projectCode ? [`  Project code  ${projectCode}`] : []),
				`  Control API   ${url}/_sandbox`,
				'Ctrl-C stops it.',
			].join('\n'),
		);
	}
	if (flags.json) console.log(JSON.stringify({ url, workspaceId, apiKey }));

	let stopping = false;
	const end = () => {
		if (stopping) return;
		stopping = true;
		void stop().then(() => process.exit(0));
	};
	process.on('SIGINT', end);
	process.on('SIGTERM', end);
	if (flags['stop-with-stdin']) process.stdin.on('end', end).on('close', end).resume();
}

main().catch(giveUp);
