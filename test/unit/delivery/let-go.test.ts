import { users, World, type Request } from '../../virtual/world';

/** Whether an object can be reached from another one, by whatever it holds. */
function holds(root: object, wanted: object): boolean {
	const seen = new Set<unknown>();
	const open: unknown[] = [root];
	while (open.length > 0) {
		const one = open.pop();
		if (one === wanted) return true;
		if (typeof one !== 'object' || one === null || seen.has(one)) continue;
		seen.add(one);
		open.push(...Object.values(one));
		if (one instanceof Map || one instanceof Set) open.push(...[...one].flat());
	}
	return false;
}

describe('P13: while others go on, an execution that has ended is held by nobody', () => {
	test.each([
		['was let in', {}],
		['was turned away', { kind: 'fatal', reason: '401' }],
		['got no answer', { kind: 'transient', reason: 'dead' }],
	] as const)('it %s', async (_name, first) => {
		const world: World = new World(1, {
			L: 1000,
			misbehave: () => ('kind' in first && world.server.log.length === 1 ? first : undefined),
		});
		const more = (): Partial<Request> => ({ settings: { maxTries: 1 }, send: world.server.send });
		const ended = { ...more(), send: world.server.send.bind(undefined) };
		const runs: Promise<unknown>[] = [];
		// Each comes before the one before it has ended, so that the lane is never empty.
		for (let i = 1; i < 6; i += 1)
			world.clock.after(i * 700, () => runs.push(world.start(users(1, `u${i}-`), more())));
		const run = world.start(users(1, 'first'), ended);
		expect(holds(world.engines[0], ended.send)).toBe(true);
		await world.clock.until(run);
		await world.clock.until(world.clock.sleep(2500));
		expect(world.engines[0].census().runs).toBeGreaterThan(0);
		expect(holds(world.engines[0], ended.send)).toBe(false);
		await world.clock.until(Promise.all(runs));
	});
});
