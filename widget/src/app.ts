// The widget's own logic: who the visitor is, what was said, what is on its way, and when to show, sound or stay silent.
import { Api, Refusal } from './api';
import type { Left } from './form';
import { disk, Keeper } from './keeper';
import { Live } from './live';
import { type Log, lastSeq, merge, rows, unread } from './log';
import { Outbox, type Outcome, type Outgoing } from './outbox';
import { chime } from './sound';
import type { Config, Contact, Frame, Lang, WidgetFile, WidgetMessage } from './types';
import { uuid7 } from './uuid';
import { View } from './view';
import { chooseLang, unbroken, type Words, wordsOf } from './words';

export interface Events {
	open: undefined;
	close: undefined;
	unread: number;
	message: { mine: boolean; author: string; text: string };
}

/** After a break some of the newest messages may have been edited or deleted: they are asked for again. */
const OVERLAP = 30;
const TYPING_SHOWN_MS = 6000;
const TYPING_SENT_MS = 3000;
const LINK_GRACE_MS = 3000;

/** Under which id the company's own pixel on this page knows the browser, if it stands there. */
function pixel(): { pixel?: string } {
	try {
		const id = localStorage.getItem('beseda.visitor');
		return id ? { pixel: id } : {};
	} catch {
		return {};
	}
}

export class App {
	private readonly api: Api;
	private readonly keeper: Keeper;
	private readonly outbox: Outbox;
	private readonly live: Live;
	private readonly listeners = new Map<string, Set<(detail: never) => void>>();
	private config: Config | null = null;
	private lang: Lang = 'en';
	private words: Words = wordsOf('en');
	private view: View | null = null;
	private log: Log = new Map();
	private open = false;
	private online = true;
	/** What the link is, and what the visitor is told of it after a pause. */
	private up = false;
	private linked = true;
	private linkTimer = 0;
	private typing = 0;
	private typingSent = 0;
	private leftContact: Contact | null = null;
	private unreadTold = 0;
	private caughtUp = false;
	private joining: Promise<void> | null = null;

	constructor(origin: string, key: string) {
		this.api = new Api(origin, key);
		this.keeper = new Keeper(`beseda:${key}:`, disk());
		this.api.token = this.keeper.get('token');
		this.outbox = new Outbox(this.keeper, (item) => this.deliver(item), () => this.refresh());
		this.live = new Live({
			url: () => this.api.socketUrl(),
			frame: (frame) => this.onFrame(frame),
			catchUp: () => this.catchUp(),
			linked: (up) => this.onLink(up),
			watched: () => this.open && !document.hidden,
		});
	}

	async start(): Promise<void> {
		this.config = await patiently(() => this.api.config());
		this.online = this.config.online;
		this.lang = chooseLang(document.documentElement.lang, navigator.languages, this.config.language);
		this.api.lang = this.lang;
		this.words = wordsOf(this.lang);
		this.view = this.buildView(this.config);
		this.view.mount();
		this.refresh();
		window.addEventListener('online', () => this.onNetwork());
		document.addEventListener('visibilitychange', () => {
			if (document.hidden) return;
			this.live.wake();
			this.onSeen();
		});
		if (this.api.token) void this.comeBack();
		// The very first message may have been overtaken by the end of its page, before the visitor was known.
		void this.outbox.run();
		// On a site of many pages an open talk stays open from page to page; on a phone it would cover each of them.
		if (this.open || (this.keeper.get('open') && innerWidth >= 480)) this.toggle(true);
	}

	toggle(open: boolean): void {
		const changed = open !== this.open || !this.view;
		this.open = open;
		if (!this.view || !changed) return;
		if (open) this.keeper.set('open', '1');
		else this.keeper.remove('open');
		this.refresh();
		this.onSeen();
		this.emit(open ? 'open' : 'close', undefined);
	}

	identify(contact: Contact): void {
		const known = { ...this.contact(), ...pick(contact) };
		this.keeper.set('contact', JSON.stringify(known));
		// Without a talk there is nobody to introduce yet; the data goes along with the first message.
		if (this.api.token) void this.introduce().catch(() => undefined);
	}

	on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void {
		const set = this.listeners.get(event) ?? new Set();
		this.listeners.set(event, set);
		set.add(listener as (detail: never) => void);
		return () => void set.delete(listener as (detail: never) => void);
	}

	private buildView(config: Config): View {
		return new View(
			this.words,
			this.lang,
			config,
			{
				toggle: (open) => this.toggle(open),
				mute: () => this.mute(),
				leave: (left) => this.leave(left),
				known: () => this.contact(),
				seen: () => this.onSeen(),
				send: (text, files) => this.say(text, files),
				typing: () => this.tellTyping(),
				draft: (text) => this.keeper.set('draft', text),
				upload: (file, progress, stop) => this.upload(file, progress, stop),
				fileUrl: (file) => this.api.fileUrl(file),
				retry: (id) => this.outbox.retry(id),
				discard: (id) => this.outbox.discard(id),
			},
			() => this.keeper.get('draft') ?? '',
		);
	}

	// ------------------------------------------------------------ the visitor
	private contact(): Contact {
		return JSON.parse(this.keeper.get('contact') ?? '{}') as Contact;
	}

	/** Makes the visitor known to the server, once, and goes live. */
	private join(): Promise<void> {
		this.joining ??= this.introduce()
			.then(() => this.live.start())
			.catch((error: unknown) => {
				this.joining = null;
				throw error;
			});
		return this.joining;
	}

	/** A returning visitor goes live by themselves, however long the server is away. */
	private async comeBack(): Promise<void> {
		// A refusal is met again, and dealt with, when the visitor writes.
		await patiently(() => this.join()).catch(() => undefined);
	}

	private async introduce(): Promise<void> {
		const token = this.api.token ?? undefined;
		const answer = await this.api.visitor({
			...(token && { token }),
			page: location.href,
			referrer: document.referrer,
			language: this.lang,
			...pixel(),
			...this.contact(),
		});
		this.api.token = answer.token;
		this.keeper.set('token', answer.token);
	}

	private async upload(file: File, progress: (share: number) => void, stop: AbortSignal): Promise<WidgetFile> {
		await this.join();
		return this.api.upload(file, progress, stop);
	}

	// ------------------------------------------------------------ sending
	private say(text: string, files: WidgetFile[]): void {
		this.keeper.persist();
		this.outbox.add({ client_id: uuid7(), text, files, at: Date.now() });
		this.emit('message', { mine: true, author: '', text });
	}

	private leave(left: Left): void {
		this.keeper.set('contact', JSON.stringify({ ...this.contact(), ...left.contact }));
		this.keeper.set('draft', '');
		this.leftContact = left.contact;
		// The visitor may exist already (a file was attached): the contact data must still arrive.
		this.joining = null;
		this.say(left.text, []);
		this.view?.focus();
	}

	private async deliver(item: Outgoing): Promise<Outcome> {
		try {
			await this.join();
			const files = item.files.map((file) => file.id);
			const message = await this.api.send({ client_id: item.client_id, text: item.text, ...(files.length > 0 && { files }) });
			this.take([message]);
			return { done: 'sent' };
		} catch (error) {
			if (!(error instanceof Refusal) || error.passing) return { done: 'later' };
			if (error.status === 401 && this.api.token) {
				// The server no longer knows this visitor: begin anew rather than lose the words.
				this.api.token = null;
				this.keeper.remove('token');
				this.joining = null;
				return { done: 'later' };
			}
			return { done: 'refused', reason: error.title || this.words.failed };
		}
	}

	private tellTyping(): void {
		const now = Date.now();
		if (now - this.typingSent < TYPING_SENT_MS) return;
		this.typingSent = now;
		this.live.send({ type: 'typing' });
	}

	// ------------------------------------------------------------ receiving
	private onFrame(frame: Frame): void {
		switch (frame.type) {
			case 'message':
				this.take([frame.message]);
				break;
			case 'typing':
				this.showTyping();
				break;
			case 'state':
				this.online = frame.online;
				this.refresh();
				break;
			case 'pong':
				break;
		}
	}

	private async catchUp(): Promise<void> {
		// Pages come ascending; an empty one, or one that brings nothing new, is the end.
		let after = Math.max(0, lastSeq(this.log) - OVERLAP);
		for (;;) {
			const page = await this.api.messages(after);
			this.take(page);
			const reached = page.at(-1)?.seq ?? after;
			if (reached <= after || page.length < OVERLAP) break;
			after = reached;
		}
		this.caughtUp = true;
	}

	private take(messages: readonly WidgetMessage[]): void {
		const before = lastSeq(this.log);
		this.log = merge(this.log, messages);
		const fresh = messages.filter((message) => message.seq > before && !message.mine && !message.deleted);
		const newest = fresh.at(-1);
		if (newest) this.stopTyping();
		if (newest && this.caughtUp) {
			// Somebody has just answered: no more "nobody is here, we will write to your address".
			this.online = true;
			this.leftContact = null;
		}
		this.refresh();
		// What had been said before this page was opened is a badge, not a noise.
		if (newest && this.caughtUp) {
			this.view?.announce(newest.author, newest.text);
			if (!this.isSeen() && !this.keeper.get('muted')) chime();
			for (const { author, text } of fresh) this.emit('message', { mine: false, author, text });
		}
		this.onSeen();
	}

	private showTyping(): void {
		clearTimeout(this.typing);
		this.typing = window.setTimeout(() => {
			this.stopTyping();
			this.refresh();
		}, TYPING_SHOWN_MS);
		this.refresh();
	}

	private stopTyping(): void {
		clearTimeout(this.typing);
		this.typing = 0;
	}

	// ------------------------------------------------------------ reading
	private isSeen(): boolean {
		return Boolean(this.view?.reading) && !document.hidden && document.hasFocus();
	}

	private onSeen(): void {
		const last = lastSeq(this.log);
		if (!this.isSeen() || last <= this.readSeq()) return;
		this.keeper.set('read', String(last));
		this.live.send({ type: 'read', seq: last });
		this.refresh();
	}

	private readSeq(): number {
		return Number(this.keeper.get('read') ?? 0);
	}

	private mute(): void {
		if (this.keeper.get('muted')) this.keeper.remove('muted');
		else this.keeper.set('muted', '1');
		this.refresh();
	}

	// ------------------------------------------------------------ link and picture
	private onLink(up: boolean): void {
		clearTimeout(this.linkTimer);
		if (up && !this.up) this.outbox.wake();
		this.up = up;
		if (up) {
			this.linked = true;
			this.refresh();
			return;
		}
		// A blink of the link is nobody's business.
		this.linkTimer = window.setTimeout(() => {
			this.linked = false;
			this.refresh();
		}, LINK_GRACE_MS);
	}

	private onNetwork(): void {
		this.live.wake();
		this.outbox.wake();
	}

	private refresh(): void {
		const outgoing = this.outbox.list();
		const started = this.log.size > 0 || outgoing.length > 0;
		const count = unread(this.log, this.readSeq());
		this.view?.update({
			open: this.open,
			online: this.online,
			linked: this.linked,
			muted: Boolean(this.keeper.get('muted')),
			typing: this.typing !== 0,
			unread: count,
			rows: rows(this.log, outgoing),
			form: !this.online && !started && !this.keeper.get('token'),
			thanks: this.thanks(),
		});
		if (count === this.unreadTold) return;
		this.unreadTold = count;
		this.emit('unread', count);
	}

	private thanks(): string {
		const { email, phone } = this.leftContact ?? {};
		if (this.online) return '';
		return email ? this.words.leftEmail(email) : phone ? this.words.leftPhone(unbroken(phone)) : '';
	}

	private emit<E extends keyof Events>(event: E, detail: Events[E]): void {
		for (const listener of this.listeners.get(event) ?? []) {
			try {
				(listener as (detail: Events[E]) => void)(detail);
			} catch (error) {
				// The page's mistake must not stop the talk, and must not be hidden from its author.
				console.error(error);
			}
		}
	}
}

/** Repeats a call until the server decides one way or the other. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
	for (let pause = 2000; ; pause = Math.min(pause * 2, 60_000)) {
		try {
			return await call();
		} catch (error) {
			if (!(error instanceof Refusal) || !error.passing) throw error;
		}
		await new Promise((done) => setTimeout(done, pause));
	}
}

function pick({ name, email, phone }: Contact): Contact {
	return { ...(name && { name }), ...(email && { email }), ...(phone && { phone }) };
}
