// Draws message tokens as DOM nodes; words only ever become text nodes, addresses pass a list of allowed schemes.
import type { Token } from './types';

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The server has filtered addresses already; a widget on a stranger's page checks once more. */
export function safeHref(href: string): string | null {
	try {
		const url = new URL(href);
		return SCHEMES.has(url.protocol) ? url.href : null;
	} catch {
		return null;
	}
}

export function drawTokens(tokens: readonly Token[], doc: Document = document): DocumentFragment {
	const fragment = doc.createDocumentFragment();
	for (const token of tokens) fragment.append(drawToken(token, doc));
	return fragment;
}

function drawToken(token: Token, doc: Document): Node {
	switch (token.t) {
		case 'text':
			return doc.createTextNode(token.v);
		case 'br':
			return doc.createElement('br');
		case 'strong':
		case 'em':
			return around(token.t, token.c, doc);
		case 'strike':
			return around('s', token.c, doc);
		case 'p':
			return around('p', token.c, doc);
		case 'quote':
			return around('blockquote', token.c, doc);
		case 'code':
			return words('code', token.v, doc);
		case 'pre':
			return words('pre', token.v, doc);
		case 'mention':
			return words('b', `@${token.name}`, doc);
		case 'list': {
			const list = doc.createElement(token.ordered ? 'ol' : 'ul');
			for (const item of token.items) list.append(around('li', item, doc));
			return list;
		}
		case 'link': {
			const href = safeHref(token.href);
			if (href === null) return drawTokens(token.c, doc);
			const link = around('a', token.c, doc);
			link.setAttribute('href', href);
			link.setAttribute('target', '_blank');
			link.setAttribute('rel', 'noopener noreferrer nofollow');
			return link;
		}
		default:
			// A token of a newer server: better nothing than a broken talk.
			return doc.createTextNode('');
	}
}

function around(tag: string, children: readonly Token[], doc: Document): HTMLElement {
	const element = doc.createElement(tag);
	element.append(drawTokens(children, doc));
	return element;
}

function words(tag: string, text: string, doc: Document): HTMLElement {
	const element = doc.createElement(tag);
	element.textContent = text;
	return element;
}
