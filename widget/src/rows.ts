// Draws the talk: keeps one DOM row per message and touches only what changed, so pictures and selections stay put.
import { el, icon } from './dom';
import { drawTokens, safeHref } from './draw';
import type { BubbleRow, Row } from './log';
import type { Lang, WidgetFile } from './types';
import { clock, dayName, fileSize, type Words } from './words';

export interface RowHooks {
	fileUrl: (file: WidgetFile) => string;
	own: (path: string) => string;
	retry: (clientId: string) => void;
	discard: (clientId: string) => void;
	/** A ready answer was pressed. */
	press: (words: string) => void;
}

interface Drawn {
	element: HTMLElement;
	content: string;
	meta: string;
}

export class RowList {
	readonly element = el('div', { class: 'log', role: 'log', 'aria-live': 'off' });
	private drawn = new Map<string, Drawn>();

	constructor(
		private readonly words: Words,
		private readonly lang: Lang,
		private readonly hooks: RowHooks,
	) {
		this.element.setAttribute('aria-label', words.log);
	}

	update(rows: readonly Row[]): void {
		const next = new Map<string, Drawn>();
		let place: ChildNode | null = this.element.firstChild;
		for (const row of rows) {
			const drawn = row.kind === 'day' ? this.day(row.key, row.at) : this.bubble(row);
			next.set(row.key, drawn);
			if (drawn.element === place) place = place.nextSibling;
			else this.element.insertBefore(drawn.element, place);
		}
		for (const [key, { element }] of this.drawn) if (next.get(key)?.element !== element) element.remove();
		this.drawn = next;
	}

	private day(key: string, at: number): Drawn {
		const label = dayName(at, Date.now(), this.lang);
		const known = this.drawn.get(key);
		const element = known?.element ?? el('div', { class: 'day' });
		if (known?.content !== label) element.textContent = label;
		return { element, content: label, meta: '' };
	}

	private bubble(row: BubbleRow): Drawn {
		const content = JSON.stringify([row.message?.tokens ?? row.outgoing?.text, row.message?.deleted, row.message?.files ?? row.outgoing?.files, row.message?.buttons]);
		const meta = JSON.stringify([row.first, row.last, row.message?.edited, row.outgoing?.state, row.outgoing?.reason]);
		const known = this.drawn.get(row.key);
		if (known?.content === content && known.meta === meta) return known;
		const element = known?.element ?? el('div', {});
		const failed = row.outgoing?.state === 'failed';
		element.className = `row${row.mine ? ' mine' : ''}${row.first ? ' first' : ''}${row.last ? ' last' : ''}${failed ? ' failed' : ''}`;
		const kept = known?.content === content ? element.querySelector('.bubble') : null;
		element.replaceChildren(this.author(row), kept ?? this.body(row), this.meta(row));
		return { element, content, meta };
	}

	private author(row: BubbleRow): HTMLElement {
		// A reader by ear needs the author of every bubble; the eye only that of a group.
		const name = row.mine ? this.words.you : (row.message?.author ?? '');
		const photo = row.first && !row.mine && row.message?.photo;
		return el('div', { class: row.first && !row.mine ? 'author' : 'unseen' }, photo && el('img', { src: this.hooks.own(photo), alt: '', loading: 'lazy' }), name);
	}

	private body(row: BubbleRow): HTMLElement {
		if (row.message?.deleted) return el('div', { class: 'bubble gone' }, this.words.deleted);
		const files = row.message?.files ?? row.outgoing?.files ?? [];
		const text = this.text(row);
		const media = files.length > 0 && files.every((file) => file.kind === 'image' || file.kind === 'video');
		return el(
			'div',
			{ class: `bubble${media ? ' media' : ''}` },
			text,
			files.length > 0 && el('div', { class: 'files' }, ...files.map((file) => this.file(file))),
			this.buttons(row.message?.buttons ?? []),
		);
	}

	/** Ready answers: a press is the visitor's own message; and pages. */
	private buttons(all: { text: string; url?: string }[]): HTMLElement | null {
		if (all.length === 0) return null;
		const one = ({ text, url }: { text: string; url?: string }): HTMLElement => {
			const href = url && safeHref(url);
			return href ? el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text) : el('button', { type: 'button', onclick: () => this.hooks.press(text) }, text);
		};
		return el('div', { class: 'buttons' }, ...all.map(one));
	}

	private text(row: BubbleRow): HTMLElement | null {
		if (row.message) return row.message.tokens.length > 0 ? el('div', { class: 'text' }, drawTokens(row.message.tokens)) : null;
		return row.outgoing?.text ? el('div', { class: 'text plain' }, row.outgoing.text) : null;
	}

	private file(file: WidgetFile): HTMLElement {
		const url = this.hooks.fileUrl(file);
		if (file.state !== 'ready') return this.plainFile(file, null, this.words.pendingFile);
		if (file.kind === 'image') return this.picture(file, url);
		if (file.kind === 'video') return el('video', { src: url, controls: true, preload: 'metadata', 'aria-label': file.name });
		if (file.kind === 'audio' || file.kind === 'voice') return el('audio', { src: url, controls: true, preload: 'none', 'aria-label': file.name });
		return this.plainFile(file, url, fileSize(file.size, this.lang));
	}

	private picture(file: WidgetFile, url: string): HTMLElement {
		const link = el('a', { class: 'picture', href: url, target: '_blank', rel: 'noopener', 'aria-label': this.words.image(file.name) });
		// The place is reserved before the picture comes: the talk never jumps.
		const ratio = file.width && file.height ? Math.min(Math.max(file.width / file.height, 0.6), 3) : 1.5;
		link.style.aspectRatio = String(ratio);
		link.style.inlineSize = `${Math.min(260, file.width ?? 260, 320 * ratio)}px`;
		link.append(el('img', { src: url, alt: '', loading: 'lazy' }));
		return link;
	}

	private plainFile(file: WidgetFile, url: string | null, about: string): HTMLElement {
		const name = file.name || this.words.file;
		const parts = [icon('file'), el('b', { title: name }, name), el('small', {}, about)];
		return url ? el('a', { class: 'file', href: url, target: '_blank', rel: 'noopener', download: name }, ...parts) : el('div', { class: 'file' }, ...parts);
	}

	private meta(row: BubbleRow): HTMLElement {
		const { words } = this;
		const out = row.outgoing;
		if (out?.state === 'failed') {
			return el(
				'div',
				{ class: 'meta' },
				icon('warn'),
				out.reason || words.failed,
				el('button', { type: 'button', onclick: () => this.hooks.retry(out.client_id) }, words.again),
				el('button', { type: 'button', onclick: () => this.hooks.discard(out.client_id) }, words.discard),
			);
		}
		const time = el('time', { datetime: new Date(row.at).toISOString() }, clock(row.at, this.lang));
		const edited = row.message?.edited && !row.message.deleted ? ` · ${words.edited}` : '';
		if (!row.mine) return el('div', { class: 'meta' }, time, edited);
		const state = icon(out ? 'clock' : 'tick');
		return el('div', { class: 'meta' }, time, edited, state, el('span', { class: 'unseen' }, out ? words.sending : words.sent));
	}
}
