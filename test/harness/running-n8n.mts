// A real n8n with the packed package and an owner: started for one test file, or for several.
import { ensureN8n, type N8n } from './n8n-install.mts';
import { N8nClient, newOwner, type Owner, type Session } from './n8n-client.mts';
import { createUserFolder, startServer, type UserFolder, type N8nServer } from './n8n-process.mts';
import { build, installInto, pack, sharedTarball, type Tarball } from './package.mts';
import { withProgress } from './progress.mts';

export interface RunningN8n {
	n8n: N8n;
	userFolder: UserFolder;
	server: N8nServer;
	tarball: Tarball;
	/** Signed in as the owner. */
	client: N8nClient;
	owner: Owner;
}

export interface N8nOptions {
	/** Environment variables of n8n. */
	env?: Record<string, string>;
	/** Log each step. */
	loud?: boolean;
	/** Skip the build, and use the tarball that is shared with this process, if there is one. */
	built?: boolean;
	/** Folder that defines another n8n version than the demo's. */
	recipe?: string;
}

/** @param onFolder gets the folder as soon as it exists, so that it can be removed if a later step fails */
export async function startN8n(
	{ env = {}, loud = true, built = false, recipe }: N8nOptions,
	onFolder: (folder: UserFolder) => void,
): Promise<RunningN8n> {
	const step = <T,>(what: string, work: () => Promise<T>) =>
		loud ? withProgress(what, () => '', work) : work();
	const n8n = await ensureN8n(recipe);
	const userFolder = createUserFolder(n8n, env);
	onFolder(userFolder);
	if (!built) await step('Build the package', build);
	const tarball = await step('Pack it and install it into n8n', async () => {
		const packed = (built && sharedTarball()) || (await pack(userFolder.path));
		await installInto(userFolder.path, packed.path);
		return packed;
	});
	const server = await step(`Start n8n ${n8n.version}`, () => startServer(n8n, userFolder));
	const client = new N8nClient(server.url);
	const owner = newOwner();
	await client.setUp(owner);
	return { n8n, userFolder, server, tarball, client, owner };
}

/** Contains the shared n8n. createUserFolder doesn't pass it on to an n8n. */
const SHARED = 'N8N_FOR_TESTS';

interface Shared extends Omit<RunningN8n, 'client' | 'server'> {
	url: string;
	pid: number;
	session: Session;
}

/** Shares an n8n with the test files that processes started from now on run. */
export function shareN8n({ server: { url, pid }, client, ...running }: RunningN8n) {
	const shared: Shared = { ...running, url, pid, session: client.session };
	process.env[SHARED] = JSON.stringify(shared);
}

/** @returns the n8n that is shared with this process; undefined if none is */
export function sharedN8n(): RunningN8n | undefined {
	const text = process.env[SHARED];
	if (text === undefined) return undefined;
	const { url, pid, session, ...shared }: Shared = JSON.parse(text);
	const server = {
		url,
		pid,
		ports: [],
		output: () => '',
		running: () => true,
		stop: async () => {},
	};
	const userFolder = { ...shared.userFolder, remove: () => {} };
	return { ...shared, server, userFolder, client: new N8nClient(url, session) };
}
