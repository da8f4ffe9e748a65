/** MoEngage's own pages, for more details than fit the panel. */
const API = 'https://www.moengage.com/docs/api';
const GUIDE =
	'https://www.moengage.com/docs/user-guide/campaigns-and-channels/email/getting-started-with-email';

const learnMore = (url: string) => ` <a href="${url}" target="_blank">Learn more</a>`;

export const links = {
	categories: learnMore(`${GUIDE}/handle-unsubscribes-in-emails`),
	optIn: learnMore(`${GUIDE}/opt-in-management`),
	landingPage: learnMore(`${API}/subscription-preferences/get-subscription-preferences`),
	resubscription: learnMore(`${API}/resubscribe/bulk-resubscribe-users`),
};
