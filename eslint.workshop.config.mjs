// n8n's rules for the package are in eslint.config.mjs, which has to stay as n8n generates it. These
// rules check what surrounds the package, with types.
import { config as n8nConfig } from '@n8n/node-cli/eslint';
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const N8N = '@n8n/community-nodes';

export default defineConfig(
	{
		files: ['{sandbox,demo,test,scripts,bench}/**/*.{ts,mts}'],
		extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: { project: './test/tsconfig.json', tsconfigRootDir: import.meta.dirname },
		},
		linterOptions: { reportUnusedDisableDirectives: 'off' },
		rules: {
			// `async` without `await` turns what a function throws into a rejection.
			'@typescript-eslint/require-await': 'off',
			// JSON from n8n, the sandbox and workflow files; a wrong property fails the test that reads it.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{
		// Tests and generated pages read methods to replace them or to call them with another `this`.
		files: ['{test,bench,scripts/docs}/**/*.{ts,mts}'],
		rules: { '@typescript-eslint/unbound-method': 'off' },
	},
	{
		// Directives in test files name n8n's rules, which only n8n's configuration turns on.
		files: ['**/*.{ts,mts}'],
		plugins: { [N8N]: n8nConfig.find(({ plugins }) => plugins?.[N8N]).plugins[N8N] },
	},
);
