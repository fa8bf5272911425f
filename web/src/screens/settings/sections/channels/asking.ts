// The texts and the form of a site as they stand in a channel's settings: read from a word, edited, written back.
import type { AskForm as Form, Language, Phrase } from '../../../../api/types';

export type { Form, Phrase };
export type Question = Form['fields'][number];
export const KINDS: Question['kind'][] = ['name', 'phone', 'email', 'choice', 'text'];
/** As many as the server takes. */
export const MOST = 10;

/** JSON with both languages, or a plain text of before, which stands in the company's language. */
export function readPhrase(value: string, language: Language): Phrase {
	try {
		const read = JSON.parse(value) as Partial<Phrase> | null;
		if (read && typeof read === 'object') return { ru: read.ru ?? '', en: read.en ?? '' };
	} catch {
		// a plain text
	}
	return { ru: '', en: '', [language]: value };
}

export function writePhrase({ ru, en }: Phrase): string {
	return ru.trim() || en.trim() ? JSON.stringify({ ru: ru.trim(), en: en.trim() }) : '';
}

export function readForm(value: string): Form {
	try {
		const read = JSON.parse(value) as Partial<Form> | null;
		return { fields: read?.fields ?? [], consent: read?.consent ?? null };
	} catch {
		return { fields: [], consent: null };
	}
}

/** What the server stores; a form that asks nothing is none. */
export function writeForm({ fields, consent }: Form): string {
	return fields.length > 0 ? JSON.stringify({ fields, ...(consent && { consent }) }) : '';
}

/** A new question under a word that no other of the form has. */
export function newQuestion(kind: Question['kind'], label: Phrase, fields: readonly Question[]): Question {
	let key: string = kind;
	for (let n = 2; fields.some((one) => one.key === key); n++) key = `${kind}_${n}`;
	const choice = () => ({ ru: '', en: '' });
	return { key, kind, required: kind === 'name', label, choices: kind === 'choice' ? [choice(), choice()] : [] };
}

/** Choices as lines of one language; the other language keeps its own line by line. */
export function withLines(choices: readonly Phrase[], language: Language, text: string): Phrase[] {
	const lines = text.split('\n');
	const other = language === 'ru' ? 'en' : 'ru';
	const count = Math.max(lines.length, choices.findLastIndex((one) => one[other]) + 1);
	return Array.from({ length: count }, (_, at) => ({ ru: '', en: '', [other]: choices[at]?.[other] ?? '', [language]: lines[at] ?? '' }));
}
export const linesOf = (choices: readonly Phrase[], language: Language): string => choices.map((one) => one[language]).join('\n').replace(/\n+$/, '');
