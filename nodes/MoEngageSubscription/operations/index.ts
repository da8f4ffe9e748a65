import type { AnyOperation } from './operation';
import { getCategories } from './category/getAll.operation';
import { updateOptIn } from './optIn/update.operation';
import { bulkUpdatePreferences } from './preference/bulkUpdate.operation';
import { getPreferencesByUser } from './preference/getByUser.operation';
import { getPreferences } from './preference/get.operation';
import { updatePreferences } from './preference/update.operation';
import { updatePreferencesByUser } from './preference/updateByUser.operation';
import { resubscribe } from './resubscription/resubscribe.operation';

/** All operations. The first one of each resource is the default in its menu. */
export const operations: AnyOperation[] = [
	bulkUpdatePreferences,
	getPreferences,
	updatePreferences,
	getPreferencesByUser,
	updatePreferencesByUser,
	updateOptIn,
	resubscribe,
	getCategories,
];
