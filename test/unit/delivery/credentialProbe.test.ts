import { CredentialProbe } from '../../../nodes/MoEngageSubscription/delivery/policy/credentialProbe';

const batchOf = (...states: string[]) => ({
	sentAt: 1000,
	records: states.map((state) => ({ state })),
});

describe('CredentialProbe', () => {
	test('the first batch of an account goes alone for at most 0.8 s while it waits for its response', () => {
		const probe = new CredentialProbe(false);
		expect(probe.until).toBe(-Infinity);
		probe.onSent(batchOf('inFlight', 'inFlight'));
		expect(probe.until).toBe(1800);
	});

	test('a failed probe delays other batches until it is resent or all its records are settled', () => {
		const probe = new CredentialProbe(false);
		const batch = batchOf('retrying', 'settled');
		probe.onSent(batch);
		expect(probe.until).toBe(Infinity);
		batch.records[0].state = 'inFlight';
		expect(probe.until).toBe(1800);
		batch.records[0].state = 'settled';
		expect(probe.until).toBe(-Infinity);
	});

	test('only the first batch is the probe until the account is verified', () => {
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

	test('no batch goes alone if the account is verified', () => {
		const probe = new CredentialProbe(true);
		probe.onSent(batchOf('retrying'));
		expect(probe.until).toBe(-Infinity);
	});
});
