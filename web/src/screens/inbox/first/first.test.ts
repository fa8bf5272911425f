import { describe, expect, it } from 'vitest';
import type { ApprovedTemplate } from '../../../api/types';
import { filled, guess, placesOf, preview } from './first';

const text = {
	header: { kind: 'text', text: 'Заказ {{1}}' },
	body: '{{1}}, заказ на {{ 2 }} готов',
	footer: 'Мастерская',
	buttons: [{ kind: 'url', text: 'Открыть', value: 'https://a.example/{{1}}' }],
	examples: { 'body:1': 'Анна', 'body:2': '500 ₽' },
} as unknown as ApprovedTemplate['text'];

describe('approved templates', () => {
	it('U-06 finds each place once, in order of reading', () => {
		expect(placesOf(text)).toEqual(['header:1', 'body:1', 'body:2', 'button0:1']);
	});
	it('U-06 shows what the client will see, and an empty place as it is', () => {
		expect(preview(text, { 'body:1': 'Борис', 'header:1': '7' })).toEqual({ header: 'Заказ 7', body: 'Борис, заказ на {{ 2 }} готов', footer: 'Мастерская' });
	});
	it('U-06 never fills what a value itself says in braces', () => {
		expect(filled('a {{1}} b', () => '{{1}}')).toBe('a {{1}} b');
	});
	it('U-06 fills from the client’s card what looks like it', () => {
		const template = { text, places: placesOf(text) } as unknown as ApprovedTemplate;
		expect(guess(template, { name: 'Анна Петрова', phone: '+7', company: '' })).toEqual({ 'body:1': 'Анна' });
	});
});
