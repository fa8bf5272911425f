// What the interface calls things, out of its own catalogs: for journeys that are walked in either language.
import { readFileSync } from 'node:fs';

const areas = new Map();
/** The words of a key; of those with a choice or a variable inside, what stands on the key's own line. */
export function words(lang, area, key) {
	const name = `${lang}/${area}`;
	if (!areas.has(name)) {
		const text = readFileSync(new URL(`../../../web/src/i18n/${name}.ftl`, import.meta.url), 'utf8');
		areas.set(name, new Map([...text.matchAll(/^([\w-]+) = ?(.*)$/gm)].map(([, key, words]) => [key, words])));
	}
	const found = areas.get(name).get(key);
	if (found === undefined) throw new Error(`${name}.ftl has no ${key}`);
	return found;
}
