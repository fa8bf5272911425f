// @vitest-environment happy-dom
// Drawing of tokens: everything of the contract is drawn, no address outside the allowed schemes becomes a link.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawTokens, safeHref } from '../src/draw';
import type { Token } from '../src/types';

function html(tokens: Token[]): string {
	const host = document.createElement('div');
	host.append(drawTokens(tokens));
	return host.getHTML();
}

test.each(['javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//host', '/path', ''])(
	'%j is not a link',
	(href) => {
		expect(html([{ t: 'link', href, c: [{ t: 'text', v: 'click' }] }])).toBe('click');
	},
);

test('only four schemes ever pass', () => {
	fc.assert(
		fc.property(fc.string(), (href) => {
			const safe = safeHref(href);
			expect(safe === null || /^(https?|mailto|tel):/.test(safe)).toBe(true);
		}),
	);
});

test('words stay words', () => {
	expect(html([{ t: 'text', v: '<img src=x onerror=alert(1)>' }])).toBe('&lt;img src=x onerror=alert(1)&gt;');
	expect(html([{ t: 'pre', v: '<script>' }])).toBe('<pre>&lt;script&gt;</pre>');
});

test('every kind of token is drawn', () => {
	const text = (v: string): Token => ({ t: 'text', v });
	expect(
		html([
			{ t: 'p', c: [{ t: 'strong', c: [text('a')] }, { t: 'em', c: [text('b')] }, { t: 'br' }, { t: 'strike', c: [text('c')] }, { t: 'code', v: 'd' }] },
			{ t: 'quote', c: [text('e')] },
			{ t: 'list', ordered: true, items: [[text('f')], [{ t: 'mention', id: '1', name: 'Анна' }]] },
		]),
	).toBe('<p><strong>a</strong><em>b</em><br><s>c</s><code>d</code></p><blockquote>e</blockquote><ol><li>f</li><li><b>@Анна</b></li></ol>');
});

test('a link opens apart and says nothing of the page', () => {
	expect(html([{ t: 'link', href: 'https://example.org/a?b=1', c: [{ t: 'text', v: 'a' }] }])).toContain('rel="noopener noreferrer nofollow"');
});
