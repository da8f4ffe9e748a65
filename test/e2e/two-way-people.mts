// People who change their minds on both sides, and the choice that has to win for each of them.
import type { Person } from '../harness/two-way.mts';

type Side = 'moengage' | 'crm';
type Step = [Side, 'in' | 'out'];

/** What people do in a case, and how it has to end on both sides. */
interface Case {
	what: string;
	people: number;
	start: 'in' | 'out';
	/** The steps of each entry are later than those before it, by a second or more. */
	steps: Step[][];
	/** The CRM's step has the date of the step in MoEngage, to the second. */
	sameSecond?: boolean;
	end: 'in' | 'out';
}

const CASES: Case[] = [
	{
		what: 'opt-out in MoEngage',
		...{ people: 70, start: 'in', end: 'out' },
		steps: [[['moengage', 'out']]],
	},
	{
		what: 'opt-out, opt-in, and opt-out again in MoEngage',
		...{ people: 10, start: 'in', end: 'out' },
		steps: [[['moengage', 'out']], [['moengage', 'in']], [['moengage', 'out']]],
	},
	{
		what: 'opt-out in the CRM',
		...{ people: 100, start: 'in', end: 'out' },
		steps: [[['crm', 'out']]],
	},
	{
		what: 'new opt-in in the CRM',
		...{ people: 100, start: 'out', end: 'in' },
		steps: [[['crm', 'in']]],
	},
	{
		what: 'older opt-in in the CRM, newer opt-out in MoEngage',
		...{ people: 100, start: 'in', end: 'out' },
		steps: [[['crm', 'in']], [['moengage', 'out']]],
	},
	{
		what: 'older opt-out in MoEngage, newer opt-in in the CRM',
		...{ people: 100, start: 'in', end: 'in' },
		steps: [[['moengage', 'out']], [['crm', 'in']]],
	},
	{
		what: 'older opt-in in MoEngage, newer opt-out in the CRM',
		...{ people: 100, start: 'out', end: 'out' },
		steps: [[['moengage', 'in']], [['crm', 'out']]],
	},
	{
		what: 'opt-in on both sides, then opt-out in MoEngage',
		...{ people: 100, start: 'out', end: 'out' },
		steps: [
			[
				['crm', 'in'],
				['moengage', 'in'],
			],
			[['moengage', 'out']],
		],
	},
	{
		what: 'opt-out on both sides, then opt-in in MoEngage',
		...{ people: 100, start: 'in', end: 'in' },
		steps: [
			[
				['crm', 'out'],
				['moengage', 'out'],
			],
			[['moengage', 'in']],
		],
	},
	{
		what: 'opt-out on both sides, then opt-in in the CRM',
		...{ people: 100, start: 'in', end: 'in' },
		steps: [
			[
				['crm', 'out'],
				['moengage', 'out'],
			],
			[['crm', 'in']],
		],
	},
	{
		what: 'opt-in in MoEngage and opt-out in the CRM in the same second',
		...{ people: 50, start: 'out', end: 'out', sameSecond: true },
		steps: [[['moengage', 'in']], [['crm', 'out']]],
	},
	{
		what: 'opt-out in MoEngage and opt-in in the CRM in the same second',
		...{ people: 50, start: 'in', end: 'out', sameSecond: true },
		steps: [[['moengage', 'out']], [['crm', 'in']]],
	},
];

export interface Changing extends Person, Omit<Case, 'people'> {}

/** @returns everyone of all cases, who made their first choice a month ago */
export function everyone(): Changing[] {
	const changedAt = new Date(Date.now() - 30 * 86_400_000).toISOString();
	return CASES.flatMap((one, number) =>
		Array.from({ length: one.people }, (_, i) => ({
			...one,
			id: `case-${number}-person-${i}`,
			optOut: one.start === 'out',
			changedAt,
		})),
	);
}

/** @returns how many changes people make on a side */
export function changesOn(side: Side, people: Changing[]): number {
	return people.flatMap(({ steps }) => steps.flat()).filter(([on]) => on === side).length;
}
