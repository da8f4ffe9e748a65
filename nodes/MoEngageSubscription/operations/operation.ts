import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import type { Endpoint } from '../api/endpoints';
import type { RequestSpec, AcceptedResponse } from '../api/transport';
import type { Guard, ResultCheck } from './shared/guard';
import type { ItemReader } from './shared/itemReader';

/** What was read from one incoming item. */
interface Reading<T> {
	/** The data that the request is built from. */
	value: T;
	/** Identifiers of the user. Records that share one of them keep their order. */
	keys: string[];
	/** The kinds of identifier in `keys`, if the operation accepts several kinds. */
	kind?: string;
	/** Settings of the whole request. Records with different settings never share one. */
	settings?: readonly unknown[];
}

/**
 * One operation of the node. `T` is the data read from an item, and `A` MoEngage's response. An
 * operation is independent of other operations, batching, rate limits, and retries.
 */
export interface Operation<T, A> {
	resource: string;
	/** The value of the parameter 'Operation'. */
	operation: string;
	name: string;
	action: string;
	description: string;
	fields: INodeProperties[];
	/** Entries of the collection 'Options' that only this operation has. */
	options?: INodeProperties[];
	endpoint: Endpoint;
	schema: ZodType<A, ZodTypeDef, unknown>;
	/** The fields of the output that identify the user. They come first. */
	identity: readonly string[];
	/** What a record represents in hints, singular and plural: "user", "users". */
	noun: readonly [string, string];
	/** The categories that a record changes, by name. */
	categoriesOf?(value: T): object | undefined;
	/** MoEngage accepts a change of a category that it doesn't have, and ignores it. */
	ignoresUnknownCategories?: true;
	/** Reads one item. Throws an `ItemError` if a value can't be sent. Must not change the item. */
	read(item: ItemReader): Reading<T>;
	/** See the option 'Respect Global Unsubscribe'. */
	guard?: Guard<T>;
	/** See the option 'Wait for Result'. */
	result?: ResultCheck<T>;
	/** Builds the request for a batch of records with the same settings. */
	request(values: readonly [T, ...T[]], batchId: string): RequestSpec;
	/** See `DeliveryRequest.merge`. */
	merge?(earlier: T, later: T): T | undefined;
	/** Returns the output of one accepted record, without what all operations have. */
	output(value: T, accepted?: AcceptedResponse<A>): IDataObject | IDataObject[];
}

/** Operations of all kinds in one list. */
export type AnyOperation = Operation<unknown, unknown>;

/** Shows fields for one operation only, in addition to their own conditions. */
export function shownFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [operation], ...field.displayOptions?.show },
		},
	}));
}
