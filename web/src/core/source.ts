// The source of a message and what people see while they type: `@[Анна](id)` on the server is «@Анна» in the composer.
import type { Id } from '../api/types';

export interface Mention {
	id: Id;
	name: string;
}
const pattern = /@\[([^\]\n[]{1,200})\]\(([0-9a-f-]{36})\)/g;

export function fromSource(source: string): { text: string; mentions: Mention[] } {
	const mentions: Mention[] = [];
	const text = source.replace(pattern, (_, name: string, id: string) => {
		if (!mentions.some((one) => one.id === id)) mentions.push({ id, name });
		return `@${name}`;
	});
	return { text, mentions };
}
export function toSource(text: string, mentions: readonly Mention[]): string {
	if (!mentions.length) return text;
	// the longest name first, so that «@Анна» does not eat the head of «@Анна Королёва»
	const byLength = [...mentions].sort((a, b) => b.name.length - a.name.length);
	let source = '';
	for (let at = 0; at < text.length; ) {
		const found = text[at] === '@' && byLength.find((one) => text.startsWith(one.name, at + 1) && !/[\p{L}\p{N}]/u.test(text[at + 1 + one.name.length] ?? ''));
		if (found) {
			source += `@[${found.name}](${found.id})`;
			at += 1 + found.name.length;
		} else source += text[at++];
	}
	return source;
}
/** One plain line for a list: no marks, no mention syntax. */
export function plainLine(source: string): string {
	return fromSource(source).text.replace(/[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}/g, '').replace(/^>\s?/gm, '').replace(/\s+/g, ' ').trim();
}
