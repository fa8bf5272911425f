// The form before the first message: the questions an administrator chose. What is wrong is said at its field, and nothing typed is lost.
import { Refusal } from './api';
import { el } from './dom';
import { complain, field, readContact } from './form';
import type { Answers, Form, Lang, Question } from './types';
import { phrase, type Words } from './words';

export interface AskHooks {
	answer: (given: Answers) => Promise<void>;
	/** Kept while it is being filled in. */
	filled: (given: Answers) => void;
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What is wrong with an answer; empty if nothing is. The server asks the same again. */
export function wrongAnswer(question: Pick<Question, 'kind' | 'required'>, given: string, words: Words): string {
	const value = given.trim();
	if (!value) return question.required ? words.required : '';
	if (question.kind === 'name') return /\p{L}/u.test(value) ? '' : words.nameWrong;
	if (question.kind === 'email') return readContact(value)?.email ? '' : words.emailWrong;
	if (question.kind === 'phone') return readContact(value)?.phone ? '' : words.phoneWrong;
	return '';
}

export class AskForm {
	readonly element: HTMLFormElement;
	private readonly inputs = new Map<Question, Input>();
	private readonly tick: HTMLInputElement | null = null;
	private readonly general = el('div', { class: 'wrong', role: 'alert', hidden: true });
	private readonly go: HTMLButtonElement;

	constructor(
		private readonly words: Words,
		private readonly lang: Lang,
		form: Form,
		known: Answers,
		private readonly hooks: AskHooks,
	) {
		const rows = form.fields.map((question) => this.row(question, known.answers[question.key] ?? ''));
		this.go = el('button', { type: 'submit', class: 'primary' }, words.begin);
		this.element = el('form', { class: 'ask', novalidate: true, 'aria-label': words.ask }, ...rows);
		if (form.consent) {
			this.tick = el('input', { type: 'checkbox', id: 'agree', required: true });
			this.tick.checked = known.consent;
			const { text, url } = form.consent;
			const more = /^https?:\/\//.test(url) ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, words.agreeMore) : null;
			this.element.append(el('div', { class: 'agree' }, el('label', { for: 'agree' }, this.tick, el('span', {}, phrase(text, lang), more ? ' ' : null, more))));
		}
		this.element.append(this.general, this.go);
		this.element.addEventListener('input', () => hooks.filled(this.given()));
		this.element.addEventListener('submit', (event) => {
			event.preventDefault();
			void this.submit();
		});
	}

	focus(): void {
		const [first] = this.inputs.values();
		first?.focus({ preventScroll: true });
	}

	private row(question: Question, value: string): HTMLElement {
		const id = `q-${question.key}`;
		const input = this.input(question, id);
		input.required = question.required;
		input.value = value;
		this.inputs.set(question, input);
		const element = field(phrase(question.label, this.lang), input);
		if (!question.required) element.querySelector('label')?.append(' ', el('small', {}, this.words.optional));
		return element;
	}

	private input({ kind, choices, required }: Question, id: string): Input {
		if (kind === 'text') return el('textarea', { id, maxlength: 1000, rows: 2 });
		if (kind === 'choice') {
			const options = choices.map((choice, at) => el('option', { value: at }, phrase(choice, this.lang)));
			return el('select', { id }, el('option', { value: '' }, required ? this.words.choose : '—'), ...options);
		}
		const [type, autocomplete] = ({ name: ['text', 'name'], phone: ['tel', 'tel'], email: ['email', 'email'] } as const)[kind];
		return el('input', { id, type, autocomplete, maxlength: 200 });
	}

	private given(): Answers {
		const answers: Record<string, string> = {};
		for (const [{ key }, input] of this.inputs) if (input.value.trim()) answers[key] = input.value.trim();
		return { answers, consent: this.tick?.checked ?? false };
	}

	private async submit(): Promise<void> {
		this.say('');
		let first: Input | null = null;
		for (const [question, input] of this.inputs) {
			const wrong = wrongAnswer(question, input.value, this.words);
			complain(input, wrong);
			if (wrong) first ??= input;
		}
		if (this.tick) {
			complain(this.tick, this.tick.checked ? '' : this.words.agreeWrong);
			if (!this.tick.checked) first ??= this.tick;
		}
		if (first) return first.focus();
		this.busy(true);
		try {
			await this.hooks.answer(this.given());
		} catch (error) {
			this.refused(error);
		} finally {
			this.busy(false);
		}
	}

	private refused(error: unknown): void {
		const refusal = error instanceof Refusal ? error : null;
		const at = [...this.inputs].find(([{ key }]) => key === refusal?.field)?.[1] ?? (refusal?.field === 'consent' ? this.tick : null);
		if (at && refusal) {
			complain(at, refusal.title);
			at.focus();
		} else this.say(refusal?.title || this.words.notSent);
	}

	private busy(busy: boolean): void {
		this.go.disabled = busy;
		this.go.textContent = busy ? this.words.beginning : this.words.begin;
	}

	private say(problem: string): void {
		this.general.textContent = problem;
		this.general.hidden = !problem;
	}
}
