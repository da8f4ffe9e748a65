// Pictures of what a browser shows, for the documentation.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { log, UserError } from '../../test/harness/log.mts';
import { ROOT } from '../../test/harness/package.mts';

export const IMAGES = join(ROOT, 'docs/images');
const MAX_BYTES = 170_000;

/** @param node its name */
export async function openNode(page: Page, node: string) {
	const canvasNode = page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`);
	await canvasNode.waitFor();
	await canvasNode.dblclick();
	await page.locator('[data-test-id="node-parameters"]').waitFor();
	await settle(page);
}

/** Waits until nothing changes any more; shows no notification and no hover state. */
export async function settle(page: Page) {
	await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
	await page.mouse.move(0, 0);
	// Fonts and icons load after the layout.
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(800);
}

interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** @param what a page is captured in full, or only an area of it */
export async function picture(what: Locator | Page, name: string, clip?: Area) {
	const page = 'goto' in what ? what : what.page();
	const isDark = await page.evaluate<boolean>(`matchMedia('(prefers-color-scheme: dark)').matches`);
	const file = `${name}${isDark ? '-dark' : ''}.png`;
	const path = join(IMAGES, file);
	const look = { path, animations: 'disabled', caret: 'hide' } as const;
	const ofPage = clip === undefined ? { fullPage: true } : { clip };
	await ('goto' in what ? what.screenshot({ ...look, ...ofPage }) : what.screenshot(look));
	const { size } = statSync(path);
	log(`  docs/images/${file}, ${Math.round(size / 1000)} kB`);
	if (size > MAX_BYTES) {
		throw new UserError(`${file} has ${size} bytes, ${MAX_BYTES} at most: choose less of it.`);
	}
}
