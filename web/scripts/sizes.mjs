// Measures what the build weighs and fails when a budget of the design is broken.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const size = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;
const html = readFileSync(new URL('index.html', dist), 'utf8');
const assets = readdirSync(new URL('assets/', dist));

/** Everything a script imports statically, itself included. */
function closure(entry, seen = new Set()) {
	if (seen.has(entry)) return seen;
	seen.add(entry);
	const text = readFileSync(new URL(`assets/${entry}`, dist), 'utf8');
	for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) closure(name, seen);
	return seen;
}
const entry = /src="\/assets\/([^"]+\.js)"/.exec(html)[1];
const first = closure(entry);
const add = (pattern) => {
	const name = assets.find((one) => pattern.test(one));
	if (name) closure(name, first);
};
add(/^Chats-.*\.js$/);
// Of the catalogs the heavier language counts.
const heaviest = (pattern) => assets.filter((name) => pattern.test(name)).sort((a, b) => size(`assets/${b}`) - size(`assets/${a}`))[0];
for (const pattern of [/^core-.*\.js$/, /^chat-.*\.js$/]) closure(heaviest(pattern), first);
const sum = (names) => [...names].reduce((total, name) => total + size(`assets/${name}`), 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;

const checks = [
	// The goal is 90 kB, what must not be passed is 120 kB (docs: design 5.6).
	['JS before the first chat is usable', sum(first), 105_000],
	['CSS before the first chat is usable', sum(assets.filter((name) => /^(index|Chats|Thread|Panes|Shell)-.*\.css$/.test(name))), 18_000],
	['CSS, all of it', sum(assets.filter((name) => name.endsWith('.css'))), 65_000],
	['index.html', gzipSync(html).length, 10_000],
	...assets.filter((name) => name.endsWith('.js') && !first.has(name)).map((name) => [`chunk ${name}`, size(`assets/${name}`), 80_000]),
];
let broken = false;
for (const [what, bytes, limit] of checks) {
	if (bytes > limit) broken = true;
	if (bytes > limit || !what.startsWith('chunk') || bytes > 5000) console.log(`${bytes > limit ? 'OVER  ' : '      '}${what}: ${kb(bytes)} gz (limit ${kb(limit)})`);
}
if (broken) process.exit(1);
