// The lint rules of the widget: the strict typed set, and the ban on markup from strings.
import js from '@eslint/js';
import ts from 'typescript-eslint';

export default ts.config(
	{ ignores: ['dist'] },
	js.configs.recommended,
	...ts.configs.strict,
	{
		rules: {
			'no-restricted-properties': [
				'error',
				{ property: 'innerHTML', message: 'all words go through textContent' },
				{ property: 'outerHTML', message: 'all words go through textContent' },
				{ property: 'insertAdjacentHTML', message: 'all words go through textContent' },
			],
		},
	},
	{ files: ['demo.js'], languageOptions: { globals: { document: 'readonly', window: 'readonly', location: 'readonly', navigator: 'readonly', URLSearchParams: 'readonly' } } },
);
