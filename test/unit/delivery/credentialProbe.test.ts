import { CredentialProbe } from '../../../nodes/MoEngageSubscription/delivery/policy/credentialProbe';

const batchOf = (...states: string[]) => ({
	sentAt: 1000,
	records: states.map((state) => ({ state })),
});

describe('The first batch of an account', () => {
	test('goes alone for 0.8 s at most while its response is on its way', () => {
		const probe = new CredentialProbe(false);
		expect(probe.until).toBe(-Infinity);
		probe.onSent(batchOf('inFlight', 'inFlight'));
		expect(probe.until).toBe(1800);
	});

	test('holds others back until it was sent again, or none of its records is open', () => {
		const probe = new CredentialProbe(false);
		const batch = batchOf('retrying', 'settled');
		probe.onSent(batch);
		expect(probe.until).toBe(Infinity);
		batch.records[0].state = 'inFlight';
		expect(probe.until).toBe(1800);
		batch.records[0].state = 'settled';
		expect(probe.until).toBe(-Infinity);
	});

	test('is the probe until it is verified, later ones are not', () => {
		const probe = new CredentialProbe(false);
		probe.onSent(batchOf('retrying'));
		probe.onSent(batchOf('settled'));
		expect(probe.until).toBe(Infinity);
		probe.onVerified(true);
		expect([probe.isVerified, probe.until]).toEqual([true, -Infinity]);
		probe.onVerified(false);
		expect(probe.until).toBe(-Infinity);
		probe.onSent(batchOf('inFlight'));
		expect([probe.isVerified, probe.until]).toEqual([false, 1800]);
	});

	test('never goes alone if the account is verified', () => {
		const probe = new CredentialProbe(true);
		probe.onSent(batchOf('retrying'));
		expect(probe.until).toBe(-Infinity);
	});
});
