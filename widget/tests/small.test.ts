// The small certain things: ids, language, contact field, and colours that stay readable for any accent.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, palette, parseHex } from '../src/colour';
import { readContact } from '../src/form';
import { uuid7 } from '../src/uuid';
import { chooseLang, dayName, fileSize, unbroken } from '../src/words';

test('ids are UUIDv7 and sort by time', () => {
	expect(uuid7(1_700_000_000_000)).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	fc.assert(
		fc.property(fc.nat(2 ** 41), fc.integer({ min: 1, max: 2 ** 40 }), (at, later) => {
			expect(uuid7(at) < uuid7(at + later)).toBe(true);
		}),
	);
});

test('the page speaks first, then the browser, then the workspace', () => {
	expect(chooseLang('ru-RU', ['en'], 'en')).toBe('ru');
	expect(chooseLang('', ['de', 'en-GB', 'ru'], 'ru')).toBe('en');
	expect(chooseLang('kk', ['kk'], 'ru')).toBe('ru');
});

test.each([
	['anna@example.org', { email: 'anna@example.org' }],
	[' +7 (912) 000-11-22 ', { phone: '+7 (912) 000-11-22' }],
	['12345', null],
	['anna@', null],
	['спросите Анну', null],
])('contact %j', (given, expected) => {
	expect(readContact(given)).toEqual(expected);
});

test('no line end cuts a telephone number in two', () => {
	expect(unbroken('+7 912 000-11-22')).not.toMatch(/[ -]/);
});

test('any accent gives readable words on buttons and own bubbles', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.boolean(), (rgb, dark) => {
			const { accent, on, soft } = palette(`#${rgb.toString(16).padStart(6, '0')}`, dark);
			const read = (hex: string): [number, number, number] => parseHex(hex) as [number, number, number];
			expect(contrast(read(accent), read(on))).toBeGreaterThanOrEqual(4.5);
			expect(contrast(read(accent), dark ? [29, 33, 32] : [255, 255, 255])).toBeGreaterThanOrEqual(3);
			expect(contrast(read(soft), dark ? [232, 230, 224] : [29, 34, 32])).toBeGreaterThanOrEqual(4.5);
		}),
	);
});

test('what is not a colour falls back to evergreen', () => {
	expect(palette('red; } * { display: none', false).accent).toBe('#1f6f5c');
});

test('days and sizes are said as people say them', () => {
	const now = new Date(2026, 10, 21, 12).getTime();
	expect(dayName(now, now, 'ru')).toBe('Сегодня');
	expect(dayName(now - 24 * 3600_000, now, 'en')).toBe('Yesterday');
	expect(dayName(new Date(2026, 10, 3).getTime(), now, 'ru')).toBe('3 ноября');
	expect(fileSize(1_540_000, 'ru')).toBe('1,5\u00a0МБ');
	expect(fileSize(12, 'en')).toBe('1\u00a0KB');
});
