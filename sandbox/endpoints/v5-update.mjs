/**
 * What a v5 update has to look like.
 *
 * @typedef {object} Update
 * @property {'moe_user_id' | 'uid' | 'email'} user_identifier_type
 * @property {string} user_identifier_value
 * @property {boolean} is_globally_unsubscribed true: the categories are ignored
 * @property {'email' | 'sms'} [channel]
 * @property {Record<string, boolean>} [categories]
 * @property {Record<string, string | number | boolean>} [event_attributes]
 * @property {string} [request_id]
 */
import { activeNames } from '../catalogue.mjs';
import { isCategories, isRecord } from '../http.mjs';
import { problem } from './v5-family.mjs';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX_ATTRIBUTES = 5;
const MAX_NAME = 50;
const MAX_VALUE = 255;

/** @param {string} text */
const length = (text) => [...text].length;

/**
 * @param {unknown} attributes
 * @returns {string | null}
 */
function attributeProblem(attributes) {
	if (attributes === undefined) return null;
	if (!isRecord(attributes)) return 'event_attributes has to be an object';
	const entries = Object.entries(attributes);
	if (entries.length > MAX_ATTRIBUTES) return `At most ${MAX_ATTRIBUTES} attributes are allowed`;
	if (entries.some(([name]) => name === '' || length(name) > MAX_NAME)) {
		return `An attribute's name has 1 to ${MAX_NAME} characters`;
	}
	if (entries.some(([, value]) => !['string', 'number', 'boolean'].includes(typeof value))) {
		return "An attribute's value has to be a text, a number, true or false";
	}
	if (entries.some(([, value]) => length(String(value)) > MAX_VALUE)) {
		return `An attribute's value has at most ${MAX_VALUE} characters`;
	}
	return null;
}

/**
 * The identifier is checked where the user is looked up.
 *
 * @param {string} key the Idempotency-Key in lower case
 * @param {unknown} body
 * @param {import('../config.mjs').Config} config
 * @returns {import('../http.mjs').Answer | null} what is wrong
 */
export function checkUpdate(key, body, config) {
	if (!UUID_V4.test(key)) {
		return problem(400, 'Idempotency-Key is required and has to be a UUID v4', 'Idempotency-Key');
	}
	if (!isRecord(body)) return problem(400, 'The body has to be a JSON object', 'body');
	if (typeof body.is_globally_unsubscribed !== 'boolean') {
		const words = 'is_globally_unsubscribed is required and has to be true or false';
		return problem(400, words, 'is_globally_unsubscribed');
	}
	const { channel = 'email', categories = {}, request_id: requestId = '' } = body;
	if (channel !== 'email' && channel !== 'sms') {
		return problem(400, 'channel has to be email or sms', 'channel');
	}
	if (typeof requestId !== 'string') {
		return problem(400, 'request_id has to be a text', 'request_id');
	}
	const attributes = attributeProblem(body.event_attributes);
	if (attributes !== null) return problem(400, attributes, 'event_attributes');
	if (!isCategories(categories)) {
		return problem(400, 'Every category has to be true or false', 'categories');
	}
	if (body.is_globally_unsubscribed) return null;
	const active = activeNames(config.categories, channel);
	const bad = Object.keys(categories).find((name) => !active.has(name));
	return bad === undefined ? null : problem(400, `${bad} is no active category`, 'categories');
}
