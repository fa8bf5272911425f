// The set-up form of a messenger, field by field.
import { words } from './catalog.js';

/** What a field of a kind is called, as the interface says it. */
export const called = (kind, field, lang = 'ru') => words(lang, 'channels', `channel-${kind}-${field}`);

export async function filled(page, kind, lang, values) {
	for (const [name, value] of Object.entries(values)) await page.getByLabel(called(kind, name, lang), { exact: true }).fill(value);
}
