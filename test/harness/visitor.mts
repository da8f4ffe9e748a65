// A visitor who opens the preference page from a MoEngage link.
import type { TestEnvironment } from './test-environment.mts';

/**
 * Returns the preference page link that MoEngage would put in an email to this customer.
 *
 * @param path of the page's webhook
 */
export async function landingLink(
	{ sandbox, server }: Pick<TestEnvironment, 'sandbox' | 'server'>,
	customerId: string,
	path: string = 'preferences',
): Promise<string> {
	// MoEngage's IDs are opaque and contain a period.
	const link = {
		user_id: `${Buffer.from(customerId).toString('base64url')}.dXNlcg_1`,
		cid: 'Y2FtcGFpZ24.b2N0_7',
	};
	await sandbox.control('/landing-links', { links: [{ ...link, customer_id: customerId }] });
	const query = new URLSearchParams({ ...link, moe_event_id: 'event-1' });
	return `${server.url}/webhook/${path}?${query.toString()}`;
}
