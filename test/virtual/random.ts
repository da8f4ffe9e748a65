import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** A random source that returns the same numbers from 0 to 1 for the same seed. */
export function seeded(seed: number): () => number {
	const generator = mersenne(seed);
	return () => uniformFloat64(generator);
}
