// Builds the whole widget into one classic script, so a site needs a single <script> tag and no module support.
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The style sheet is written to be read; what travels needs none of its line breaks and tabs. */
const denseStyles: Plugin = {
	name: 'dense-styles',
	transform: (code, id) => (id.endsWith('/src/style.ts') ? code.replace(/`[^`]*`/g, (sheet) => sheet.replace(/\s+/g, ' ')) : null),
};

export default defineConfig({
	plugins: [denseStyles],
	build: {
		target: 'es2022',
		modulePreload: false,
		reportCompressedSize: true,
		lib: { entry: 'src/main.ts', formats: ['iife'], name: 'BesedaWidget', fileName: () => 'widget.js' },
	},
	test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
