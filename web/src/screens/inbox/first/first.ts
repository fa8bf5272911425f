// Writing first: by which channels a client can be reached, and the menu of them.
import { get } from '../../../api/client';
import type { ApprovedTemplate, Contact, Id, TemplateText, WayTo } from '../../../api/types';
import { loadAreas, plainText, t, tOr } from '../../../i18n';
import { navigate } from '../../../router.svelte';
import { threadPath } from '../../../stores/notify.svelte';
import { phoneWords } from '../../../ui/moments';
import { complain } from '../../../ui/errors';
import { type MenuItem, openMenu, toast } from '../../../ui/overlays.svelte';

/** Whom the window for a new message is opened for, and through what. */
export interface Wanted {
	contact?: Contact;
	to?: string;
	account?: Id;
}
export const waysTo = (contact?: Id, to = '') => get<WayTo[]>('/ways', { contact: contact ?? null, to: to || null });
/** Names of channels stand in the catalogs only. */
export const writeIn = (kind: string) => tOr(`write-in-${kind}`, plainText('write-in', { channel: tOr(`channel-${kind}`, kind) }));
export const addressWords = (address: string) => (address.startsWith('+') ? phoneWords(address) : address);

/** A menu of the connected channels by which a client, or one of their numbers, can be reached (S1-58, S1-59). */
export async function offerWays(at: Element, contact: Contact, numbers: readonly string[], open: (wanted: Wanted) => void): Promise<void> {
	try {
		await loadAreas('first');
		const asked = numbers.length ? numbers : [''];
		const found = await Promise.all(asked.map(async (to) => (await waysTo(contact.id, to)).map((way) => ({ way, to }))));
		const items: MenuItem[] = found.flatMap((list, n) =>
			list.map(({ way, to }, i) => ({
				label: writeIn(way.kind),
				hint: [way.name !== tOr(`channel-${way.kind}`, way.kind) ? way.name : '', asked.length > 1 ? addressWords(to) : '', way.how === 'chat' ? t('write-chat-hint') : way.how === 'link' ? t('write-link-hint') : ''].filter(Boolean).join(' · '),
				icon: way.how === 'link' ? 'link' : 'send',
				divider: n > 0 && i === 0,
				run: () => (way.how === 'chat' ? navigate(threadPath(way.chat_id!)) : open({ contact, account: way.account_id, ...(to ? { to } : {}) })),
			})),
		);
		if (items.length) openMenu(at, items, { label: t(numbers.length ? 'write-phone-menu' : 'write-to-client') });
		else toast(t('write-none'), { lasting: 8000 });
	} catch (error) {
		complain(error);
	}
}

// ---------------------------------------------------------------- approved templates
/** A text with its places filled, in one pass: what a value says in braces stays as it is. */
export function filled(text: string, value: (name: string) => string | undefined): string {
	return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => value(name) || whole);
}
export function preview(text: TemplateText, values: Record<string, string>): { header: string; body: string; footer: string } {
	const fill = (part: string, words: string) => filled(words, (name) => values[`${part}:${name}`]?.trim());
	return { header: text.header.kind === 'text' ? fill('header', text.header.text) : '', body: fill('body', text.body), footer: text.footer };
}
/** Places of a text that is still being written. */
export function placesOf(text: TemplateText): string[] {
	const of = (part: string, words: string) => [...new Set([...words.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((one) => `${part}:${one[1]}`))];
	return [...(text.header.kind === 'text' ? of('header', text.header.text) : []), ...of('body', text.body), ...text.buttons.flatMap((one, n) => (one.kind === 'url' ? of(`button${n}`, one.value) : []))];
}
export function placeWords(place: string): string {
	const [part = '', name = ''] = place.split(':');
	return plainText(part === 'header' ? 'approved-place-header' : part === 'body' ? 'approved-place-body' : 'approved-place-button', { name });
}
/** What is known of the client, by what a place is called or what its example looks like. */
export function guess(template: ApprovedTemplate, known: { name: string; phone: string; company: string }): Record<string, string> {
	const first = known.name.split(/\s+/)[0] ?? '';
	const values: Record<string, string> = {};
	for (const place of template.places) {
		const name = place.split(':')[1]!.toLowerCase();
		const example = (template.text.examples as Record<string, string>)[place] ?? '';
		if (/first_?name|^name$|client|customer/.test(name)) values[place] = name.includes('first') ? first : known.name;
		else if (/phone/.test(name)) values[place] = known.phone;
		else if (/company/.test(name)) values[place] = known.company;
		else if (/^\p{Lu}\p{Ll}+$/u.test(example)) values[place] = first;
		else if (/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u.test(example)) values[place] = known.name;
	}
	return values;
}
