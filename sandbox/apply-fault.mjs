/**
 * How a misbehaviour looks from outside. Which requests it strikes: misbehave.mjs.
 *
 * @typedef {import('./http.mjs').Answer} Answer
 * @typedef {import('./misbehave.mjs').Rule} Rule
 */
import { send, serialize } from './http.mjs';

const HTML =
	'<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';
const TITLE = 'title="Internal Error" description="Please Contact Moengage Team"';
const INVALID_JSON = '{"message": "Your request has been proc';

/**
 * @param {Rule} rule
 * @returns {boolean} the request is carried out all the same
 */
export function applies(rule) {
	if (rule.apply !== null) return rule.apply;
	if (rule.do === 'hang' || rule.do === 'cut-before' || rule.do === 'refuse') return false;
	return rule.status === null || rule.status < 300;
}

/**
 * @param {Rule} rule
 * @param {Answer | null} honest what the API said; null where the request wasn't carried out
 * @param {import('./endpoints/index.mjs').Family} family
 * @returns {Answer}
 */
export function disguise(rule, honest, family) {
	const usualStatus = rule.do === 'refuse' ? 400 : (honest?.status ?? 500);
	const status = rule.status ?? usualStatus;
	const own = honest?.status === status ? honest : family.refuse(status, rule.message ?? undefined);
	const headers = { ...own.headers, ...rule.headers };
	const text = { html: HTML, title: TITLE, 'invalid-json': INVALID_JSON };
	if (rule.do === 'html') headers['content-type'] = 'text/html; charset=utf-8';
	if (rule.do === 'title') headers['content-type'] = 'text/plain; charset=utf-8';
	if (rule.do === 'empty') return { status, headers };
	if (rule.do === 'html' || rule.do === 'title' || rule.do === 'invalid-json') {
		return { status, headers, body: text[rule.do] };
	}
	if (rule.body !== undefined) {
		return { status, headers, body: rule.body === null ? undefined : rule.body };
	}
	return { ...own, headers };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 * @param {Rule | null} rule
 * @returns {'answered' | 'cut' | 'half' | 'hanging'} what became of the answer
 */
export function deliver(response, answer, rule) {
	if (rule?.do === 'hang') return 'hanging';
	if (rule?.do === 'cut-before' || rule?.do === 'cut-after') {
		response.socket?.resetAndDestroy();
		return 'cut';
	}
	if (rule?.do === 'half' || rule?.do === 'headers-only') {
		const { payload, headers } = serialize(answer);
		const part = rule.do === 'half' ? payload.subarray(0, Math.floor(payload.length / 2)) : '';
		response.writeHead(answer.status, headers);
		response.flushHeaders();
		// An empty piece would never be flushed: the headers alone are on their way already.
		if (part.length === 0) setImmediate(() => response.destroy());
		else response.write(part, () => response.destroy());
		return 'half';
	}
	send(response, answer);
	return 'answered';
}
