// The command line of `npm start`.
import { parseArgs } from 'node:util';
import { UserError } from '../test/harness/log.mts';

export const HELP = `npm start sends a contact list to a MoEngage sandbox on this machine, never to MoEngage.

  npm start                        sends a CRM export of 2,000 contacts
  npm start -- --file <file>       lists the columns in your CSV file

  --file <file>                    your CSV file
  --id <column>                    the column with the customer ID
  --categories <column,column>     the columns of categories, each with the category's name
  --unsubscribed <column>          the column of contacts who unsubscribed from all emails
  --preview                        sends nothing, only shows what would be sent
  --help`;

const OPTIONS = {
	file: { type: 'string' },
	id: { type: 'string' },
	categories: { type: 'string' },
	unsubscribed: { type: 'string' },
	preview: { type: 'boolean' },
	help: { type: 'boolean' },
} as const;

export interface StartOptions {
	file?: string;
	id?: string;
	categories: string[];
	unsubscribed?: string;
	preview: boolean;
	help: boolean;
}

export function readOptions(args: string[]): StartOptions {
	const { file, id, categories, unsubscribed, preview = false, help = false } = parse(args);
	const names = (categories ?? '').split(',').map((name) => name.trim());
	const options = {
		file,
		id,
		categories: [...new Set(names.filter((name) => name !== ''))],
		unsubscribed,
		preview,
		help,
	};
	if (file === undefined && (id ?? categories ?? unsubscribed) !== undefined) {
		throw new UserError("Name your file with --file. 'npm start -- --help' lists all options.");
	}
	return options;
}

function parse(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS }).values;
	} catch (problem) {
		const { code = '', message } = problem as NodeJS.ErrnoException;
		if (!code.startsWith('ERR_PARSE_ARGS_')) throw problem;
		// The rest explains options in general.
		const [sentence] = message.split(/\. |\n/);
		throw new UserError(`${sentence}. 'npm start -- --help' lists all options.`);
	}
}
