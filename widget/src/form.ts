// The form for hours when nobody is here: the same message, plus where to answer.
import { el } from './dom';
import type { Contact } from './types';
import type { Words } from './words';

export interface Left {
	contact: Contact;
	text: string;
}

/** One field for both, since a person knows what they gave: an address has an @, a number has at least ten digits. */
export function readContact(value: string): Pick<Contact, 'email' | 'phone'> | null {
	const given = value.trim();
	if (/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(given)) return { email: given };
	if (/^\+?[\d\s()./-]+$/.test(given) && given.replace(/\D/g, '').length >= 10) return { phone: given };
	return null;
}

export class LeaveForm {
	readonly element: HTMLFormElement;
	private readonly name: HTMLInputElement;
	private readonly contact: HTMLInputElement;
	private readonly text: HTMLTextAreaElement;

	constructor(
		private readonly words: Words,
		known: Contact,
		draft: string,
		private readonly leave: (left: Left) => void,
	) {
		this.name = el('input', { id: 'name', autocomplete: 'name', maxlength: 100 });
		this.contact = el('input', { id: 'contact', autocomplete: 'email', required: true, maxlength: 200 });
		this.text = el('textarea', { id: 'text', required: true, maxlength: 8000 });
		this.name.value = known.name ?? '';
		this.contact.value = known.email ?? known.phone ?? '';
		this.text.value = draft;
		this.element = el(
			'form',
			{ class: 'leave', novalidate: true },
			field(words.name, this.name),
			field(words.contact, this.contact),
			field(words.message, this.text),
			el('button', { type: 'submit', class: 'primary' }, words.leave),
		);
		this.element.addEventListener('submit', (event) => {
			event.preventDefault();
			this.submit();
		});
	}

	focus(): void {
		(this.name.value ? this.text : this.name).focus({ preventScroll: true });
	}

	private submit(): void {
		const contact = readContact(this.contact.value);
		const text = this.text.value.trim();
		complain(this.text, text ? '' : this.words.messageEmpty);
		complain(this.contact, contact ? '' : this.words.contactWrong);
		if (!contact || !text) {
			(contact ? this.text : this.contact).focus();
			return;
		}
		const name = this.name.value.trim();
		this.leave({ contact: { ...(name && { name }), ...contact }, text });
	}
}

export function field(label: string, input: HTMLElement): HTMLElement {
	return el('div', { class: 'field' }, el('label', { for: input.id }, label), input);
}

/** Says what is wrong at its field; an empty sentence takes it back. */
export function complain(input: HTMLElement, problem: string): void {
	const box = input.closest('.field, .agree');
	box?.querySelector('.wrong')?.remove();
	input.removeAttribute('aria-invalid');
	input.removeAttribute('aria-describedby');
	if (!problem) return;
	input.setAttribute('aria-invalid', 'true');
	input.setAttribute('aria-describedby', `${input.id}-wrong`);
	box?.append(el('div', { class: 'wrong', id: `${input.id}-wrong` }, problem));
}
