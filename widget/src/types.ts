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
}

export type WidgetFile = FileRef & { url?: string };

export interface WidgetMessage {
	id: Id;
	client_id: Id | null;
	seq: number;
	at: Millis;
	mine: boolean;
	author: string;
	text: string;
	tokens: Token[];
	files: WidgetFile[];
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
	| { type: 'state'; online: boolean }
	| { type: 'pong' };

export type OwnFrame = { type: 'typing' } | { type: 'read'; seq: number } | { type: 'ping' };
