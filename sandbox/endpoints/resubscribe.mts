/**
 * Bulk resubscribe: the response is sent before anything is changed.
 *
 * @typedef {import('./index.mts').Handler} Handler
 *
 * @typedef {{ recipients: string[], esp: string, update_esp?: boolean }} Resubscribe
 */
import { example } from '../errors.mts';
import { isRecord } from '../http.mts';

/** @type {Handler['invalid']} */
function invalid(operation, { where, path, keyword, message }) {
	if (where === 'contentType') return example(operation, 'contentTypeMissing');
	if (keyword === 'additionalProperties') return example(operation, 'unknownField');
	if (keyword === 'maxItems') return example(operation, 'payloadLimit');
	if (keyword === 'minItems') return example(operation, 'recipientsEmpty');
	// One malformed email address rejects the request.
	if (path.startsWith('recipients/')) return example(operation, 'invalidAddress');
	if (path === 'request_id') return example(operation, 'requestIdMissing');
	return example(operation, 'rejected', `${path || where} ${message}`);
}

/**
 * @param {import('../state.mts').WorkspaceState} state
 * @param {Resubscribe} body
 */
function apply(state, body) {
	for (const address of body.recipients) {
		const key = address.toLowerCase();
		const updateEsp = body.update_esp ?? null;
		state.resubscriptions.set(key, {
			esp: body.esp,
			updateEsp,
			// Only SendGrid's list is reached; with another ESP, only MoEngage's own flag changes.
			suppressionCleared: body.esp === 'SENDGRID' && updateEsp === true,
			times: (state.resubscriptions.get(key)?.times ?? 0) + 1,
		});
		for (const user of state.withEmail(address)) {
			user.resubscribed = true;
			user.unsubscribed = false;
			user.changes++;
		}
	}
}

/** @type {Handler['handle']} */
function resubscribe({ operation, request, config, state, later }) {
	const body = /** @type {Resubscribe} */ (request.body);
	if (body.esp !== 'SENDGRID' && config.otherEsp === 'reject') {
		return example(operation, 'invalidSettings');
	}
	later(() => apply(state, body));
	return example(operation, 'success');
}

/** @type {Record<string, Handler>} */
export const resubscribeHandlers = {
	resubscribe: {
		users: ({ body }) =>
			isRecord(body) && Array.isArray(body.recipients) ? body.recipients.map(String) : [],
		invalid,
		handle: resubscribe,
	},
};
