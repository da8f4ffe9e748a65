import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { SandboxHandle, SandboxState } from '../support/sandbox';
import type { RecordedRequest } from './proxy.mts';

type Request = Pick<RecordedRequest, 'path' | 'body'>;

/** One of the node's operations as the matrix runs it. */
export interface Subject {
	name: string;
	/** It changes nothing on the server. */
	reads: boolean;
	/** It looks up each user first, by a separate request, and leaves globally unsubscribed ones alone. */
	looksUp?: boolean;
	/** The server applies a request that is sent again with the same key only once. */
	hasKeys?: boolean;
	/** Items per request. */
	batch: number;
	parameters: INodeParameters;
	/** The `index`th item of the list. */
	item(index: number): IDataObject;
	/** The user of the item, as requests name it. */
	user(index: number): string;
	/** The users that a request changes, or names if the operation reads. */
	usersOf(request: Request): string[];
	/** How often the server has changed this user, and whether its state is as requested. */
	stateOf(state: SandboxState, index: number): { changes: number; isAsRequested: boolean };
	/** For an operation that reads: whether the output matches the server's state. */
	found?(json: IDataObject, index: number): boolean;
	/** Fills the workspace before the run. */
	seed?(sandbox: SandboxHandle, workspace: string, count: number): Promise<void>;
}

const CATEGORIES = {
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
};
/** Two values that differ between users, so that a mix-up is noticed. */
const wanted = (index: number) => ({ Newsletter: index % 2 === 0, Promotional: index % 3 === 0 });
/** The customer ID of the item at an index; `USER_ID` finds all of them in a text. */
export const userId = (index: number) => `person-${index}`;
export const USER_ID = /person-\d+/g;
export const emailOf = (index: number) => `person-${index}@example.com`;

const bodyOf = (request: Request) => JSON.parse(request.body) as Record<string, never>;
const landing = (index: number) =>
	`https://shop.example/preferences?user_id=${userId(index)}&cid=c${index}`;
const landed = ({ path }: Request) => [
	new URLSearchParams(path.slice(path.indexOf('?'))).get('user_id') ?? '',
];

function sameCategories(given: object | undefined, index: number): boolean {
	const { Newsletter, Promotional } = wanted(index);
	const { Newsletter: newsletter, Promotional: promotional } = (given ?? {}) as IDataObject;
	return newsletter === Newsletter && promotional === Promotional;
}

function profile(state: SandboxState, index: number) {
	const user = state.users.find((one) => one.customer_id === userId(index));
	return { changes: user?.changes ?? 0, isAsRequested: sameCategories(user?.categories, index) };
}

/** One in five is globally unsubscribed; the first isn't. */
export const isUnsubscribed = (index: number) => index % 5 === 4;

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
		item: (index) => ({ id: userId(index), ...wanted(index) }),
		user: userId,
		usersOf: (request) =>
			(bodyOf(request).user_preferences as { customer_id: string }[]).map((one) => one.customer_id),
		stateOf: profile,
	},
	{
		name: 'Update Opt-In Status',
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
		// If all categories were false, MoEngage would store OPTED_OUT, so one is always true.
		item: (index) => ({ id: userId(index), Newsletter: true, Promotional: index % 3 === 0 }),
		user: userId,
		usersOf: (request) => [
			(bodyOf(request).user_preferences as { customer_id: string }).customer_id,
		],
		stateOf(state, index) {
			const user = state.users.find((one) => one.customer_id === userId(index));
			const { Newsletter, Promotional } = user?.categories ?? {};
			const isAsRequested =
				user?.opt_in_status === 'DOUBLE_OPTED_IN' &&
				Newsletter === true &&
				Promotional === (index % 3 === 0);
			return { changes: user?.changes ?? 0, isAsRequested };
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
		item: (index) => ({ email: emailOf(index) }),
		user: emailOf,
		usersOf: (request) => bodyOf(request).recipients as string[],
		stateOf(state, index) {
			const found = state.resubscriptions[emailOf(index)];
			return { changes: found?.times ?? 0, isAsRequested: found?.suppressionCleared === true };
		},
	},
	{
		name: 'Get by Landing Page Link',
		reads: true,
		batch: 1,
		parameters: {
			resource: 'preference',
			operation: 'get',
			identifyBy: 'landingPageUrl',
			landingPageUrl: '={{ $json.page }}',
		},
		item: (index) => ({ page: landing(index) }),
		user: userId,
		usersOf: landed,
		stateOf: profile,
		found: ({ categories }, index) => sameCategories(categories as object, index),
		async seed(sandbox, workspace, count) {
			const users = Array.from({ length: count }, (_, index) => ({
				customer_id: userId(index),
				categories: wanted(index),
			}));
			await sandbox.seedUsers(users, workspace);
		},
	},
	{
		name: 'Update by Landing Page Link',
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
		user: userId,
		usersOf: landed,
		stateOf: profile,
	},
	{
		name: 'Update by User',
		reads: false,
		looksUp: true,
		hasKeys: true,
		batch: 1,
		parameters: {
			resource: 'preference',
			operation: 'updateByUser',
			identifierType: 'uid',
			identifierValue: '={{ $json.id }}',
			channel: 'email',
			...CATEGORIES,
			globallyUnsubscribed: false,
		},
		item: (index) => ({ id: userId(index), ...wanted(index) }),
		user: userId,
		// A lookup has no body.
		usersOf: (request) => (request.body === '' ? [] : [bodyOf(request).user_identifier_value]),
		stateOf: profile,
		async seed(sandbox, workspace, count) {
			const users = Array.from({ length: count }, (_, index) => ({
				customer_id: userId(index),
				unsubscribed: isUnsubscribed(index),
			}));
			await sandbox.seedUsers(users, workspace);
		},
	},
];
