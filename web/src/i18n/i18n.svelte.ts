// Words of the UI: Fluent catalogs by area, the current language, and formats of dates and numbers.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import type { Language } from '../api/types';

export type Args = Record<string, FluentVariable>;

const files = import.meta.glob<{ default: string }>('./{ru,en}/*.ftl');
const always = ['core', 'chat'];

let language = $state<Language>('ru');
let coming: Language = 'ru'; // the language being fetched; the current one otherwise
let revision = $state(0); // grows when an area arrives, so that words already drawn are drawn again
const bundles: Record<Language, FluentBundle> = { ru: bundle('ru'), en: bundle('en') };
const plain: Record<Language, FluentBundle> = { ru: bundle('ru', false), en: bundle('en', false) };
const areas = new Set<string>(always);
const loaded = new Set<string>();

function bundle(locale: Language, useIsolating = true): FluentBundle {
	return new FluentBundle(locale, { useIsolating });
}

async function load(locale: Language, area: string): Promise<void> {
	const path = `./${locale}/${area}.ftl`;
	if (loaded.has(path) || !files[path]) return;
	const { default: text } = await files[path]();
	if (loaded.has(path)) return;
	loaded.add(path);
	const resource = new FluentResource(text);
	bundles[locale].addResource(resource);
	plain[locale].addResource(resource);
	revision += 1;
}

/** Fetches the catalogs of areas (file names without `.ftl`) in the current language; a lazy screen awaits it. */
export async function loadAreas(...names: string[]): Promise<void> {
	for (const name of names) areas.add(name);
	// a screen may open while the language changes: it needs its words in the one that comes, too
	await Promise.all([...new Set([language, coming])].flatMap((locale) => names.map((name) => load(locale, name))));
}

/** Switches the whole UI to a language without a reload. */
export async function setLanguage(to: Language): Promise<void> {
	coming = to;
	await Promise.all([...areas].map((area) => load(to, area)));
	if (coming !== to) return; // another language was chosen meanwhile
	language = to;
	document.documentElement.lang = to;
	try {
		localStorage.setItem('beseda.language', to);
	} catch {
		// a private window without storage: the choice lasts until reload
	}
}

/** The language before anybody has signed in: what was chosen here last, else the browser's. */
export function guessLanguage(): Language {
	try {
		const kept = localStorage.getItem('beseda.language');
		if (kept === 'ru' || kept === 'en') return kept;
	} catch {
		// as above
	}
	return navigator.languages.some((tag) => /^(ru|be|uk|kk)\b/.test(tag)) ? 'ru' : 'en';
}

export function currentLanguage(): Language {
	return language;
}

function format(of: FluentBundle, id: string, args?: Args): string | null {
	const [key, attribute] = id.split('.') as [string, string?];
	const message = of.getMessage(key);
	const pattern = attribute ? message?.attributes[attribute] : message?.value;
	return pattern ? of.formatPattern(pattern, args, []) : null;
}

/** The words for a key: `t('chat-members', { count: 3 })`; `t('key.attribute')` for an attribute. Reactive. */
export function t(id: string, args?: Args): string {
	void revision;
	return format(bundles[language], id, args) ?? id;
}

/** As `t`, without the invisible direction marks: for titles, notices of the system and values compared in code. */
export function plainText(id: string, args?: Args): string {
	void revision;
	return format(plain[language], id, args) ?? id;
}

/** Whether the catalogs know the key: for codes that come from the server. */
export function has(id: string): boolean {
	void revision;
	return bundles[language].hasMessage(id);
}

/** The words for a code of the server, or the fallback when this UI is older than the code. */
export function tOr(id: string, fallback: string, args?: Args): string {
	return has(id) ? t(id, args) : fallback;
}

const formats = new Map<string, Intl.DateTimeFormat>();
export function formatDate(at: number, options: Intl.DateTimeFormatOptions): string {
	const key = language + JSON.stringify(options);
	let found = formats.get(key);
	if (!found) formats.set(key, (found = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', options)));
	return found.format(at);
}
export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
	return new Intl.NumberFormat(language, options).format(value);
}
export function formatList(items: string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
	return new Intl.ListFormat(language, { type }).format(items);
}
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
export function formatBytes(bytes: number): string {
	let step = 0;
	let value = bytes;
	for (; value >= 1000 && step < 3; step += 1) value /= 1024;
	return formatNumber(value, { style: 'unit', unit: units[step], unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 });
}
const collators: Partial<Record<Language, Intl.Collator>> = {};
export function compareWords(a: string, b: string): number {
	return (collators[language] ??= new Intl.Collator(language, { sensitivity: 'base', numeric: true })).compare(a, b);
}
