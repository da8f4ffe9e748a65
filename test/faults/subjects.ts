import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { SandboxHandle, SandboxState } from '../support/sandbox';
import type { Passage } from './proxy.mjs';

type Request = Pick<Passage, 'path' | 'body'>;

/** One of the node's operations as the matrix drives it. */
export interface Subject {
	name: string;
	/** It changes nothing at the server. */
	reads: boolean;
	/** Items of one request. */
	batch: number;
	parameters: INodeParameters;
	/** The `index`th item of the list. */
	item(index: number): IDataObject;
	/** Whom the item is about, as requests name them. */
	person(index: number): string;
	/** Whom a request names. */
	people(request: Request): string[];
	/** How often the server has changed this person, and whether it stands as the item asks. */
	standing(state: SandboxState, index: number): { changes: number; asAsked: boolean };
	/** For an operation that reads: whether what came out is what the server has. */
	found?(json: IDataObject, index: number): boolean;
	/** Fills the workspace before the run. */
	seed?(sandbox: SandboxHandle, workspace: string, count: number): Promise<void>;
}

const CATEGORIES = {
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
};
/** Two values that differ from person to person, so that a mix-up shows. */
const wanted = (index: number) => ({ Newsletter: index % 2 === 0, Promotional: index % 3 === 0 });
/** The name of the item at an index, and such a name wherever it stands. */
export const person = (index: number) => `person-${index}`;
export const PERSON = /person-\d+/g;
export const address = (index: number) => `person-${index}@example.com`;

const bodyOf = (passage: Request) => JSON.parse(passage.body) as Record<string, never>;
const landing = (index: number) =>
	`https://shop.example/preferences?user_id=${person(index)}&cid=c${index}`;
const landed = ({ path }: Request) => [
	new URLSearchParams(path.slice(path.indexOf('?'))).get('user_id') ?? '',
];

function sameCategories(given: object | undefined, index: number): boolean {
	const { Newsletter, Promotional } = wanted(index);
	const { Newsletter: newsletter, Promotional: promotional } = (given ?? {}) as IDataObject;
	return newsletter === Newsletter && promotional === Promotional;
}

function profile(state: SandboxState, index: number) {
	const user = state.users.find((one) => one.customer_id === person(index));
	return { changes: user?.changes ?? 0, asAsked: sameCategories(user?.categories, index) };
}

export const subjects: Subject[] = [
	{
		name: 'Bulk Update',
		reads: false,
		batch: 10,
		parameters: {
			resource: 'preference',
			operation: 'bulkUpdate',
			customerId: '={{ $json.id }}',
			...CATEGORIES,
			unsubscribeAll: false,
		},
		item: (index) => ({ id: person(index), ...wanted(index) }),
		person,
		people: (passage) =>
			(bodyOf(passage).user_preferences as { customer_id: string }[]).map((one) => one.customer_id),
		standing: profile,
	},
	{
		name: 'Opt-In',
		reads: false,
		batch: 1,
		parameters: {
			resource: 'optIn',
			operation: 'update',
			customerId: '={{ $json.id }}',
			email: '',
			optInStatus: 'DOUBLE_OPTED_IN',
			...CATEGORIES,
		},
		// With all categories off MoEngage would store somebody else's choice: one is always on.
		item: (index) => ({ id: person(index), Newsletter: true, Promotional: index % 3 === 0 }),
		person,
		people: (passage) => [
			(bodyOf(passage).user_preferences as { customer_id: string }).customer_id,
		],
		standing(state, index) {
			const user = state.users.find((one) => one.customer_id === person(index));
			const { Newsletter, Promotional } = user?.categories ?? {};
			const asAsked =
				user?.opt_in_status === 'DOUBLE_OPTED_IN' &&
				Newsletter === true &&
				Promotional === (index % 3 === 0);
			return { changes: user?.changes ?? 0, asAsked };
		},
	},
	{
		name: 'Resubscribe',
		reads: false,
		batch: 10,
		parameters: {
			resource: 'resubscription',
			operation: 'resubscribe',
			email: '={{ $json.email }}',
			esp: 'SENDGRID',
			updateEsp: true,
		},
		item: (index) => ({ email: address(index) }),
		person: address,
		people: (passage) => bodyOf(passage).recipients as string[],
		standing(state, index) {
			const found = state.resubscriptions[address(index)];
			return { changes: found?.times ?? 0, asAsked: found?.suppressionCleared === true };
		},
	},
	{
		name: 'Get',
		reads: true,
		batch: 1,
		parameters: {
			resource: 'preference',
			operation: 'get',
			identifyBy: 'landingPageUrl',
			landingPageUrl: '={{ $json.page }}',
		},
		item: (index) => ({ page: landing(index) }),
		person,
		people: landed,
		standing: profile,
		found: ({ categories }, index) => sameCategories(categories as object, index),
		async seed(sandbox, workspace, count) {
			const users = Array.from({ length: count }, (_, index) => ({
				customer_id: person(index),
				categories: wanted(index),
			}));
			await sandbox.seedUsers(users, workspace);
		},
	},
	{
		name: 'Update',
		reads: false,
		batch: 1,
		parameters: {
			resource: 'preference',
			operation: 'update',
			identifyBy: 'landingPageUrl',
			landingPageUrl: '={{ $json.page }}',
			...CATEGORIES,
			unsubscribeAll: false,
		},
		item: (index) => ({ page: landing(index), ...wanted(index) }),
		person,
		people: landed,
		standing: profile,
	},
];
