import type { ItemReader } from './itemReader';
import { warnings } from './warnings';

/**
 * The values that MoEngage's Data API doesn't accept as customer IDs, from its "Data overview" page.
 * Whether bulk update accepts them isn't documented.
 */
const PLACEHOLDERS = new Set(
	'-2 -1 0 1 2 (empty) customer_id dummy_seller_code false guest id n/a na none null true uid unknown user_attribute_unique_id user_id userid'.split(
		' ',
	),
);

/** Warns about an ID that is probably a placeholder for a missing one. It is sent unchanged. */
export function warnOfPlaceholder(item: ItemReader, id: string, label: string): void {
	if (PLACEHOLDERS.has(id.toLowerCase())) item.warn(warnings.placeholder(label));
}
