// L-78: the block of buttons is HTML whatever stands in a name or an address, and its words can be read on any colour.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { block, inkOn, svg } from './code';

test('L-78 names and addresses stay words in the code for a site', () => {
	const html = block([{ url: 'https://wa.me/7?text=a&b', label: '<img src=x onerror=alert(1)> "Мы"' }, { url: 'sms:+79120001122?body=x', label: 'SMS' }], 'red;}');
	expect(html).toContain('href="https://wa.me/7?text=a&amp;b" target="_blank" rel="noopener"');
	expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;Мы&quot;</a>');
	expect(html).toContain('<a href="sms:+79120001122?body=x" style=');
	expect(html).toContain('background:#1f6f5c');
	expect(html).not.toMatch(/<(?!\/?(div|a)\b)/);
});

test('L-78 no name breaks out of the code', () => {
	fc.assert(
		fc.property(fc.string(), fc.string(), (url, label) => {
			const html = block([{ url, label }], '#1f6f5c');
			expect(html.match(/</g)).toHaveLength(4);
			expect(html.match(/"/g)!.length % 2).toBe(0);
		}),
	);
});

test('L-78 words on a button are read on any colour', () => {
	expect([inkOn('#000000'), inkOn('#ffffff'), inkOn('#ffd400'), inkOn('#1f6f5c')]).toEqual(['#fff', '#000', '#000', '#fff']);
});

test('L-78 the drawing has its quiet zone and nothing but itself', () => {
	const drawn = svg('https://b.example/l/abcdefghi');
	expect(drawn).toMatch(/^<svg xmlns="[^"]+" viewBox="0 0 (\d+) \1" /);
	expect(drawn.split('d="')[2]).not.toMatch(/M[0-3] |M\d+ [0-3]h/);
});
