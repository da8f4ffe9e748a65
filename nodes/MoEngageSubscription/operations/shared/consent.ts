import { labelOf, type Categories } from './categories';
import type { ItemReader } from './itemReader';
import { warnings } from './warnings';

/**
 * Returns the categories to send for an item after all its parts were read. A value that can't be
 * read doesn't block an opt-out: it is left out and reported as a warning. Without an unsubscribe from
 * all, an item with such a value only unsubscribes, and it is rejected if it has nothing to
 * unsubscribe.
 */
export function categoriesToSend(
	item: ItemReader,
	categories: Categories,
	unsubscribesAll: boolean,
): Categories {
	if (unsubscribesAll) reportProblems(item);
	if (item.problems.length === 0 || unsubscribesAll) return categories;
	const entries = Object.entries(categories);
	const optOuts = entries.filter(([, subscribed]) => !subscribed);
	if (optOuts.length === 0) rejectProblems(item);
	reportProblems(item);
	for (const [name, subscribed] of entries)
		if (subscribed) item.warn(warnings.onlyOptOuts(labelOf(name)));
	return Object.fromEntries(optOuts);
}

/** Throws the error of the first part of the item that couldn't be read. */
export function rejectProblems({ problems }: ItemReader): void {
	const [problem] = problems;
	if (problem !== undefined) throw problem.error;
}

export function reportProblems(item: ItemReader): void {
	for (const { label, error } of item.problems) item.warn(warnings.leftOut(label, error));
}
