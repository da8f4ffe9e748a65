import { Lane } from '../../../nodes/MoEngageSubscription/delivery/lane';
import { Search } from '../../../nodes/MoEngageSubscription/delivery/search';
import { newEntry, newQueue, newRun } from './parts';

/** A search among so many records of each of several runs. */
function searchAmong(...counts: number[]) {
	const queues = counts.map((count) => newQueue(newRun(count)));
	const entries = queues.flatMap((queue, i) =>
		Array.from({ length: counts[i] }, (_, index) => newEntry(queue, index)),
	);
	return { search: new Search(new Lane('e', true), entries), entries, queues };
}

/** Goes on to the end; `words` says how MoEngage refuses one record, nothing for an acceptance. */
function play(
	search: Search,
	words: (index: number, run: unknown) => string | undefined,
	most = 200,
) {
	const blamed: number[] = [];
	for (let part = search.next(); part; part = search.next()) {
		expect((most -= 1)).toBeGreaterThan(0);
		const refusals = part.map(({ index, run }) => words(index, run)).filter((said) => said);
		if (refusals.length === 0) search.spare(part);
		else blamed.push(...[search.refuse(refusals[0]!)].flatMap((entry) => entry?.index ?? []));
	}
	return blamed;
}

describe('A search for the records at fault', () => {
	test('blames those and no others', () => {
		const { search } = searchAmong(50);
		const bad = [3, 4, 17, 49];
		const blamed = play(search, (index) => (bad.includes(index) ? 'bad' : undefined));
		expect(blamed.sort((a, b) => a - b)).toEqual(bad);
		expect(search.refusedWhole()).toEqual([]);
	});

	test('leaves out what was settled meanwhile, and ends when all is', () => {
		const { search, entries } = searchAmong(9);
		entries[0].settled = true;
		expect(search.next()).toEqual([entries[1], entries[2]]);
		for (const entry of entries.slice(0, 6)) entry.settled = true;
		const part = search.next()!;
		expect(part.every((entry) => !entry.settled)).toBe(true);
		for (const entry of entries) entry.settled = true;
		expect(search.next()).toBeUndefined();
	});
});

describe('A batch refused whole', () => {
	test('is one of which every record is refused alone, in the same words', () => {
		const { search, queues } = searchAmong(4);
		expect(play(search, () => 'wrong ESP')).toHaveLength(4);
		expect(search.refusedWhole()).toEqual([{ run: queues[0].run, words: 'wrong ESP' }]);
	});

	test('is not one of a single record, refused in several words, or spared in part', () => {
		const single = searchAmong(1).search;
		play(single, () => 'no');
		expect(single.refusedWhole()).toEqual([]);
		const several = searchAmong(4).search;
		play(several, (index) => `no ${index % 2}`);
		expect(several.refusedWhole()).toEqual([]);
		const spared = searchAmong(4).search;
		play(spared, (index) => (index === 2 ? undefined : 'no'));
		expect(spared.refusedWhole()).toEqual([]);
	});

	test('is weighed for each execution of its own', () => {
		const { search, queues } = searchAmong(3, 3, 1);
		const [refused, , lone] = queues.map(({ run }) => run);
		play(search, (_, run) => (run === refused || run === lone ? 'no' : undefined));
		expect(search.refusedWhole()).toEqual([{ run: refused, words: 'no' }]);
	});
});
