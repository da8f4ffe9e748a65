import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import type { Endpoint } from '../api/endpoints';
import type { RequestSpec, AcceptedResponse } from '../api/transport';
import type { ItemReader } from './shared/itemReader';

/** What one incoming item asks for. */
export interface Reading<T> {
	/** What the request is built from. */
	value: T;
	/** Whom it is about: records that share one of these keep their order. */
	keys: string[];
	/** The kinds of identifier in `keys`, if users may be named by several kinds. */
	kind?: string;
	/** Settings of the request as a whole; records with other settings travel apart. */
	settings?: readonly unknown[];
}

/**
 * One operation of the node. `T` is what an item turns into, `A` MoEngage's answer. An operation
 * knows no other operation, and nothing of batches, limits and repeats.
 */
export interface Operation<T, A> {
	resource: string;
	/** The value of the parameter "Operation". */
	operation: string;
	name: string;
	action: string;
	description: string;
	fields: INodeProperties[];
	/** Entries of the collection "Options" that only this operation has. */
	options?: INodeProperties[];
	endpoint: Endpoint;
	schema: ZodType<A, ZodTypeDef, unknown>;
	/** Whom or what a record is about, one and many: "user", "users". */
	noun: readonly [string, string];
	/** Reads one item; throws a `Refusal` where a value can't be sent. Must not change the item. */
	read(item: ItemReader): Reading<T>;
	/** Builds the request for a batch of records with the same settings. */
	request(values: readonly T[], batchId: string): RequestSpec;
	/** See `DeliveryRequest.fold`. */
	merge?(earlier: T, later: T): T | undefined;
	/** The output of one accepted record, without `status`, `batch` and `attempts`; a list's lines. */
	output(value: T, receipt?: AcceptedResponse<A>): IDataObject | IDataObject[];
}

/** Operations of all kinds in one list. */
export type AnyOperation = Operation<unknown, unknown>;

/** Shows fields for one operation only, besides their own conditions. */
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
