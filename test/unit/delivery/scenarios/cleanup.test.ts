import { users, World, type Request } from '../../../virtual/world';

/** Whether an object is reachable from another one. */
function reaches(root: object, wanted: object): boolean {
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

describe('P13: memory of ended runs', () => {
	test.each([
		['was accepted', {}],
		['was unauthorized', { kind: 'fatal', reason: '401' }],
		['got no response', { kind: 'transient', reason: 'dead' }],
	] as const)(
		'P13: the engine keeps no reference to an ended run that %s while others continue',
		async (_name, first) => {
			const world: World = new World(1, {
				L: 1000,
				respond: () => ('kind' in first && world.server.log.length === 1 ? first : undefined),
			});
			const more = (): Partial<Request> => ({ settings: { maxTries: 1 }, send: world.server.send });
			const ended = { ...more(), send: world.server.send.bind(undefined) };
			const runs: Promise<unknown>[] = [];
			// Each starts before the previous one has ended, so that the partition is never empty.
			for (let i = 1; i < 6; i += 1)
				world.clock.after(i * 700, () => runs.push(world.start(users(1, `u${i}-`), more())));
			const run = world.start(users(1, 'first'), ended);
			expect(reaches(world.engines[0], ended.send)).toBe(true);
			await world.clock.until(run);
			await world.clock.until(world.clock.sleep(2500));
			expect(world.engines[0].census().runs).toBeGreaterThan(0);
			expect(reaches(world.engines[0], ended.send)).toBe(false);
			await world.clock.until(Promise.all(runs));
		},
	);
});
