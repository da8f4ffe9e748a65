/** The CRM's REST API: a list of contacts, one contact, and its change. */
import { headerText } from '../auth.mts';
import type { HttpRequest, HttpResponse } from '../http.mts';
import { toChoice, type Contact } from './contacts.mts';
import { CRM_TOKEN, type Crm } from './crm.mts';

const PATH = '/crm/contacts';
const PAGE = 100;

export function isCrm(target: string) {
	const path = target.split('?', 1)[0] ?? '';
	return path === PATH || path.startsWith(`${PATH}/`);
}

/** GET lists contacts or returns one. PATCH changes one, with If-Match only if it has that version. */
export function crmResponse(crm: Crm, request: HttpRequest): HttpResponse {
	if (headerText(request.headers.authorization) !== `Bearer ${CRM_TOKEN}`) {
		return failure(401, 'The API token is missing or wrong');
	}
	const id = decoded(request.path.slice(PATH.length + 1));
	if (id === '') {
		return request.method === 'GET' ? list(crm, request) : failure(405, 'Only GET is allowed');
	}
	const contact = crm.contacts.get(id);
	if (contact === undefined) return failure(404, 'There is no such contact');
	if (request.method === 'GET') return shown(contact);
	if (request.method === 'PATCH') return update(crm, contact, request);
	return failure(405, 'Only GET and PATCH are allowed');
}

function list({ contacts }: Crm, { query }: HttpRequest): HttpResponse {
	const since = query.get('changed_since') ?? '';
	const found = [...contacts.values()].filter(
		({ consent_changed_at: at }) => since === '' || (at !== null && at >= since),
	);
	const offset = Number(query.get('offset') ?? 0) || 0;
	const limit = Number(query.get('limit') ?? PAGE) || PAGE;
	const page = found.slice(offset, offset + limit);
	return { status: 200, body: { total: found.length, contacts: page } };
}

function update(crm: Crm, contact: Contact, request: HttpRequest): HttpResponse {
	const expected = headerText(request.headers['if-match']).replaceAll('"', '');
	if (expected !== '' && expected !== String(contact.version)) {
		crm.counts.conflicts++;
		return failure(412, 'The contact has changed meanwhile');
	}
	try {
		return shown(crm.change(contact, toChoice(request.body), 'n8n'));
	} catch (problem) {
		if (!(problem instanceof TypeError)) throw problem;
		return failure(400, problem.message);
	}
}

function shown(contact: Contact): HttpResponse {
	return { status: 200, body: contact, headers: { etag: `"${contact.version}"` } };
}

/** The status is in the body as well, as in many APIs. */
function failure(status: number, message: string): HttpResponse {
	return { status, body: { status, message } };
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
