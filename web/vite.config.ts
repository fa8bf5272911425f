// Builds the UI into `dist/`, which the server embeds; `--mode gallery` builds the component gallery instead.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vitest/config';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts the icon sprite into the page itself: icons are there in the first paint and need no request. */
function sprite(): Plugin {
	return {
		name: 'beseda-sprite',
		transformIndexHtml(html) {
			const svg = readFileSync(file('src/icons/sprite.svg'), 'utf8').replace(/<!--.*?-->/gs, '').replace(/\s*\n\s*/g, '');
			return html.replace('<!--sprite-->', svg);
		},
	};
}

/** A catalog becomes a string; Russian short words get a no-break space after them, so they never end a line. */
function catalogs(): Plugin {
	const short = /(?<=[\s(«]|^)(а|без|в|во|до|за|и|из|к|ко|на|не|ни|но|о|об|от|по|с|со|у|№) (?=[а-яёА-ЯЁA-Za-z«{\d])/gim;
	return {
		name: 'beseda-catalogs',
		enforce: 'pre',
		transform(code, id) {
			if (!id.endsWith('.ftl')) return null;
			const kept = code
				.split('\n')
				.filter((line) => !line.startsWith('#'))
				.join('\n');
			const text = id.includes('/ru/') ? kept.replace(short, '$1\u00a0') : kept;
			return { code: `export default ${JSON.stringify(text)};`, map: null };
		},
	};
}

/** Names all parts in one file, so that the service worker can keep those that were not opened yet. */
function parts(): Plugin {
	return {
		name: 'beseda-parts',
		generateBundle(_, bundle) {
			const paths = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css)$/.test(name)).map((name) => `/${name}`);
			this.emitFile({ type: 'asset', fileName: 'parts.json', source: JSON.stringify(paths) });
		},
	};
}

export default defineConfig(({ mode }) => ({
	plugins: [catalogs(), sprite(), svelte(), parts()],
	build: {
		target: 'es2022',
		outDir: mode === 'gallery' ? 'dist-gallery' : 'dist',
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
		rollupOptions: {
			input: file(mode === 'gallery' ? 'gallery.html' : 'index.html'),
			// What every screen needs stays together: cut into many small chunks the same code weighs kilobytes more.
			output: {
				codeSplitting: {
					groups: [
						{ name: 'base', priority: 2, test: /src\/(stores\/|api\/|router|i18n\/index|ui\/(overlays|Icon|clock|moments|errors|Avatar|Badge|Button|IconButton|EmptyState|Popover|Dialog))/ },
						{ name: 'Chats', priority: 1, test: /screens\/chats\/Chats\.svelte/ },
					],
				},
			},
		},
	},
	define: { __VERSION__: JSON.stringify(JSON.parse(readFileSync(file('package.json'), 'utf8')).version) },
	server: {
		host: '127.0.0.1',
		port: 5173,
		proxy: {
			'/api': { target: 'http://127.0.0.1:8080', ws: true },
			'/widget': { target: 'http://127.0.0.1:8080', ws: true },
		},
	},
	test: { testTimeout: 30_000, include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node' },
}));
