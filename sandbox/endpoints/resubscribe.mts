/** Bulk resubscribe: the response is sent before anything is changed. */
import { example } from '../errors.mts';
import { recordChange } from '../events/record.mts';
import { isRecord, type HttpResponse } from '../http.mts';
import type { Context, Handler } from './handler.mts';
import type { Operation, Violation } from '../contract.mts';

type Resubscribe = { recipients: string[]; esp: string; update_esp?: boolean };

function invalid(operation: Operation, { where, path, keyword, message }: Violation): HttpResponse {
	if (where === 'contentType') return example(operation, 'contentTypeMissing');
	if (keyword === 'additionalProperties') return example(operation, 'unknownField');
	if (keyword === 'maxItems') return example(operation, 'payloadLimit');
	if (keyword === 'minItems') return example(operation, 'recipientsEmpty');
	// One malformed email address rejects the request.
	if (path.startsWith('recipients/')) return example(operation, 'invalidAddress');
	if (path === 'request_id') return example(operation, 'requestIdMissing');
	return example(operation, 'rejected', `${path || where} ${message}`);
}

function apply({ state, raise }: Context, body: Resubscribe, whenMissing: boolean) {
	for (const address of body.recipients) {
		const key = address.toLowerCase();
		const updateEsp = body.update_esp ?? null;
		state.resubscriptions.set(key, {
			esp: body.esp,
			updateEsp,
			// Only SendGrid's list is reached; with another ESP, only MoEngage's own flag changes.
			suppressionCleared: body.esp === 'SENDGRID' && (updateEsp ?? whenMissing),
			times: (state.resubscriptions.get(key)?.times ?? 0) + 1,
		});
		for (const user of state.withEmail(address)) {
			const events = recordChange(user, {}, () => {
				user.resubscribed = true;
				user.unsubscribed = false;
			});
			raise(events);
		}
	}
}

function resubscribe(context: Context): HttpResponse {
	const { operation, request, config, later } = context;
	const body = request.body as Resubscribe;
	if (body.esp !== 'SENDGRID' && config.otherEsp === 'reject') {
		return example(operation, 'invalidSettings');
	}
	if (body.update_esp === undefined && config.missingUpdateEsp === 'reject') {
		return example(operation, 'rejected', 'update_esp is missing');
	}
	later(() => apply(context, body, config.missingUpdateEsp === 'update'));
	return example(operation, 'success');
}

export const resubscribeHandlers: Record<string, Handler> = {
	resubscribe: {
		users: ({ body }) =>
			isRecord(body) && Array.isArray(body.recipients) ? body.recipients.map(String) : [],
		invalid,
		handle: resubscribe,
	},
};
