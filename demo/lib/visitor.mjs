// Somebody who comes to the preference page by a link of MoEngage's.

/**
 * The address with which MoEngage would send this customer to the preference page.
 *
 * @param {Pick<import('./test-environment.mjs').TestEnvironment, 'sandbox' | 'server'>} environment
 * @param {string} customerId
 * @returns {Promise<string>}
 */
export async function landingLink({ sandbox, server }, customerId) {
	// As MoEngage's own look: opaque, with a point in the middle.
	const link = {
		user_id: `${Buffer.from(customerId).toString('base64url')}.dXNlcg_1`,
		cid: 'Y2FtcGFpZ24.b2N0_7',
	};
	await sandbox.control('/landing-links', { links: [{ ...link, customer_id: customerId }] });
	const query = new URLSearchParams({ ...link, moe_event_id: 'event-1' });
	return `${server.url}/webhook/preferences?${query}`;
}
