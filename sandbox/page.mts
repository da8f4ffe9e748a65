/** The preference page that MoEngage hosts: what a user does there raises events as well. */
import { activeNames } from './categories.mts';
import { recordChange } from './events/record.mts';
import { applyCategories, type User, type WorkspaceState } from './state.mts';
import type { HttpRequest, HttpResponse } from './http.mts';
import type { Sandbox } from './sandbox.mts';

const PATH = '/preference-page';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

export function isPage(target: string) {
	return target.split('?', 1)[0] === PATH;
}

/**
 * GET shows the form of the user whose landing page link it is, POST saves it: `subscribed` for each
 * selected category, or `unsubscribe_all`.
 */
export function page(sandbox: Sandbox, request: HttpRequest): HttpResponse {
	const { config } = sandbox;
	const state = sandbox.state(config.workspaces[0]?.id ?? '');
	const user = visitor(state, request);
	if (user === undefined) return show(404, '<p>This link is no longer valid.</p>');
	const names = [...activeNames(config.categories, 'email')];
	if (request.method === 'POST') {
		sandbox.raise(save(user, new URLSearchParams(request.text), names, request));
		return show(200, '<p>Your choices are saved.</p>');
	}
	const boxes = names.map((name) => {
		const checked = (user.categories.get(name) ?? config.defaultSubscribed) ? ' checked' : '';
		const value = escape(name);
		return `<label><input type="checkbox" name="subscribed" value="${value}"${checked}>${value}</label>`;
	});
	const all = '<button name="unsubscribe_all" value="true">Unsubscribe from all</button>';
	return show(200, `<form method="post">${boxes.join('')}<button>Save</button>${all}</form>`);
}

function visitor(state: WorkspaceState, { query }: HttpRequest): User | undefined {
	const customerId = state.linked(query.get('user_id') ?? '', query.get('cid') ?? '');
	return customerId === undefined ? undefined : state.users.get(customerId);
}

function save(user: User, form: URLSearchParams, names: string[], { query }: HttpRequest) {
	const attributes = { campaign_id: query.get('cid'), campaign_channel: 'EMAIL' };
	if (form.get('unsubscribe_all') === 'true') {
		return recordChange(user, { attributes }, () => (user.unsubscribed = true));
	}
	const chosen = new Set(form.getAll('subscribed'));
	const choices = Object.fromEntries(names.map((name) => [name, chosen.has(name)]));
	return recordChange(user, { categories: names, attributes }, () => {
		user.unsubscribed = false;
		applyCategories(user, choices, new Set(names));
	});
}

function escape(text: string) {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function show(status: number, content: string): HttpResponse {
	const body = `<!doctype html><title>Your emails</title><main>${content}</main>`;
	return { status, body, headers: HTML };
}
