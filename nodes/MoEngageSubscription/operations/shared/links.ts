/** MoEngage's own pages, for more details than fit the panel. */
const HELP = 'https://help.moengage.com/hc/en-us/articles';
const API = 'https://www.moengage.com/docs/api';

const learnMore = (url: string) => ` <a href="${url}" target="_blank">Learn more</a>`;

export const links = {
	categories: learnMore(`${HELP}/11053939178004-Configure-Subscription-Categories`),
	optIn: learnMore(`${HELP}/36186002401940-Opt-in-Management`),
	landingPage: learnMore(`${API}/subscription-preferences/get-subscription-preferences`),
	resubscription: learnMore(`${API}/resubscribe/bulk-resubscribe-users`),
};
