// P-13: the form of a site is read from its setting and written back the same, whatever stood there before.
import { expect, test } from 'vitest';
import { linesOf, newQuestion, readForm, readPhrase, withLines, writeForm, writePhrase } from './asking';

test('P-13 a text of before stands in the language of the company, and an empty one is none', () => {
	expect(readPhrase('Привет', 'ru')).toEqual({ ru: 'Привет', en: '' });
	expect(readPhrase('{"ru":"Привет","en":"Hi"}', 'en')).toEqual({ ru: 'Привет', en: 'Hi' });
	expect(readPhrase('42', 'en')).toEqual({ ru: '', en: '42' });
	expect(writePhrase({ ru: ' ', en: '' })).toBe('');
	expect(readPhrase(writePhrase({ ru: 'Да', en: '' }), 'en')).toEqual({ ru: 'Да', en: '' });
});

test('P-13 each question has a word of its own', () => {
	const one = newQuestion('text', { ru: 'А', en: 'A' }, []);
	const two = newQuestion('text', { ru: 'Б', en: 'B' }, [one]);
	expect([one.key, two.key]).toEqual(['text', 'text_2']);
	expect(readForm(writeForm({ fields: [one, two], consent: null })).fields).toEqual([one, two]);
	expect(writeForm({ fields: [], consent: { text: { ru: 'Да', en: '' }, url: '' } })).toBe('');
	expect(readForm('nonsense')).toEqual({ fields: [], consent: null });
});

test('P-13 choices are lines, and either language keeps its own', () => {
	const ru = withLines([], 'ru', 'Заказ\nДругое');
	const both = withLines(ru, 'en', 'Order');
	expect(both).toEqual([{ ru: 'Заказ', en: 'Order' }, { ru: 'Другое', en: '' }]);
	expect([linesOf(both, 'ru'), linesOf(both, 'en')]).toEqual(['Заказ\nДругое', 'Order']);
	expect(withLines(both, 'ru', 'Заказ')).toEqual([{ ru: 'Заказ', en: 'Order' }]);
});
