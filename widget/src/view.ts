// The launcher and the panel: puts the parts together, keeps the scroll where the reader is, and the focus where the keyboard is.
import { AskForm, type AskHooks } from './ask';
import { Composer, type ComposerHooks } from './composer';
import { el, icon, setIcon } from './dom';
import { LeaveForm, type Left } from './form';
import type { Row } from './log';
import { RowList, type RowHooks } from './rows';
import { styleSheet } from './style';
import type { Answers, Config, Contact, Form, Lang } from './types';
import { opening, phrase, type Words } from './words';

export interface ViewState {
	open: boolean;
	online: boolean;
	linked: boolean;
	muted: boolean;
	typing: boolean;
	unread: number;
	rows: readonly Row[];
	form: boolean;
	/** What is asked before the first message; none: nothing is. */
	ask: Form | null;
	opensAt: number | null;
	thanks: string;
}

export interface ViewHooks extends ComposerHooks, RowHooks, AskHooks {
	toggle: (open: boolean) => void;
	mute: () => void;
	leave: (left: Left) => void;
	known: () => Contact;
	/** What of the questions is answered already. */
	answered: () => Answers;
	seen: () => void;
}

export const PHONE = '(max-width: 599px)';
const NEAR_END = 48;

export class View {
	private readonly host = document.createElement('beseda-widget');
	private readonly root = this.host.attachShadow({ mode: 'closed' });
	private readonly launcher: HTMLButtonElement;
	private readonly badge = el('span', { class: 'badge', hidden: true, 'aria-hidden': 'true' });
	private readonly glyph = el('span');
	private readonly panel: HTMLElement;
	private readonly presence = el('div', { class: 'presence' });
	private readonly sound: HTMLButtonElement;
	private readonly status: HTMLElement;
	private readonly scroll: HTMLElement;
	private readonly intro = el('p', { class: 'intro' });
	private readonly list: RowList;
	private readonly typing: HTMLElement;
	private readonly thanks = el('div', { class: 'thanks', role: 'status', hidden: true });
	private readonly below: HTMLButtonElement;
	private readonly foot = el('div', { class: 'foot' });
	private readonly drop: HTMLElement;
	private readonly aloud = el('div', { class: 'unseen', 'aria-live': 'polite' });
	private readonly composer: Composer;
	private form: LeaveForm | AskForm | null = null;
	private shownForm: Form | 'leave' | null = null;
	private open = false;
	/** Our own step in the history of the page stands on top: "back" closes the panel instead of leaving. */
	private stepped = false;
	private rowCount = 0;
	private stuck = true;
	private muted: boolean | null = null;

	constructor(
		private readonly words: Words,
		private readonly lang: Lang,
		private readonly config: Config,
		private readonly hooks: ViewHooks,
		private readonly draft: () => string,
		/** The panel is the page: a link to the talk, without a site around it. */
		private readonly whole = false,
		/** Looked at in the settings: it leaves the keyboard where it is. */
		private readonly quiet = false,
	) {
		this.root.adoptedStyleSheets = [styleSheet(config.accent, config.theme)];
		this.host.lang = lang;
		this.host.classList.toggle('left', config.side === 'left');
		this.host.classList.toggle('whole', whole);
		this.composer = new Composer(words, lang, hooks, draft());
		this.list = new RowList(words, lang, {
			fileUrl: (file) => this.composer.local.get(file.id) ?? hooks.fileUrl(file),
			own: hooks.own,
			retry: (id) => this.fromRow(hooks.retry, id),
			discard: (id) => this.fromRow(hooks.discard, id),
			press: hooks.press,
		});
		this.launcher = el('button', { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', onclick: () => hooks.toggle(!this.open) }, this.glyph, config.button === 'words' && el('span', {}, words.launcher), this.badge);
		this.launcher.classList.toggle('words', config.button === 'words');
		this.sound = el('button', { type: 'button', class: 'tool', onclick: hooks.mute });
		this.status = el('div', { class: 'status', role: 'status', hidden: true }, words.noLink);
		this.typing = el('div', { class: 'typing', hidden: true }, el('i', {}, el('span')), words.typing);
		this.scroll = el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': words.log }, this.intro, this.list.element, this.typing, this.thanks);
		this.below = el('button', { type: 'button', class: 'below', hidden: true, onclick: () => this.toEnd() }, words.newBelow, icon('down'));
		this.drop = el('div', { class: 'drop', hidden: true }, words.drop);
		this.panel = this.buildPanel();
		this.root.append(this.panel, this.launcher, this.aloud);
		// The tray or the keyboard takes room from the log: its end stays in sight.
		new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroll);
		this.scroll.addEventListener('scroll', () => this.onScroll(), { passive: true });
		this.root.addEventListener('keydown', (event) => this.onKey(event as KeyboardEvent));
		this.listenDrop();
		window.visualViewport?.addEventListener('resize', () => this.fitPhone());
		window.visualViewport?.addEventListener('scroll', () => this.fitPhone());
		addEventListener('popstate', this.onBack);
		setIcon(this.glyph, 'chat');
	}

	mount(): void {
		document.body.append(this.host);
	}

	/** Another one takes its place: another language, other settings. */
	destroy(): void {
		removeEventListener('popstate', this.onBack);
		this.host.remove();
	}

	update(state: ViewState): void {
		const when = !state.online && state.opensAt ? `, ${this.words.opens(opening(state.opensAt, Date.now(), this.lang))}` : '';
		this.presence.textContent = (state.online ? this.words.online : this.words.offline) + when;
		this.presence.classList.toggle('away', !state.online);
		// Ours asks to fill in the form: once that is done it would ask again for what was given.
		const { greeting, offline_text } = this.config.texts;
		const offlineText = phrase(offline_text, this.lang) || (state.form ? this.words.offlineText : '');
		this.intro.textContent = state.online ? phrase(greeting, this.lang) || this.words.greeting : offlineText;
		this.intro.hidden = !this.intro.textContent;
		this.status.hidden = state.linked;
		this.drawSound(state.muted);
		this.drawForm(state.ask ?? (state.form ? 'leave' : null));
		this.drawRows(state);
		this.thanks.hidden = !state.thanks;
		this.thanks.textContent = state.thanks;
		this.drawOpen(state);
		this.drawBadge(state.unread);
	}

	/** Said aloud by a screen reader: the author first, then the words. */
	announce(author: string, text: string): void {
		this.aloud.textContent = author ? `${author}: ${text}` : text;
	}

	/** The visitor looks at the newest message right now. */
	get reading(): boolean {
		return this.open && this.atEnd();
	}

	private buildPanel(): HTMLElement {
		const title = this.config.title || this.config.name;
		const close = el('button', { type: 'button', class: 'tool shut', 'aria-label': this.words.close, title: this.words.close, onclick: () => this.hooks.toggle(false) }, icon('close'));
		this.foot.append(this.below, this.composer.element);
		return el(
			'section',
			{ class: 'panel', role: 'dialog', 'aria-label': title || this.words.panel, hidden: true },
			el('div', { class: 'head' }, el('div', { class: 'who' }, el('h2', {}, title || this.words.panel), this.presence), this.sound, close),
			this.status,
			this.scroll,
			this.foot,
			this.drop,
		);
	}

	private drawOpen(state: ViewState): void {
		if (state.open === this.open) return;
		this.open = state.open;
		this.panel.hidden = !state.open;
		this.panel.setAttribute('aria-modal', String(matchMedia(PHONE).matches));
		this.launcher.setAttribute('aria-expanded', String(state.open));
		setIcon(this.glyph, state.open ? 'down' : 'chat');
		this.step(state.open);
		if (!state.open) {
			if (!this.quiet) this.launcher.focus({ preventScroll: true });
			return;
		}
		this.fitPhone();
		this.toEnd();
		this.focus();
	}

	focus(): void {
		if (this.quiet) return;
		if (this.form) this.form.focus();
		else this.composer.focus();
	}

	/** The pressed button is about to vanish with its row; the keyboard goes on from the field. */
	private fromRow(action: (id: string) => void, id: string): void {
		this.focus();
		action(id);
	}

	private drawBadge(unread: number): void {
		this.badge.hidden = unread === 0;
		this.badge.textContent = unread > 99 ? '99+' : String(unread);
		this.launcher.setAttribute('aria-label', this.open ? this.words.close : unread ? this.words.launcherUnread(unread) : this.words.launcher);
	}

	private drawSound(muted: boolean): void {
		if (muted === this.muted) return;
		this.muted = muted;
		const label = muted ? this.words.soundOn : this.words.soundOff;
		this.sound.setAttribute('aria-label', label);
		this.sound.title = label;
		setIcon(this.sound, muted ? 'mute' : 'sound');
	}

	/** Which form stands in place of the talk: the questions, or "leave a message" when nobody is here. */
	private drawForm(wanted: Form | 'leave' | null): void {
		if (wanted === this.shownForm) return;
		this.shownForm = wanted;
		this.form?.element.remove();
		this.form = null;
		if (wanted === 'leave') this.form = new LeaveForm(this.words, this.hooks.known(), this.draft(), this.hooks.leave);
		else if (wanted) this.form = new AskForm(this.words, this.lang, wanted, this.hooks.answered(), this.hooks);
		if (this.form) this.intro.after(this.form.element);
		this.foot.hidden = Boolean(wanted);
		if (this.open) this.focus();
	}

	private drawRows(state: ViewState): void {
		const follow = this.stuck || state.rows.length === 0;
		const added = state.rows.length > this.rowCount;
		const last = state.rows.at(-1);
		const ownNew = added && last?.kind === 'bubble' && last.mine;
		this.rowCount = state.rows.length;
		this.list.update(state.rows);
		this.typing.hidden = !state.typing;
		if (follow || ownNew) this.toEnd();
		else if (added) this.below.hidden = false;
	}

	private atEnd(): boolean {
		return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
	}

	private toEnd(): void {
		// With the form in place of a talk the beginning matters, not the end.
		this.scroll.scrollTop = this.form ? 0 : this.scroll.scrollHeight;
		this.stuck = !this.form;
		this.below.hidden = true;
	}

	private onScroll(): void {
		this.stuck = this.atEnd();
		if (!this.stuck) return;
		this.below.hidden = true;
		this.hooks.seen();
	}

	/** On a phone the panel covers the page, so "back" closes it; the page's own history keeps its state and its address. */
	private step(open: boolean): void {
		if (this.whole || this.quiet) return;
		if (open && !this.stepped && matchMedia(PHONE).matches) {
			try {
				history.pushState({ ...(history.state as object | null), beseda: true }, '');
				this.stepped = true;
			} catch {
				// A page without a history of its own (a frame of a file): its "back" stays as it is.
			}
		} else if (!open && this.stepped) {
			this.stepped = false;
			history.back();
		}
	}

	private readonly onBack = (): void => {
		if (!this.stepped) return;
		this.stepped = false;
		if (this.open) this.hooks.toggle(false);
	};

	private onKey(event: KeyboardEvent): void {
		if (!this.open || this.whole) return;
		if (event.key === 'Escape') {
			event.stopPropagation();
			this.hooks.toggle(false);
		} else if (event.key === 'Tab' && matchMedia(PHONE).matches) {
			this.trap(event);
		}
	}

	/** On a phone the panel covers the page: the keyboard must not walk out of it into what is not seen. */
	private trap(event: KeyboardEvent): void {
		const stops = [...this.panel.querySelectorAll<HTMLElement>('button, a[href], input, textarea, audio, video, [tabindex]')].filter(
			(one) => one.getClientRects().length > 0 && !(one as HTMLButtonElement).disabled,
		);
		const first = stops[0];
		const last = stops.at(-1);
		const here = this.root.activeElement;
		if (!first || !last) return;
		if (event.shiftKey && here === first) {
			event.preventDefault();
			last.focus();
		} else if (!event.shiftKey && here === last) {
			event.preventDefault();
			first.focus();
		}
	}

	private listenDrop(): void {
		let depth = 0;
		const show = (visible: boolean): void => {
			this.drop.hidden = !visible || Boolean(this.form);
		};
		this.panel.addEventListener('dragenter', () => show(++depth > 0));
		this.panel.addEventListener('dragleave', () => show(--depth > 0));
		this.panel.addEventListener('dragover', (event) => event.preventDefault());
		this.panel.addEventListener('drop', (event) => {
			event.preventDefault();
			depth = 0;
			show(false);
			if (!this.form && event.dataTransfer) this.composer.attach(event.dataTransfer.files);
		});
	}

	/** The keyboard of a phone covers the page without resizing it: the panel takes what is really seen. */
	private fitPhone(): void {
		const seen = window.visualViewport;
		if (!seen || !matchMedia(PHONE).matches) {
			this.panel.style.removeProperty('top');
			return;
		}
		this.panel.style.setProperty('--seen', `${seen.height}px`);
		this.panel.style.top = `${seen.offsetTop}px`;
	}
}
