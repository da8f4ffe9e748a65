// n8n's editor in a browser, signed in, next to the sandbox.
import { openBrowser, signIn } from '../harness/browser.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import type { Browser, Page } from 'playwright-core';

export interface Editor {
	environment: TestEnvironment;
	page: Page;
}

/**
 * Opens the editor before the tests of a file, and closes everything after the last.
 *
 * @param options `shared`: other files may use the same n8n at the same time
 */
export function useEditor(
	start: (editor: Editor) => Promise<void>,
	{ shared }: { shared: boolean },
): Editor {
	const editor = {} as Editor;
	const handle = openTestEnvironment({ loud: false, built: true, shared });
	let browser: Browser | undefined;
	beforeAll(async () => {
		closeOnSignal(handle);
		browser = await openBrowser();
		editor.environment = await handle.ready;
		editor.page = await browser.newPage({ viewport: { width: 1360, height: 1000 } });
		editor.page.setDefaultTimeout(60_000);
		await signIn(editor.page, editor.environment);
		await start(editor);
	});
	afterAll(async () => {
		await browser?.close();
		await handle.close();
	});
	return editor;
}
