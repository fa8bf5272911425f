// The set-up form of a messenger, field by field.
import { readFileSync } from 'node:fs';

const words = Object.fromEntries(
	['ru', 'en'].map((lang) => {
		const text = readFileSync(new URL(`../../../web/src/i18n/${lang}/channels.ftl`, import.meta.url), 'utf8');
		return [lang, new Map([...text.matchAll(/^([\w-]+) = (.+)$/gm)].map(([, key, words]) => [key, words]))];
	}),
);

/** What a field of a kind is called, as the interface says it. */
export const called = (kind, field, lang = 'ru') => words[lang].get(`channel-${kind}-${field}`);

export async function filled(page, kind, lang, values) {
	for (const [name, value] of Object.entries(values)) await page.getByLabel(called(kind, name, lang), { exact: true }).fill(value);
}
