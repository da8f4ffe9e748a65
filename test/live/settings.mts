// The settings of the live check, from the environment. None of them is ever printed.

export interface Settings {
	/** Without a slash at its end. */
	baseUrl: string;
	/** Data center. */
	region: string;
	workspaceId: string;
	apiKey: string;
	/** Empty if there is none. */
	projectCode: string;
	/** Customer ID of the only user that may be changed. */
	customerId: string;
	/** The one to switch; empty: the first active one. */
	category: string;
	landing: { user_id: string; cid: string } | null;
	/** empty: not checked */
	inactiveCategory: string;
	/** empty: not checked */
	unknownCustomerId: string;
	/** One that the Data API rejects; empty: not checked. */
	placeholderCustomerId: string;
	/** May be taken off the provider's suppression list; empty: an unused one is sent. */
	suppressedEmail: string;
	/** The test user's, sent again unchanged; empty: not checked. */
	optInStatus: string;
	/** How long a change may take to be visible. */
	waitMs: number;
}

const NEEDED = {
	MOENGAGE_WORKSPACE_ID: 'Settings > Account > APIs, at the top',
	MOENGAGE_API_KEY: 'Settings > Account > APIs, tile Data',
	MOENGAGE_DATA_CENTER: 'such as 01; or MOENGAGE_BASE_URL with the full URL',
	MOENGAGE_TEST_CUSTOMER_ID: 'a user made for this test; its preferences are changed and restored',
};

const OPTIONAL = {
	MOENGAGE_PROJECT_CODE: 'if the workspace has Portfolio',
	MOENGAGE_CATEGORY: 'the category to switch; otherwise the first active one',
	MOENGAGE_LANDING_PAGE_URL:
		"the test user's, for the points about it, and to read the user without v5",
	MOENGAGE_INACTIVE_CATEGORY: 'name of an inactive category, to see what MoEngage does with it',
	MOENGAGE_UNKNOWN_CUSTOMER_ID: 'an unused ID; MoEngage may create a profile for it',
	MOENGAGE_PLACEHOLDER_CUSTOMER_ID:
		'one that the Data API rejects, such as guest; MoEngage may change or create its profile',
	MOENGAGE_SUPPRESSED_EMAIL:
		"an email address on SendGrid's suppression list that may be removed from it",
	MOENGAGE_TEST_OPT_IN_STATUS:
		"the test user's email opt-in status, sent again unchanged to see which identifier takes precedence",
	MOENGAGE_WAIT_S: 'how long a change may take to be visible, 20 by default',
};

function landingOf(env: NodeJS.ProcessEnv) {
	const text = env.MOENGAGE_LANDING_PAGE_URL ?? '';
	const part = (name: string) =>
		decodeURIComponent(new RegExp(`[?&#]${name}=([^&#]*)`).exec(text)?.[1] ?? '');
	const landing = { user_id: part('user_id'), cid: part('cid') };
	return landing.user_id !== '' && landing.cid !== '' ? landing : null;
}

function baseUrlOf(env: NodeJS.ProcessEnv) {
	const { MOENGAGE_BASE_URL: given = '', MOENGAGE_DATA_CENTER: center = '' } = env;
	const url = given === '' && center !== '' ? `https://api-${center}.moengage.com` : given;
	const safe = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$))[^@?#]*$/.test(url);
	return safe ? url.replace(/\/+$/, '') : '';
}

/** @returns `missing` names variables */
export function readSettings(
	env: NodeJS.ProcessEnv,
): { settings: Settings } | { missing: string[] } {
	const baseUrl = baseUrlOf(env);
	const missing = Object.keys(NEEDED).filter((name) =>
		name === 'MOENGAGE_DATA_CENTER' ? baseUrl === '' : (env[name] ?? '').trim() === '',
	);
	if (missing.length > 0) return { missing };
	const text = (name: string) => (env[name] ?? '').trim();
	return {
		settings: {
			baseUrl,
			region: /api-(\d{2,3})\./.exec(baseUrl)?.[1] ?? '01',
			workspaceId: text('MOENGAGE_WORKSPACE_ID'),
			apiKey: text('MOENGAGE_API_KEY'),
			projectCode: text('MOENGAGE_PROJECT_CODE'),
			customerId: text('MOENGAGE_TEST_CUSTOMER_ID'),
			category: text('MOENGAGE_CATEGORY'),
			landing: landingOf(env),
			inactiveCategory: text('MOENGAGE_INACTIVE_CATEGORY'),
			unknownCustomerId: text('MOENGAGE_UNKNOWN_CUSTOMER_ID'),
			placeholderCustomerId: text('MOENGAGE_PLACEHOLDER_CUSTOMER_ID'),
			suppressedEmail: text('MOENGAGE_SUPPRESSED_EMAIL'),
			optInStatus: text('MOENGAGE_TEST_OPT_IN_STATUS'),
			waitMs: Number(text('MOENGAGE_WAIT_S') || 20) * 1000,
		},
	};
}

export function explain(missing: string[]) {
	const lines = (names: Record<string, string>) =>
		Object.entries(names).map(([name, what]) => {
			const mark = missing.includes(name) ? '  missing' : '';
			return `  ${name.padEnd(34)} ${what}${mark}`;
		});
	return [
		"This check shows which interpretations of MoEngage's documentation apply in a real workspace.",
		'Set these in the environment, then run it again:',
		...lines(NEEDED),
		'Optional:',
		...lines(OPTIONAL),
		'It asks before it changes anything (--yes: yes; --read-only: no), changes only the test user, and restores it.',
	].join('\n');
}
