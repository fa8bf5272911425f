// Finding a person by what is typed, and their information as text.
import { describe, expect, it } from 'vitest';
import { copyText, findScore, fitsPhone, isWanted, mobileOf, programOf } from './person';

const vera = { name: 'Вера Соколова', title: 'Бухгалтер', email: 'vera@romashka.ru', extension: '104', phones: ['+79215551804', '+78123334455'], department_id: 'd1' };

describe('X-14 S2-06 the smart field', () => {
	it.each(['+7 921 555-18-04', '8 (921) 555-18-04', '89215551804', '921555', '8921', '1804', '333 44 55'])('finds a phone written as %s', (query) => {
		expect(fitsPhone(query, vera.phones)).toBe(true);
		expect(findScore(query, vera)).toBeGreaterThan(0);
	});
	it.each(['12', '+8921', '9215551805', 'Вера 921'])('does not find %s', (query) => {
		expect(fitsPhone(query, vera.phones)).toBe(false);
	});
	it('finds by name, also in the wrong layout, by post, e-mail, extension, department', () => {
		for (const query of ['вера', 'сок', 'dthf', 'vera', 'бухг', 'romashka', '104', 'Финансы']) expect(findScore(query, vera, 'Финансы'), query).toBeGreaterThan(0);
		expect(findScore('Пётр', vera, 'Финансы')).toBe(0);
		expect(findScore('вера', vera)).toBeGreaterThan(findScore('бухг', vera));
	});
	it('S2-06 asks that every field fits', () => {
		const nothing = { name: '', phone: '', email: '', department: null };
		expect(isWanted(nothing, vera)).toBe(true);
		expect(isWanted({ ...nothing, name: 'вера', phone: '8 921' }, vera)).toBe(true);
		expect(isWanted({ ...nothing, name: 'вера', phone: '8 999' }, vera)).toBe(false);
		for (const phone of ['(104)', '104', 'тел. +7 (921) 555', '8/921/555']) expect(isWanted({ ...nothing, phone }, vera), phone).toBe(true);
		for (const phone of ['(10)', 'нет', '+']) expect(isWanted({ ...nothing, phone }, vera), phone).toBe(false);
		expect(isWanted({ ...nothing, email: 'VERA@' }, vera)).toBe(true);
		expect(isWanted({ ...nothing, department: 'd2' }, vera)).toBe(false);
	});
});
describe('S2-17 S2-18 S2-10 what is said of a person', () => {
	it('copies the lines that are known', () => {
		expect(
			copyText('Вера Соколова', [
				['Должность', 'Бухгалтер'],
				['Почта', ''],
				['Телефон', '+7 921 555-18-04'],
			]),
		).toBe('Вера Соколова\nДолжность: Бухгалтер\nТелефон: +7 921 555-18-04');
	});
	it('takes a program apart', () => {
		expect(programOf('web 0.1.0')).toEqual({ kind: 'web', version: '0.1.0' });
		expect(programOf('api')).toEqual({ kind: 'api', version: '' });
		expect(programOf('')).toEqual({ kind: '', version: '' });
	});
	it('sends SMS to a mobile', () => {
		expect(mobileOf(['+78123334455', '+79215551804'])).toBe('+79215551804');
		expect(mobileOf(['+78123334455'])).toBeUndefined();
		expect(mobileOf(['+375291112233'])).toBe('+375291112233');
	});
});
