/**
 * The credential test. The body has the workspace ID and the key; Basic auth is ignored.
 *
 * @typedef {import('./index.mts').Handler} Handler
 */
import { headerText } from '../auth.mts';
import { example } from '../errors.mts';

/** @type {Handler['invalid']} */
function invalid(operation, { where, path, message }) {
	if (where === 'header') return example(operation, 'unauthorized');
	return example(operation, 'rejected', `${path || where} ${message}`);
}

/** @type {Handler['handle']} */
function authenticate({ operation, request, config }) {
	const body = /** @type {{ app_id: string, app_secret: string }} */ (request.body);
	const known = config.workspaces.find(({ id }) => id === body.app_id);
	const ownKey = headerText(request.headers['moe-appkey']) === body.app_id;
	if (!ownKey || known?.apiKey !== body.app_secret) return example(operation, 'unauthorized');
	return { status: 200, body: { status: 'success', app_name: `${known.id} (sandbox)` } };
}

/** @type {Record<string, Handler>} */
export const authenticationHandlers = {
	authentication: { users: () => [], invalid, handle: authenticate },
};
