// What is found in, copied from and said of a person; without Svelte, so that it is tried by itself.
import type { Person } from '../api/types';
import { fits } from './layout';

type Known = Pick<Person, 'name' | 'title' | 'email' | 'extension' | 'phones'>;

/** The digits of a number in any of its ways of writing; the Russian 8 in front is +7. */
export function digitsOf(text: string): string {
	const digits = text.replace(/\D/g, '');
	return digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
}
/** Whether a typed phone, whole or a part, in any format, is one of these. */
export function fitsPhone(query: string, phones: readonly string[]): boolean {
	if (!/^[\d\s()+.-]+$/.test(query)) return false;
	const digits = query.replace(/\D/g, '');
	if (digits.length < 3) return false;
	const eight = !query.trim().startsWith('+') && digits.startsWith('8');
	return phones.some((phone) => {
		const have = digitsOf(phone);
		return have.includes(digitsOf(digits)) || (eight && have.startsWith(`7${digits.slice(1)}`));
	});
}
/** How well a person fits what was typed into one smart field: name, post, extension, phone, e-mail, department; 0 not at all. */
export function findScore(query: string, person: Known, department = ''): number {
	const asked = query.trim();
	if (!asked) return 1;
	if (person.extension && person.extension.startsWith(asked)) return 8;
	const name = fits(asked, person.name);
	if (name) return name;
	if (fitsPhone(asked, person.phones)) return 4;
	if (person.email.toLowerCase().includes(asked.toLowerCase()) && asked.length > 1) return 3;
	return fits(asked, person.title) || fits(asked, department) ? 2 : 0;
}
/** Whether a number typed in any way, «тел. (101)» too, is one of theirs: only the digits count. */
function hasNumber(typed: string, person: Known): boolean {
	const digits = typed.replace(/\D/g, '');
	if (!digits) return false;
	return person.extension.replace(/\D/g, '') === digits || fitsPhone(typed.replace(/[^\d+]/g, ''), person.phones);
}
/** Advanced search (S2-06): each field that is filled in must fit. */
export interface Wanted {
	name: string;
	phone: string;
	email: string;
	department: string | null;
}
export function isWanted(wanted: Wanted, person: Known & Pick<Person, 'department_id'>): boolean {
	const { name, phone, email, department } = wanted;
	if (name.trim() && !fits(name, person.name) && !fits(name, person.title)) return false;
	if (phone.trim() && !hasNumber(phone, person)) return false;
	if (email.trim() && !person.email.toLowerCase().includes(email.trim().toLowerCase())) return false;
	return !department || person.department_id === department;
}
/** What Copy puts into the clipboard (S2-18): the name, then a line for each thing that is known. */
export function copyText(name: string, lines: readonly (readonly [label: string, value: string])[]): string {
	return [name, ...lines.filter(([, value]) => value).map(([label, value]) => `${label}: ${value}`)].join('\n');
}
/** «web 0.1.0» taken apart: which program, and its version. */
export function programOf(with_: string): { kind: string; version: string } {
	const [, kind = '', version = ''] = /^([^\s]+)\s*(.*)$/.exec(with_.trim()) ?? [];
	return { kind: kind.toLowerCase(), version };
}
/** Whether an SMS can go there: a mobile number of Russia, or any number of another country. */
export const mobileOf = (phones: readonly string[]): string | undefined => phones.find((one) => /^\+79\d{9}$/.test(one)) ?? phones.find((one) => /^\+(?!7)\d{7,15}$/.test(one));
