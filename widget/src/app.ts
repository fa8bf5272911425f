// The widget's own logic: who the visitor is, what was said, what is on its way, and when to show, sound or stay silent.
import { Api, Refusal, type Told } from './api';
import type { Left } from './form';
import { disk, Keeper, shortDisk } from './keeper';
import { Live } from './live';
import { type Log, lastSeq, merge, rows, unread } from './log';
import { Outbox, type Outcome, type Outgoing } from './outbox';
import { chime } from './sound';
import type { Answers, Config, Contact, Form, Frame, Lang, WidgetFile, WidgetMessage } from './types';
import { uuid7 } from './uuid';
import { PHONE, View } from './view';
import { chooseLang, unbroken, type Words, wordsOf } from './words';

export interface Events {
	open: undefined;
	close: undefined;
	unread: number;
	message: { mine: boolean; author: string; text: string };
	/** The server believed the signature. */
	identified: undefined;
	/** It did not, in words for the site's developer. */
	refused: string;
}

/** Names by which events are also known. */
const ALSO: Record<string, keyof Events> = { opened: 'open', closed: 'close' };

/** Who the site says its visitor is: signed, as a word or as `token`; or what it only says. */
export type Who = string | (Contact & { token?: string });

export interface Mode {
	/** In the settings of the company: shows what it is told to show and speaks to nobody. */
	preview: boolean;
	/** The talk is the page. */
	whole: boolean;
	/** Stands in the field at first. */
	text: string;
	/** The language of the script tag; empty: the page's. */
	lang: string;
}

const MOST_FACTS = 20;

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
	private introducing: Promise<void> = Promise.resolve();
	/** Begins anew whenever the visitor becomes another one: what was asked for the former is not shown to the next. */
	private era = 0;
	/** What the site signed and the server has not seen yet. */
	private identity = '';
	private facts: Record<string, string> = {};
	private askedFor: string[] | null = null;
	private asking: Form | null = null;
	/** A message was refused for want of the form. */
	private demanded = false;
	private opensAt: number | null = null;
	private wantedLang = '';

	constructor(
		origin: string,
		key: string,
		private readonly mode: Mode,
	) {
		this.api = new Api(origin, key);
		const prefix = `beseda:${key}:`;
		const short = new Keeper(prefix, shortDisk());
		// Whom the site signed in stands in the tab's own memory, everybody else on the disk.
		this.keeper = short.get('token') ? short : new Keeper(prefix, disk());
		if (mode.text && !this.keeper.get('draft')) this.keeper.set('draft', mode.text);
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
		if (this.mode.preview) return this.preview();
		this.config = await patiently(() => this.api.config());
		this.online = this.config.online;
		this.opensAt = this.config.opens_at;
		const wanted = this.open;
		this.open = false;
		this.build(this.config);
		window.addEventListener('online', () => this.onNetwork());
		document.addEventListener('visibilitychange', () => {
			if (document.hidden) return;
			this.live.wake();
			this.onSeen();
		});
		if (this.api.token || this.identity) void this.comeBack();
		// The very first message may have been overtaken by the end of its page, before the visitor was known.
		void this.outbox.run();
		// On a site of many pages an open talk stays open from page to page; on a phone it would cover each of them.
		if (wanted || this.mode.whole || (this.keeper.get('open') && !matchMedia(PHONE).matches)) this.toggle(true);
	}

	toggle(open: boolean): void {
		const changed = open !== this.open;
		this.open = open;
		if (!this.view || !changed) return;
		if (open) this.keeper.set('open', '1');
		else this.keeper.remove('open');
		this.refresh();
		this.onSeen();
		if (open) void this.lookAround();
		this.emit(open ? 'open' : 'close', undefined);
	}

	/** Before the first message nothing tells this page who is there, and it may have stood in its tab for hours. */
	private async lookAround(): Promise<void> {
		if (this.mode.preview || this.api.token) return;
		const config = await this.api.config().catch(() => null);
		if (!config || this.api.token) return;
		this.online = config.online;
		this.opensAt = config.opens_at;
		this.refresh();
	}

	identify(who: Who): void {
		const { token = '', ...contact } = typeof who === 'string' ? { token: who } : who;
		if (token) {
			this.identity = token;
			// Before the widget is there, the start does it.
			if (this.view) void this.become();
			return;
		}
		const known = { ...this.contact(), ...pick(contact) };
		this.keeper.set('contact', JSON.stringify(known));
		// Without a talk there is nobody to introduce yet; the data goes along with the first message.
		if (this.api.token) void this.introduce().catch(() => undefined);
	}

	/** The site's visitor signed out, or somebody else sits here now: nothing of the talk stays on this computer. */
	reset(): void {
		if (this.api.token) void this.api.signOut().catch(() => undefined);
		this.toggle(false);
		this.identity = '';
		this.facts = {};
		this.forget();
		this.outbox.clear();
		// Twice: what stood in the tab's memory, and what stood on the disk before.
		this.keeper.begin(disk(), false);
		this.keeper.begin(disk(), false);
		this.rebuild();
	}

	/** What the page knows besides; `language` chooses the language of the widget. */
	set(facts: Record<string, unknown>): void {
		for (const [name, value] of Object.entries(facts)) {
			if (name === 'language') this.wantedLang = String(value);
			else if (['string', 'number', 'boolean'].includes(typeof value) && (name in this.facts || Object.keys(this.facts).length < MOST_FACTS)) this.facts[name] = String(value);
		}
		if ('language' in facts) this.rebuild();
		if (this.api.token && this.view) void this.introduce().catch(() => undefined);
	}

	on<E extends keyof Events>(name: E, listener: (detail: Events[E]) => void): () => void {
		const event = ALSO[name] ?? name;
		const set = this.listeners.get(event) ?? new Set();
		this.listeners.set(event, set);
		set.add(listener as (detail: never) => void);
		return () => void set.delete(listener as (detail: never) => void);
	}

	private build(config: Config): void {
		const forced = this.wantedLang || (config.speaks === 'page' ? this.mode.lang : config.speaks);
		this.lang = chooseLang(forced || document.documentElement.lang, navigator.languages, config.language);
		this.api.lang = this.lang;
		this.words = wordsOf(this.lang);
		this.view?.destroy();
		this.view = this.buildView(config);
		this.view.mount();
		this.refresh();
	}

	/** The same in another language, or for another visitor. */
	private rebuild(): void {
		if (this.view && this.config) this.build(this.config);
	}

	/** Shows settings that are only being tried, as the settings page tells them. */
	private preview(): void {
		window.addEventListener('message', ({ origin, data }: MessageEvent<{ beseda?: { config: Config; lang: Lang; open: boolean; online: boolean } }>) => {
			if (origin !== location.origin || !data.beseda) return;
			const { config, lang, open, online } = data.beseda;
			this.config = config;
			this.wantedLang = config.speaks === 'page' ? lang : '';
			this.online = online;
			this.open = open;
			this.keeper.remove('asked');
			this.build(config);
		});
		parent.postMessage({ beseda: 'ready' }, location.origin);
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
				answer: (given) => this.answer(given),
				filled: (given) => this.keeper.set('answers', JSON.stringify(given)),
				answered: () => this.answered(),
				known: () => this.contact(),
				seen: () => this.onSeen(),
				send: (text, files) => this.say(text, files),
				typing: () => this.tellTyping(),
				draft: (text) => this.keeper.set('draft', text),
				upload: (file, progress, stop) => this.upload(file, progress, stop),
				fileUrl: (file) => this.api.fileUrl(file),
				own: (path) => this.api.own(path),
				retry: (id) => this.outbox.retry(id),
				discard: (id) => this.outbox.discard(id),
				press: (words) => this.say(words, []),
			},
			() => this.keeper.get('draft') ?? '',
			this.mode.whole,
			this.mode.preview,
		);
	}

	// ------------------------------------------------------------ the visitor
	private contact(): Contact {
		return JSON.parse(this.keeper.get('contact') ?? '{}') as Contact;
	}

	/** Makes the visitor known to the server, once, and goes live. */
	private join(): Promise<void> {
		this.joining ??= this.introduce()
			.then(() => {
				if (this.api.token) this.live.start();
				// A refused signature leaves nobody; who writes is made known then.
				else this.joining = null;
			})
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

	private told(): Told {
		const token = this.api.token ?? undefined;
		return {
			...(token && { token }),
			...(this.identity && { identity: this.identity }),
			page: location.href,
			title: document.title,
			referrer: document.referrer,
			language: this.lang,
			...pixel(),
			...(Object.keys(this.facts).length > 0 && { facts: this.facts }),
			...this.contact(),
		};
	}

	/** One after another: a signature that two calls carried would be used by one and refused to the other. */
	private introduce(): Promise<void> {
		this.introducing = this.introducing.catch(() => undefined).then(() => this.introduceNow());
		return this.introducing;
	}

	private async introduceNow(): Promise<void> {
		const { era, identity } = this;
		const before = this.api.token;
		try {
			const answer = await this.api.visitor(this.told());
			if (era !== this.era) return;
			if (identity) this.believed(before, answer.token);
			this.api.token = answer.token;
			this.keeper.set('token', answer.token);
			this.askedFor = answer.asks;
			this.refresh();
			if (identity) this.emit('identified', undefined);
		} catch (error) {
			if (!identity || era !== this.era || !(error instanceof Refusal) || error.passing) throw error;
			this.disbelieved(error.title);
			if (this.api.token) await this.introduceNow();
		}
	}

	/** The site vouches for somebody: whose talk this browser had before is not theirs to see. */
	private believed(before: string | null, token: string): void {
		this.identity = '';
		if (before === token) return;
		const wasSigned = this.keeper.get('signed');
		const kept = [...this.keeper.keys('out:'), 'draft', 'asked'].map((key) => [key, wasSigned ? null : this.keeper.get(key)] as const);
		if (wasSigned) this.outbox.clear();
		const joining = this.joining;
		this.forget();
		this.joining = joining;
		this.keeper.begin(shortDisk(), true);
		this.keeper.set('signed', '1');
		for (const [key, value] of kept) if (value !== null) this.keeper.set(key, value);
	}

	private disbelieved(reason: string): void {
		console.warn(`Beseda: "identify" was refused. ${reason}`);
		this.identity = '';
		// Whoever the page meant, it is not the one who was signed in before.
		if (this.keeper.get('signed')) {
			this.forget();
			this.keeper.begin(disk(), false);
			this.outbox.clear();
		}
		this.emit('refused', reason);
	}

	/** Lets everything go that was somebody's. */
	private forget(): void {
		this.era++;
		this.live.stop();
		this.api.token = null;
		this.joining = null;
		this.log = new Map();
		this.askedFor = null;
		this.demanded = false;
		this.leftContact = null;
		this.caughtUp = false;
		this.stopTyping();
		this.refresh();
	}

	/** The visitor is, or may be, another one now. */
	private async become(): Promise<void> {
		this.joining = null;
		await this.comeBack();
	}

	// ------------------------------------------------------------ the form
	private answered(): Answers {
		const known = JSON.parse(this.keeper.get('answers') ?? '{}') as Partial<Answers>;
		const contact = this.contact();
		const answers = { ...known.answers };
		for (const { key, kind } of this.config?.form.fields ?? []) if (kind in contact) answers[key] ??= contact[kind as keyof Contact] ?? '';
		return { answers, consent: known.consent ?? false };
	}

	private async answer(given: Answers): Promise<void> {
		if (this.mode.preview) return this.asked();
		await this.join();
		await this.api.answer(given);
		const contact: Contact = {};
		for (const { key, kind } of this.config?.form.fields ?? []) if (kind === 'name' || kind === 'phone' || kind === 'email') contact[kind] ??= given.answers[key];
		this.keeper.set('contact', JSON.stringify({ ...this.contact(), ...pick(contact) }));
		this.keeper.remove('answers');
		this.keeper.persist();
		this.asked();
	}

	/** The server wants answers that this browser believed to be given: the form comes again, and what was written waits. */
	private mustAsk(): void {
		this.demanded = true;
		this.keeper.remove('asked');
		// The questions may have been set, or changed, since this page was opened.
		const anew = this.api.config().then(({ form }) => this.config && (this.config.form = form));
		void Promise.all([anew, this.introduce()])
			.then(() => this.refresh())
			.catch(() => undefined);
	}

	private asked(): void {
		this.keeper.set('asked', '1');
		if (this.demanded) {
			this.demanded = false;
			for (const { client_id, state } of this.outbox.list()) if (state === 'failed') this.outbox.retry(client_id);
		}
		this.refresh();
		this.view?.focus();
	}

	/** What is left to ask before the first message. The same object as long as it is the same form. */
	private ask(started: boolean): Form | null {
		const form = this.config?.form;
		if (!form || (!this.demanded && (started || this.keeper.get('asked')))) return null;
		const { askedFor } = this;
		const fields = form.fields.filter(({ key }) => !askedFor || askedFor.includes(key));
		if (fields.length === 0) return null;
		if (this.asking?.fields.length !== fields.length || this.asking.consent !== form.consent) this.asking = { fields, consent: form.consent };
		return this.asking;
	}

	private async upload(file: File, progress: (share: number) => void, stop: AbortSignal): Promise<WidgetFile> {
		await this.join();
		return this.api.upload(file, progress, stop);
	}

	// ------------------------------------------------------------ sending
	private say(text: string, files: WidgetFile[]): void {
		if (this.mode.preview) return;
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
		const { era } = this;
		try {
			await this.join();
			const files = item.files.map((file) => file.id);
			const message = await this.api.send({ client_id: item.client_id, text: item.text, ...(files.length > 0 && { files }) });
			if (era === this.era) this.take([message]);
			return { done: 'sent' };
		} catch (error) {
			if (!(error instanceof Refusal) || error.passing) return { done: 'later' };
			if (error.status === 401 && this.api.token) {
				// The server no longer knows this visitor: begin anew rather than lose the words.
				this.forget();
				this.keeper.remove('token');
				this.keeper.remove('signed');
				return { done: 'later' };
			}
			if (error.code === 'channels.form_needed') this.mustAsk();
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
				this.opensAt = frame.opens_at;
				this.refresh();
				break;
			case 'pong':
				break;
		}
	}

	private async catchUp(): Promise<void> {
		// Pages come ascending; an empty one, or one that brings nothing new, is the end.
		const { era } = this;
		let after = Math.max(0, lastSeq(this.log) - OVERLAP);
		for (;;) {
			const page = await this.api.messages(after).catch((error: unknown) => this.turnedAway(error));
			if (!page || era !== this.era) return;
			this.take(page);
			const reached = page.at(-1)?.seq ?? after;
			if (reached <= after || page.length < OVERLAP) break;
			after = reached;
		}
		this.caughtUp = true;
	}

	/** The server knows this browser no more (the site's sign-in is over): nothing of the talk stays, and whoever writes begins anew. */
	private turnedAway(error: unknown): null {
		if (!(error instanceof Refusal) || error.status !== 401) throw error;
		this.forget();
		this.keeper.begin(disk(), false);
		return null;
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
			form: !this.online && !started && !this.reachable(),
			ask: this.ask(started),
			opensAt: this.opensAt,
			thanks: this.thanks(),
		});
		if (count === this.unreadTold) return;
		this.unreadTold = count;
		this.emit('unread', count);
	}

	/** Nobody is here, but it is known where to answer. A visitor who is known and was never asked has written before. */
	private reachable(): boolean {
		const { email, phone } = this.contact();
		return this.keeper.get('asked') ? Boolean(email || phone) : Boolean(this.keeper.get('token'));
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
