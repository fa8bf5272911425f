// What the server and the widget say to each other; the token shapes are the contract's own.
import type { FileRef, Id, Millis, Token } from '../../web/src/api/types';

export type { FileRef, Id, Millis, Token };
export type Lang = 'ru' | 'en';

export interface Config {
	name: string;
	language: Lang;
	title: string;
	greeting: string;
	accent: string;
	online: boolean;
	offline_text: string;
	/** The administrator's words; an empty language is served by the other. */
	texts: { greeting: Phrase; offline_text: Phrase };
	/** When working time begins next. */
	opens_at: Millis | null;
	theme: string;
	side: string;
	button: string;
	/** `page`: as the page speaks; else always this one. */
	speaks: string;
	form: Form;
}

export type Phrase = Record<Lang, string>;

export interface Question {
	key: string;
	kind: 'name' | 'phone' | 'email' | 'text' | 'choice';
	required: boolean;
	label: Phrase;
	choices: Phrase[];
}

export interface Form {
	fields: Question[];
	consent?: { text: Phrase; url: string } | null;
}

/** What a visitor answered, by the key of the question. */
export interface Answers {
	answers: Record<string, string>;
	consent: boolean;
}

export interface Visitor {
	token: string;
	chat: boolean;
	verified: boolean;
	asks: string[];
}

export type WidgetFile = FileRef & { url?: string };

export interface WidgetMessage {
	id: Id;
	client_id: Id | null;
	seq: number;
	at: Millis;
	mine: boolean;
	author: string;
	/** Where the picture of who answered is; none: the site shows none. */
	photo?: string | null;
	text: string;
	tokens: Token[];
	files: WidgetFile[];
	/** Buttons under it: one with a page opens it, one without answers with its words. */
	buttons?: { text: string; url?: string }[];
	edited: boolean;
	deleted: boolean;
}

export interface Contact {
	name?: string;
	email?: string;
	phone?: string;
}

export type Frame =
	| { type: 'message'; message: WidgetMessage }
	| { type: 'typing' }
	| { type: 'state'; online: boolean; opens_at: Millis | null }
	| { type: 'pong' };

export type OwnFrame = { type: 'typing' } | { type: 'read'; seq: number } | { type: 'ping' };
