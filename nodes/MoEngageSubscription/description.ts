import type { INodeProperties } from 'n8n-workflow';

import { operations } from './operations';
import { shownFor } from './operations/operation';
import { optionsField } from './operations/shared/options';

/** The resources in the order of the menu. */
const resources = [
	{ name: 'Email Opt-In', value: 'optIn' },
	{ name: 'Email Resubscription', value: 'resubscription' },
	{ name: 'Subscription Category', value: 'category' },
	{ name: 'Subscription Preference', value: 'preference' },
];

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: resources,
	default: 'preference',
};

function operationField(resource: string): INodeProperties {
	const own = operations.filter((operation) => operation.resource === resource);
	const preselected = own[0]?.operation;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: own
			.map(({ name, operation, action, description }) => ({
				name,
				value: operation,
				action,
				description,
			}))
			.sort((a, b) => a.name.localeCompare(b.name)),
		default: preselected,
	};
}

/**
 * All parameters of the node. The menus of resources and operations come from the list of operations.
 */
export const operationFields: INodeProperties[] = [
	resourceField,
	...resources.map(({ value }) => operationField(value)),
	...operations.flatMap((operation) =>
		shownFor(operation.resource, operation.operation, [
			...operation.fields,
			optionsField(operation),
		]),
	),
];
