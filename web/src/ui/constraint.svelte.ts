// What is wrong in a field before the server is asked, said by us under the field instead of by the browser's bubble.
import type { Attachment } from 'svelte/attachments';
import { t } from '../i18n';

type Control = HTMLInputElement | HTMLTextAreaElement;

/** Which sentence says what is wrong with a value, and the numbers it names; null: nothing is. */
export function faultOf({ validity, minLength, maxLength, min, max }: Pick<HTMLInputElement, 'validity' | 'minLength' | 'maxLength' | 'min' | 'max'>): { key: string; args: Record<string, number> } | null {
	if (validity.valid) return null;
	if (validity.valueMissing) return { key: 'field-required', args: {} };
	if (validity.typeMismatch) return { key: 'field-address', args: {} };
	if (validity.tooShort) return { key: 'field-short', args: { count: minLength } };
	if (validity.tooLong) return { key: 'field-long', args: { count: maxLength } };
	if (validity.rangeUnderflow || validity.rangeOverflow) return { key: 'field-range', args: { min: Number(min), max: Number(max) } };
	if (validity.badInput || validity.stepMismatch) return { key: 'field-number', args: {} };
	return { key: 'field-wrong', args: {} };
}

const wrong = ':is(input, textarea, select):is(:invalid, [aria-invalid="true"])';

/** Puts the focus to the first field of a form that wants attention; what was typed stays. */
export function focusFirstWrong(form: Element | null | undefined): void {
	form?.querySelector<HTMLElement>(wrong)?.focus();
}

/** The constraint of one field (`required`, `minlength`, `type=email`…), kept by the browser and worded by us. */
export class Constraint {
	private fault = $state.raw<ReturnType<typeof faultOf>>(null);
	private type = '';

	get words(): string | undefined {
		if (!this.fault) return undefined;
		return t(this.fault.key === 'field-address' ? `field-${this.type === 'email' ? 'email' : 'url'}` : this.fault.key, this.fault.args);
	}

	/** Stands on the control: no bubble, the words instead; they go as soon as the value is right. */
	readonly watch: Attachment<Control> = (control) => {
		const check = () => {
			this.type = control.type;
			this.fault = faultOf(control as HTMLInputElement);
		};
		const refused = (event: Event) => {
			event.preventDefault();
			check();
			// every wrong field is told of; the first of them gets the focus
			if (control.form?.querySelector(wrong) === control) control.focus();
		};
		const typed = () => this.fault && check();
		control.addEventListener('invalid', refused);
		control.addEventListener('input', typed);
		return () => {
			control.removeEventListener('invalid', refused);
			control.removeEventListener('input', typed);
		};
	};
}
