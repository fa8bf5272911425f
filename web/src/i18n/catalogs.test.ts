// Both languages have the same keys with the same variables, and every key the code uses exists.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FluentParser, type Message, Transformer, type VariableReference } from '@fluent/syntax';
import { describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const source = join(here, '..');

class Variables extends Transformer {
	readonly names = new Set<string>();
	override visitVariableReference(node: VariableReference): VariableReference {
		this.names.add(node.id.name);
		return node;
	}
}
function read(language: string): Map<string, string> {
	const keys = new Map<string, string>();
	for (const name of readdirSync(join(here, language)).filter((one) => one.endsWith('.ftl'))) {
		const { body } = new FluentParser({ withSpans: false }).parse(readFileSync(join(here, language, name), 'utf8'));
		for (const entry of body) {
			if (entry.type === 'Junk') throw new Error(`${language}/${name}: ${String((entry as { content?: string }).content).slice(0, 80)}`);
			if (entry.type !== 'Message') continue;
			const message = entry as Message;
			const parts: [string, unknown][] = [[message.id.name, message.value], ...message.attributes.map((one): [string, unknown] => [`${message.id.name}.${one.id.name}`, one.value])];
			for (const [key, pattern] of parts) {
				if (!pattern) continue;
				if (keys.has(key)) throw new Error(`${language}: ${key} stands twice (${name})`);
				const variables = new Variables();
				variables.genericVisit(pattern as never);
				keys.set(key, [...variables.names].sort().join(' '));
			}
		}
	}
	return keys;
}
function sources(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
		const path = join(folder, one.name);
		if (one.isDirectory()) return sources(path);
		return /\.(svelte|ts)$/.test(one.name) && !/\.test\.ts$/.test(one.name) ? [path] : [];
	});
}

const ru = read('ru');
const en = read('en');
const code = sources(source).filter((path) => !path.startsWith(here)).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

describe('catalogs', () => {
	it('have the same keys', () => {
		expect([...ru.keys()].filter((key) => !en.has(key)), 'only in Russian').toEqual([]);
		expect([...en.keys()].filter((key) => !ru.has(key)), 'only in English').toEqual([]);
	});
	it('use the same variables', () => {
		expect([...ru].filter(([key, variables]) => en.get(key) !== variables).map(([key]) => key)).toEqual([]);
	});
	it('have every key the code names', () => {
		const missing: string[] = [];
		for (const { path, text } of code) {
			for (const [, key] of text.matchAll(/\b(?:t|plainText)\(\s*'([^']+)'/g)) if (!ru.has(key!)) missing.push(`${path.slice(source.length)}: ${key}`);
			for (const [, prefix] of text.matchAll(/\b(?:t|plainText)\(\s*`([^$`]+)\$\{/g)) if (![...ru.keys()].some((key) => key.startsWith(prefix!))) missing.push(`${path.slice(source.length)}: ${prefix}…`);
		}
		expect(missing).toEqual([]);
	});
	it('have no key that nothing names', () => {
		const all = code.map(({ text }) => text).join('\n');
		const quoted = new Set([...all.matchAll(/['"`]([a-z][\w.-]*)['"`]/g)].map(([, key]) => key!));
		const prefixes = [...all.matchAll(/`([a-z][\w-]*-)\$\{/g)].map(([, prefix]) => prefix!);
		expect([...ru.keys()].filter((key) => !quoted.has(key) && !quoted.has(key.split('.')[0]!) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
	});
	it('keep words out of the components', () => {
		const found = code.filter(({ path }) => path.endsWith('.svelte')).flatMap(({ path, text }) => {
			const markup = text.replace(/<!--.*?-->/gs, '').replace(/<script.*?<\/script>/gs, '').replace(/<style.*?<\/style>/gs, '');
			return [...markup.matchAll(/[а-яё]{3,}/gi)].map(([word]) => `${path.slice(source.length)}: ${word}`);
		});
		expect(found).toEqual([]);
	});
});
