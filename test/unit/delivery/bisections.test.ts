import { BatchBisection } from '../../../nodes/MoEngageSubscription/delivery/response/bisection';
import { Bisections } from '../../../nodes/MoEngageSubscription/delivery/response/bisections';
import type { Run } from '../../../nodes/MoEngageSubscription/delivery/run';
import { newRun, recordsOf } from './builders';

const bisectionOf = (owner?: Run) =>
	new BatchBisection(recordsOf(owner ?? newRun(2), 2), 'rejected', 'e', owner);

describe('Bisections', () => {
	test('a run is suspended while its bisection is active, other runs aren’t', () => {
		const [run, other] = [newRun(2), newRun(2)];
		const bisections = new Bisections();
		const bisection = bisectionOf(run);
		expect(bisections.start(bisection)).toBe(true);
		expect([bisections.isSuspended(run), bisections.isSuspended(other)]).toEqual([true, false]);
		expect(bisections.end(bisection)).toBeUndefined();
		expect(bisections.isSuspended(run)).toBe(false);
	});

	test('another bisection of the same run is deferred until the active one ends', () => {
		const run = newRun(2);
		const [first, second, third] = [bisectionOf(run), bisectionOf(run), bisectionOf(run)];
		const bisections = new Bisections();
		expect([first, second, third].map((one) => bisections.start(one))).toEqual([
			...[true, false, false],
		]);
		expect(bisections.end(first)).toBe(second);
		expect(bisections.isSuspended(run)).toBe(true);
		expect(bisections.end(second)).toBe(third);
		expect(bisections.end(third)).toBeUndefined();
	});

	test('a bisection that is not the active one ends without starting the next', () => {
		const run = newRun(2);
		const [first, second, third] = [bisectionOf(run), bisectionOf(run), bisectionOf(run)];
		const bisections = new Bisections();
		for (const one of [first, second, third]) bisections.start(one);
		expect(bisections.end(third)).toBeUndefined();
		expect(bisections.end(first)).toBe(second);
	});

	test('an acceptance resumes the run with all its deferred bisections', () => {
		const run = newRun(2);
		const [first, second, third] = [bisectionOf(run), bisectionOf(run), bisectionOf(run)];
		const bisections = new Bisections();
		for (const one of [first, second, third]) bisections.start(one);
		expect(bisections.resume(run)).toEqual([second, third]);
		expect(bisections.isSuspended(run)).toBe(false);
		expect(bisections.resume(run)).toEqual([]);
		expect(bisections.end(first)).toBeUndefined();
	});

	test('single contacts of several runs suspend no run and are never deferred', () => {
		const bisections = new Bisections();
		expect([bisectionOf(), bisectionOf()].map((one) => bisections.start(one))).toEqual([
			...[true, true],
		]);
		expect(bisections.end(bisectionOf())).toBeUndefined();
	});

	test('the bisection of far records replaces the one that led to it', () => {
		const run = newRun(2);
		const [first, deferred, far] = [bisectionOf(run), bisectionOf(run), bisectionOf(run)];
		const bisections = new Bisections();
		bisections.start(first);
		bisections.start(deferred);
		bisections.replace(first, far);
		expect(bisections.end(first)).toBeUndefined();
		expect(bisections.end(far)).toBe(deferred);
	});

	test('a run that has ended leaves no bisection behind', () => {
		const run = newRun(2);
		const bisections = new Bisections();
		bisections.start(bisectionOf(run));
		bisections.start(bisectionOf(run));
		bisections.forget(run);
		expect(bisections.isSuspended(run)).toBe(false);
		expect(bisections.resume(run)).toEqual([]);
	});
});
