/** Turns a response into a faulty one. faults.mts decides which requests a fault applies to. */
import { errorWithStatus, example } from './errors.mts';
import { send, serialize, type HttpResponse } from './http.mts';
import type { Operation } from './contract.mts';
import type { Rule } from './faults.mts';
import type { ServerResponse } from 'node:http';

const HTML =
	'<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';
const TITLE = 'title="Internal Error" description="Please Contact Moengage Team"';
const INVALID_JSON = '{"message": "Your request has been proc';

/** @returns the request makes its change despite the fault */
export function appliesChange(rule: Rule, operation: Operation): boolean {
	if (rule.apply !== null) return rule.apply;
	if (rule.do === 'hang' || rule.do === 'cut-before' || rule.do === 'reject') return false;
	const status = operation.examples.get(rule.example ?? '')?.status ?? rule.status;
	return status === null || status < 300;
}

/** @param realResponse null: the request made no change */
export function applyFault(
	rule: Rule,
	realResponse: HttpResponse | null,
	operation: Operation,
): HttpResponse {
	if (rule.example !== null) {
		const documented = example(operation, rule.example, rule.message ?? undefined);
		return { ...documented, headers: { ...rule.headers } };
	}
	const usualStatus = rule.do === 'reject' ? 400 : (realResponse?.status ?? 500);
	const status = rule.status ?? usualStatus;
	const own =
		realResponse?.status === status
			? realResponse
			: errorWithStatus(operation, status, rule.message ?? undefined);
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

/** @returns what the client got */
export function deliver(
	response: ServerResponse,
	message: HttpResponse,
	rule: Rule | null,
): 'responded' | 'cut' | 'half' | 'hanging' {
	if (rule?.do === 'hang') return 'hanging';
	if (rule?.do === 'cut-before' || rule?.do === 'cut-after') {
		response.socket?.resetAndDestroy();
		return 'cut';
	}
	if (rule?.do === 'half' || rule?.do === 'headers-only') {
		const { payload, headers } = serialize(message);
		const part = rule.do === 'half' ? payload.subarray(0, Math.floor(payload.length / 2)) : '';
		response.writeHead(message.status, headers);
		response.flushHeaders();
		// An empty write would never be flushed: the headers have been sent already.
		if (part.length === 0) setImmediate(() => response.destroy());
		else response.write(part, () => response.destroy());
		return 'half';
	}
	send(response, message);
	return 'responded';
}
