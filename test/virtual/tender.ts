import { World } from './world';

/** Requests in flight that a tender server takes without getting slower. */
const AT_EASE = 8;

/**
 * A world whose server takes `slope` of `L` longer for each request in flight above eight, as one
 * with few threads or database connections does.
 */
export function tender(seed: number, L: number, slope: number): World {
	let inFlight = 0;
	const world: World = new World(seed, {
		latency: () => L * (1 + slope * Math.max(0, inFlight - AT_EASE)),
	});
	const { server } = world;
	const { send } = server;
	server.send = async (values) => {
		inFlight += 1;
		try {
			return await send(values);
		} finally {
			inFlight -= 1;
		}
	};
	return world;
}

/** The makespan in milliseconds of `batches` requests with `level` of them in flight at any time. */
export async function constantLevel(world: World, level: number, batches: number): Promise<number> {
	let left = batches;
	const lane = async () => {
		while (left-- > 0) await world.server.send(['batch']);
	};
	await world.clock.until(Promise.all(Array.from({ length: level }, lane)));
	return world.clock.now();
}
