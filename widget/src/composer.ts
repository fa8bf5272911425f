// Where the visitor writes: a growing field, files by button, paste or drop, each with its own progress.
import { Refusal } from './api';
import { el, icon } from './dom';
import type { Lang, WidgetFile } from './types';
import { fileSize, type Words } from './words';

export interface ComposerHooks {
	send: (text: string, files: WidgetFile[]) => void;
	typing: () => void;
	draft: (text: string) => void;
	upload: (file: File, progress: (share: number) => void, stop: AbortSignal) => Promise<WidgetFile>;
}

interface Attachment {
	source: File;
	ready: WidgetFile | null;
	failed: string | null;
	stop: AbortController;
	element: HTMLLIElement;
}

const MOST_FILES = 10;

export class Composer {
	readonly element: HTMLFormElement;
	readonly field: HTMLTextAreaElement;
	/** What the visitor has just sent can be shown from this device at once. */
	readonly local = new Map<string, string>();
	private readonly tray = el('ul', { class: 'tray', hidden: true });
	private readonly note = el('div', { class: 'note', role: 'alert', hidden: true });
	private readonly go: HTMLButtonElement;
	private attachments: Attachment[] = [];

	constructor(
		private readonly words: Words,
		private readonly lang: Lang,
		private readonly hooks: ComposerHooks,
		draft: string,
	) {
		const picker = el('input', { type: 'file', multiple: true, hidden: true });
		picker.addEventListener('change', () => {
			this.attach(picker.files ?? []);
			picker.value = '';
		});
		this.field = el('textarea', { rows: 1, placeholder: words.write, 'aria-label': words.write, enterkeyhint: 'send', maxlength: 8000 });
		this.field.value = draft;
		this.go = el('button', { type: 'submit', class: 'go', 'aria-label': words.send, title: words.send }, icon('send'));
		const clip = el('button', { type: 'button', class: 'tool', 'aria-label': words.attach, title: words.attach, onclick: () => picker.click() }, icon('clip'));
		this.element = el('form', { class: 'composer' }, this.tray, this.note, picker, clip, this.field, this.go);
		this.element.addEventListener('submit', (event) => {
			event.preventDefault();
			this.submit();
		});
		this.field.addEventListener('input', () => {
			this.fit();
			this.refresh();
			hooks.draft(this.field.value);
			if (this.field.value) hooks.typing();
		});
		this.field.addEventListener('keydown', (event) => {
			// isComposing: Enter that only accepts a suggested word must not send.
			if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
			event.preventDefault();
			this.submit();
		});
		this.field.addEventListener('paste', (event) => {
			const files = event.clipboardData?.files;
			if (!files?.length) return;
			event.preventDefault();
			this.attach(files);
		});
		this.refresh();
	}

	focus(): void {
		this.field.focus({ preventScroll: true });
		this.fit();
	}

	attach(files: Iterable<File>): void {
		this.say('');
		for (const source of files) {
			if (this.attachments.length >= MOST_FILES) {
				this.say(this.words.tooMany);
				break;
			}
			const attachment: Attachment = { source, ready: null, failed: null, stop: new AbortController(), element: el('li') };
			this.attachments.push(attachment);
			this.tray.append(attachment.element);
			void this.upload(attachment);
		}
		this.refresh();
		this.focus();
	}

	private async upload(attachment: Attachment): Promise<void> {
		attachment.failed = null;
		const progress = this.drawUploading(attachment);
		try {
			const file = await this.hooks.upload(attachment.source, progress, attachment.stop.signal);
			attachment.ready = file;
			if (file.kind === 'image') this.local.set(file.id, URL.createObjectURL(attachment.source));
			this.drawReady(attachment, file);
		} catch (error) {
			attachment.failed = (error instanceof Refusal && error.title) || this.words.uploadFailed;
			this.drawFailed(attachment, attachment.failed);
		}
		this.refresh();
	}

	private drawUploading(attachment: Attachment): (share: number) => void {
		const bar = el('progress', { max: 1, 'aria-label': attachment.source.name });
		const about = el('small', {}, this.words.uploading(0));
		this.draw(attachment, icon('file'), about, null, bar);
		return (share) => {
			bar.value = share;
			about.textContent = this.words.uploading(Math.round(share * 100));
		};
	}

	private drawReady(attachment: Attachment, file: WidgetFile): void {
		const local = this.local.get(file.id);
		const face = local ? el('img', { src: local, alt: '' }) : icon('file');
		this.draw(attachment, face, el('small', {}, fileSize(attachment.source.size, this.lang)), null, null);
	}

	private drawFailed(attachment: Attachment, reason: string): void {
		const again = el('button', { type: 'button', class: 'again', onclick: () => void this.upload(attachment) }, this.words.again);
		this.draw(attachment, icon('warn'), el('small', {}, reason), again, null);
	}

	private draw(attachment: Attachment, face: Node, about: Node, action: Node | null, bar: Node | null): void {
		const { name } = attachment.source;
		const remove = el('button', { type: 'button', class: 'tool', 'aria-label': this.words.remove(name), onclick: () => this.drop(attachment) }, icon('close'));
		attachment.element.className = attachment.failed ? 'bad' : '';
		attachment.element.replaceChildren(face, el('span', {}, el('b', { title: name }, name), about), action ?? el('span'), remove);
		if (bar) attachment.element.append(bar);
	}

	private drop(attachment: Attachment): void {
		attachment.stop.abort();
		attachment.element.remove();
		this.attachments = this.attachments.filter((one) => one !== attachment);
		this.refresh();
		this.focus();
	}

	private submit(): void {
		const text = this.field.value.trim();
		const files = this.attachments.flatMap((one) => (one.ready ? [one.ready] : []));
		// A file on its way or failed is not silently left behind.
		if (this.attachments.length > files.length || (!text && files.length === 0)) return;
		this.attachments = [];
		this.tray.replaceChildren();
		this.field.value = '';
		this.hooks.draft('');
		this.hooks.send(text, files);
		this.say('');
		this.fit();
		this.refresh();
	}

	private say(problem: string): void {
		this.note.textContent = problem;
		this.note.hidden = !problem;
	}

	private fit(): void {
		this.field.style.blockSize = '';
		const need = this.field.scrollHeight;
		if (this.field.value) this.field.style.blockSize = `${Math.min(need, 136)}px`;
	}

	private refresh(): void {
		const waiting = this.attachments.some((one) => !one.ready);
		const empty = !this.field.value.trim() && this.attachments.length === 0;
		this.tray.hidden = this.attachments.length === 0;
		this.go.disabled = waiting || empty;
	}
}
