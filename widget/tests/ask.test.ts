// @vitest-environment happy-dom
// P-13: the form before the first message: what is wrong is said at its field in the visitor's language, and nothing typed is lost.
import { expect, test, vi } from 'vitest';
import { Refusal } from '../src/api';
import { AskForm, wrongAnswer } from '../src/ask';
import { Keeper } from '../src/keeper';
import type { Answers, Form, Lang } from '../src/types';
import { opening, phrase, wordsOf } from '../src/words';

const form: Form = {
	fields: [
		{ key: 'name', kind: 'name', required: true, label: { ru: 'Имя', en: 'Name' }, choices: [] },
		{ key: 'phone', kind: 'phone', required: false, label: { ru: 'Телефон', en: 'Phone' }, choices: [] },
		{ key: 'about', kind: 'choice', required: true, label: { ru: 'О чём', en: '' }, choices: [{ ru: 'Заказ', en: 'Order' }, { ru: 'Другое', en: 'Other' }] },
	],
	consent: { text: { ru: 'Согласен', en: 'I agree' }, url: 'javascript:alert(1)' },
};

function shown(lang: Lang, answer: (given: Answers) => Promise<void>, known: Answers = { answers: {}, consent: false }) {
	const filled = vi.fn();
	const ask = new AskForm(wordsOf(lang), lang, form, known, { answer, filled });
	document.body.replaceChildren(ask.element);
	const at = <T extends HTMLElement>(id: string): T => ask.element.querySelector<T>(`#${id}`) as T;
	const submit = async (): Promise<void> => {
		ask.element.dispatchEvent(new Event('submit', { cancelable: true }));
		await new Promise((done) => setTimeout(done));
	};
	const wrong = (): string[] => [...ask.element.querySelectorAll('.wrong:not([hidden])')].map((one) => one.textContent);
	return { ask, at, submit, wrong, filled };
}

test.each([
	['name', '', true, 'required'],
	['name', '', false, ''],
	['name', '123', false, 'nameWrong'],
	['name', 'Ян', true, ''],
	['phone', '<script>', false, 'phoneWrong'],
	['phone', '+7 912 000-11-22', false, ''],
	['email', 'a@b', true, 'emailWrong'],
	['email', 'anna@example.org', true, ''],
	['text', '   ', true, 'required'],
	['choice', '0', true, ''],
] as const)('P-13 %s %j, required: %s', (kind, given, required, expected) => {
	const words = wordsOf('ru');
	expect(wrongAnswer({ kind, required }, given, words)).toBe(expected && words[expected]);
});

test('P-13 mistakes are named at their fields, and the first has the keyboard', async () => {
	const answer = vi.fn(() => Promise.resolve());
	const { ask, at, submit, wrong } = shown('en', answer);
	at<HTMLInputElement>('q-phone').value = '123';
	await submit();
	const words = wordsOf('en');
	expect(wrong()).toEqual([words.required, words.phoneWrong, words.required, words.agreeWrong]);
	expect(answer).not.toHaveBeenCalled();
	expect(at('q-phone').getAttribute('aria-describedby')).toBe('q-phone-wrong');
	expect(document.activeElement).toBe(at('q-name'));
	// An address that is no web address is no link, and a choice without a name in this language has the other one.
	expect(ask.element.querySelector('a')).toBeNull();
	expect(ask.element.textContent).toContain('О чём');
});

test('P-13 what the server refuses stands at its field; what was typed stays', async () => {
	const refusals = [new Refusal(400, 'Проверьте номер телефона', 'phone'), new Refusal(0, '')];
	const answer = vi.fn(() => Promise.reject(refusals.shift() as Refusal));
	const { at, submit, wrong, filled } = shown('ru', answer, { answers: { name: 'Анна', about: '1' }, consent: true });
	at<HTMLInputElement>('q-phone').value = '+7 000 000-00-00';
	at('q-phone').dispatchEvent(new Event('input', { bubbles: true }));
	expect(filled).toHaveBeenCalledWith({ answers: { name: 'Анна', phone: '+7 000 000-00-00', about: '1' }, consent: true });
	await submit();
	expect(wrong()).toEqual(['Проверьте номер телефона']);
	await submit();
	expect(wrong()).toEqual([wordsOf('ru').notSent]);
	expect(at<HTMLInputElement>('q-name').value).toBe('Анна');
});

test('where a language of the administrator is empty the other stands, and nothing breaks without either', () => {
	expect([phrase({ ru: 'Да', en: '' }, 'en'), phrase({ ru: '', en: '' }, 'ru'), phrase(undefined, 'ru')]).toEqual(['Да', '', '']);
});

test('P-13 when somebody answers is said as one says it today', () => {
	const now = new Date(2026, 10, 20, 23).getTime();
	expect(opening(new Date(2026, 10, 20, 23, 30).getTime(), now, 'ru')).toBe('в 23:30');
	expect(opening(new Date(2026, 10, 21, 9).getTime(), now, 'ru')).toBe('завтра в 09:00');
	expect(opening(new Date(2026, 10, 23, 9).getTime(), now, 'ru')).toBe('23 ноября в 09:00');
});

test('P-84 whoever signs out leaves nothing: neither in memory nor on either disk', () => {
	localStorage.setItem('b:token', 'old');
	localStorage.setItem('theirs', 'stays');
	const keeper = new Keeper('b:', localStorage);
	keeper.begin(sessionStorage, true);
	keeper.set('token', 'signed');
	expect([localStorage.getItem('b:token'), sessionStorage.getItem('b:token')]).toEqual([null, 'signed']);
	keeper.begin(localStorage, false);
	keeper.set('draft', 'x');
	expect([keeper.get('token'), sessionStorage.getItem('b:token'), localStorage.getItem('b:draft'), localStorage.getItem('theirs')]).toEqual([null, null, null, 'stays']);
});
