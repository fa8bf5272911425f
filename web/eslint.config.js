// Lint rules: the usual ones, plus the two laws of this UI (no raw HTML, no words outside the catalogs).
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	{ ignores: ['public', 'dist', 'dist-gallery', 'node_modules', 'shots'] },
	js.configs.recommended,
	...ts.configs.recommended,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node, __VERSION__: 'readonly' } },
		rules: {
			'no-undef': 'off', // TypeScript knows better
			'no-restricted-properties': ['error', { property: 'innerHTML', message: 'Draw nodes; never parse HTML.' }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-unused-expressions': ['error', { allowShortCircuit: true, allowTernary: true }],
			'no-empty': ['error', { allowEmptyCatch: true }],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { projectService: false, extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
		rules: {
			'svelte/no-at-html-tags': 'error',
			'svelte/no-navigation-without-resolve': 'off', // our own router
			'svelte/prefer-svelte-reactivity': 'off', // maps live in $state.raw and are replaced, not mutated
			'svelte/require-each-key': 'error',
			'prefer-const': 'off',
		},
	},
);
