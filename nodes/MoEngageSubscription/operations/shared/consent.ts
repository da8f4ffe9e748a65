import { labelOf, type Categories } from './categories';
import type { ItemReader } from './itemReader';
import { warnings } from './warnings';

/**
 * The categories that go out for an item, once all its parts are read. An opt-out isn't lost to a
 * value that can't be read: that value is left out and reported as a warning. Without an
 * unsubscribe from all, an item with such a value only unsubscribes, and one that has nothing to
 * unsubscribe is rejected.
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

/** Throws why the first part of the item that couldn't be read couldn't. */
export function rejectProblems({ problems }: ItemReader): void {
	if (problems.length > 0) throw problems[0].error;
}

export function reportProblems(item: ItemReader): void {
	for (const { label, error } of item.problems) item.warn(warnings.leftOut(label, error));
}
