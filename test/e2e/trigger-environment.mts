// What the trigger's end-to-end tests share: a real n8n, a webhook secret, calls with it, and a search for
// the secret in everything that n8n returns and stores.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startServer } from '../harness/n8n-process.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import {
	closeOnSignal,
	credentialData,
	openTestEnvironment,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { filesBelow, findLeaks } from './support.mts';
import { send, type Response } from './trigger-support.mts';

export const SECRET = `secret-${randomBytes(24).toString('hex')}`;
export const RIGHT = { 'x-webhook-secret': SECRET };

export class TriggerEnvironment {
	readonly #handle = openTestEnvironment({
		loud: false,
		built: true,
		env: { N8N_LOG_LEVEL: 'debug' },
	});
	/** All responses of the webhook. */
	readonly #responses: Response[] = [];
	readonly #logs: string[] = [];

	environment!: TestEnvironment;
	/** A credential with the secret. */
	credential!: { id: string; name: string };

	async open() {
		closeOnSignal(this.#handle);
		this.environment = await this.#handle.ready;
		this.credential = await this.createCredential(SECRET);
	}

	close = () => this.#handle.close();

	createCredential(webhookSecret: string) {
		return this.environment.client.createCredential(
			CREDENTIAL_TYPE,
			`With a secret of ${webhookSecret.length}`,
			credentialData(this.environment.sandbox, { webhookSecret }),
		);
	}

	async call(path: string, body: unknown, headers: Record<string, string> = RIGHT) {
		const response = await send(this.environment.server.url, path, body, headers);
		this.#responses.push(response);
		return response;
	}

	/** Restarts n8n, which gets another port. */
	async restart() {
		const { client, n8n, server, userFolder } = this.environment;
		this.#logs.push(server.output());
		await server.stop();
		this.environment.server = await startServer(n8n, userFolder);
		client.url = this.environment.server.url;
	}

	/** @returns what was searched */
	assertNoLeak(): string {
		const { server, userFolder } = this.environment;
		const logs = [...this.#logs, server.output()];
		const secrets = [SECRET, Buffer.from(`anyone:${SECRET}`).toString('base64')];
		const found = this.#responses.flatMap(({ text }, i) =>
			findLeaks(`response ${i}`, text, secrets),
		);
		found.push(...logs.flatMap((text, i) => findLeaks(`log ${i}`, text, secrets)));
		const files = filesBelow(userFolder.path);
		assert.ok(files.some((path) => path.endsWith('database.sqlite')));
		// Latin-1 keeps every byte, so this also finds text in the database.
		for (const path of files) found.push(...findLeaks(path, readFileSync(path, 'latin1'), secrets));
		assert.ok(this.#responses.length > 0, 'no call was made');
		assert.ok(logs.join('').length > 10_000, 'n8n logged nothing');
		assert.deepEqual(found, []);
		return `searched ${this.#responses.length} responses, ${logs.length} logs, ${files.length} files`;
	}
}
