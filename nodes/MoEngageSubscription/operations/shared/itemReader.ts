import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readCategories, type Categories, type CategorySource } from './categories';
import { refusals } from './refusals';
import { asEmail, asFlag, asId, asText, isBlank } from './values';

/** Reads what one item says, parameter by parameter. Labels are the parameters' display names. */
export class ItemReader implements CategorySource {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly items: readonly INodeExecutionData[],
		private readonly knownFields: Map<string, boolean>,
		private readonly index: number,
	) {}

	/** A parameter's value for this item, with its expression resolved. */
	parameter(name: string): unknown {
		return this.context.getNodeParameter(name, this.index, null) as unknown;
	}

	/** An entry of the collection "Options"; `undefined` where it was not added. */
	option(name: string): unknown {
		const options = this.parameter('options');
		if (typeof options !== 'object' || options === null || Array.isArray(options)) return undefined;
		return (options as Record<string, unknown>)[name];
	}

	field(name: string): { value: unknown; known: boolean } {
		const { json } = this.items[this.index];
		if (Object.hasOwn(json, name)) return { value: json[name], known: true };
		let known = this.knownFields.get(name);
		if (known === undefined) {
			known = this.items.some((item) => Object.hasOwn(item.json, name));
			this.knownFields.set(name, known);
		}
		return { value: undefined, known };
	}

	text(name: string, label: string): string {
		return asText(this.parameter(name), label);
	}

	id(name: string, label: string): string {
		return asId(this.parameter(name), label);
	}

	email(name: string, label: string): string {
		return asEmail(this.parameter(name), label);
	}

	isBlank(name: string): boolean {
		return isBlank(this.parameter(name));
	}

	/** Yes or no. A blank one is refused: where consent is at stake nothing is assumed. */
	flag(name: string, label: string): boolean {
		const flag = asFlag(this.parameter(name), label);
		if (flag !== undefined) return flag;
		throw refusals.noFlag(label);
	}

	/** One of a parameter's values. */
	choice<C extends string>(name: string, label: string, choices: readonly C[]): C {
		const text = this.text(name, label).toUpperCase();
		const found = choices.find((choice) => choice.toUpperCase() === text);
		if (found !== undefined) return found;
		throw refusals.noChoice(label, choices, text === '');
	}

	categories(): Categories {
		return readCategories(this);
	}
}
