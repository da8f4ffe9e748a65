import { hasInvisible } from './characters';
import { readCategories, type Categories, type CategorySource, type Row } from './categories';
import { asFlag, SWITCH } from './flags';
import { inputErrors } from './inputErrors';
import { readMapping, type MappedValues } from './resourceMapper';
import type { RunInput } from './runInput';
import { asEmail, asId, asName, asText, isBlank } from './values';
import { warnings } from './warnings';

/** A part of an item that couldn't be read. */
interface Problem {
	label: string;
	error: unknown;
}

/** Reads one item, parameter by parameter. Labels are the parameters' display names. */
export class ItemReader implements CategorySource {
	/** Parts that couldn't be read, but that an opt-out doesn't need. */
	readonly problems: Problem[] = [];
	/** Sentences for the item's output. */
	readonly warnings: string[] = [];

	constructor(
		private readonly input: RunInput,
		private readonly index: number,
	) {}

	/** A parameter's value for this item, with its expression resolved. */
	parameter(name: string): unknown {
		return this.input.parameter(name, this.index);
	}

	/** An entry of the collection 'Options'; `undefined` if it wasn't added. */
	option(name: string): unknown {
		return this.hasOption(name) ? this.parameter(`options.${name}`) : undefined;
	}

	/** Whether the option was added, even if its value is blank. */
	hasOption(name: string): boolean {
		return Object.hasOwn(this.input.rawOptions, name);
	}

	/**
	 * The rows of a fixed collection. If it can't be read as a whole, its values are read one by one,
	 * so that an expression that fails doesn't hide the others.
	 */
	rows(collection: string, group: string): Row[] {
		const path = `${collection}.${group}`;
		const raw = this.input.raw(path);
		const whole = () => {
			const rows = (this.parameter(collection) as Record<string, unknown> | null | undefined)?.[
				group
			];
			return (Array.isArray(rows) ? rows : []).map(
				(row: Record<string, unknown>): Row =>
					(key) =>
						row[key],
			);
		};
		if (!Array.isArray(raw)) return whole();
		try {
			return whole();
		} catch {
			return raw.map(
				(_, row): Row =>
					(key) =>
						this.parameter(`${path}[${row}].${key}`),
			);
		}
	}

	/** The values of the item's fields with that name. */
	field(name: string): { values: unknown[]; known: boolean } {
		return this.input.field(name, this.index);
	}

	mapping(name: string): MappedValues {
		return readMapping(this.input, this.index, name);
	}

	text(name: string, label: string): string {
		return this.checked(asName(this.parameter(name), label), label);
	}

	id(name: string, label: string): string {
		return this.checked(asId(this.parameter(name), label), label);
	}

	email(name: string, label: string): string {
		return this.checked(asEmail(this.parameter(name), label), label);
	}

	isBlank(name: string): boolean {
		return isBlank(this.parameter(name));
	}

	/** Returns whether a value means yes. Rejects a blank value, because consent is never assumed. */
	flag(name: string, label: string): boolean {
		const flag = asFlag(this.parameter(name), label, SWITCH);
		if (flag !== undefined) return flag;
		throw inputErrors.noFlag(label);
	}

	/** Returns a number of 1 or more without its fraction, or `fallback` for a blank value. */
	wholeNumber(name: string, label: string, fallback: number): number {
		const given = this.parameter(name);
		if (isBlank(given)) return fallback;
		const number = Math.floor(Number(asText(given, label)));
		if (number >= 1) return number;
		throw inputErrors.notNumber(label);
	}

	/** Returns one of a parameter's supported values. */
	choice<C extends string>(name: string, label: string, choices: readonly C[]): C {
		const text = asText(this.parameter(name), label).toUpperCase();
		const found = choices.find((choice) => choice.toUpperCase() === text);
		if (found !== undefined) return found;
		throw inputErrors.noChoice(label, choices, text === '');
	}

	/** An optional text in 'Options', which an opt-out doesn't need. */
	optionalText(name: string, label: string): string {
		return this.tolerate(label, () => asText(this.option(name), label)) ?? '';
	}

	categories(): Categories {
		return readCategories(this);
	}

	/** Returns what `read` returns. If it throws, the error is added to the item's problems. */
	tolerate<V>(label: string, read: () => V): V | undefined {
		try {
			return read();
		} catch (error) {
			this.problems.push({ label, error });
			return undefined;
		}
	}

	warn(warning: string): void {
		this.warnings.push(warning);
	}

	/**
	 * Returns the text unchanged. Invisible characters in it raise a warning but are sent, because they
	 * may be intended.
	 */
	checked(text: string, label: string): string {
		if (hasInvisible(text)) this.warn(warnings.invisible(label));
		return text;
	}
}
