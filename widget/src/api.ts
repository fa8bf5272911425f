// The HTTP side: every call of the widget to the server, and what its refusals mean.
import type { Answers, Config, Contact, FileRef, Id, Lang, Visitor, WidgetFile, WidgetMessage } from './types';

/** What a page tells when a visitor is made known. */
export interface Told extends Contact {
	token?: string;
	identity?: string;
	page: string;
	title: string;
	referrer: string;
	language: Lang;
	pixel?: string;
	facts?: Record<string, string>;
}

export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly title: string,
		/** Which field is at fault, if one is. */
		readonly field = '',
		readonly code = '',
	) {
		super(title);
	}

	/** The server is busy or away: the same call may pass later. */
	get passing(): boolean {
		return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
	}
}

export class Api {
	private readonly base: string;

	constructor(
		private readonly origin: string,
		key: string,
	) {
		this.base = `${origin}/api/v1/widget/${encodeURIComponent(key)}`;
	}

	/** Set once the page's language is chosen, so that refusals come in it. */
	lang: Lang = 'en';
	token: string | null = null;

	config(): Promise<Config> {
		return this.call<Config>('GET', `/config?page=${encodeURIComponent((location.origin + location.pathname).slice(0, 500))}`);
	}

	visitor(body: Told): Promise<Visitor> {
		return this.call('POST', '/visitor', body);
	}

	/** This browser is nobody's from now on. */
	signOut(): Promise<null> {
		return this.call('DELETE', '/visitor');
	}

	answer(body: Answers): Promise<null> {
		return this.call('POST', '/form', body);
	}

	async messages(after: number): Promise<WidgetMessage[]> {
		const page = await this.call<{ messages: WidgetMessage[] }>('GET', `/messages?after=${after}`);
		return page.messages;
	}

	send(body: { client_id: Id; text: string; files?: Id[] }): Promise<WidgetMessage> {
		return this.call('POST', '/messages', body);
	}

	socketUrl(): string {
		return `${this.base.replace(/^http/, 'ws')}/socket?t=${encodeURIComponent(this.token ?? '')}`;
	}

	fileUrl(file: WidgetFile): string {
		return this.own(file.url ?? `${this.base}/files/${file.id}`);
	}

	/** An address of ours with the visitor's word, for what a browser opens by itself. */
	own(path: string): string {
		const url = new URL(path, this.origin);
		if (!url.searchParams.has('t') && this.token) url.searchParams.set('t', this.token);
		return url.href;
	}

	/** XMLHttpRequest, because fetch tells nothing about the way up. */
	upload(file: File, progress: (share: number) => void, stop: AbortSignal): Promise<FileRef> {
		return new Promise((resolve, reject) => {
			const request = new XMLHttpRequest();
			request.open('POST', `${this.base}/files`);
			request.setRequestHeader('Authorization', `Bearer ${this.token ?? ''}`);
			request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
			request.setRequestHeader('Accept-Language', this.lang);
			request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
			request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
			request.onerror = () => reject(new Refusal(0, ''));
			request.onload = () => {
				if (request.status < 300) resolve(JSON.parse(request.responseText) as FileRef);
				else reject(refusal(request.status, request.responseText));
			};
			stop.addEventListener('abort', () => request.abort());
			request.send(file);
		});
	}

	private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const headers: Record<string, string> = { 'Accept-Language': this.lang };
		if (this.token) headers['Authorization'] = `Bearer ${this.token}`;
		if (body !== undefined) headers['Content-Type'] = 'application/json';
		let response: Response;
		try {
			response = await fetch(this.base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit' });
		} catch {
			throw new Refusal(0, '');
		}
		const text = await response.text();
		if (!response.ok) throw refusal(response.status, text);
		return (text ? JSON.parse(text) : null) as T;
	}
}

function refusal(status: number, text: string): Refusal {
	try {
		const problem = JSON.parse(text) as { title?: string; code?: string; field?: string; args?: { field?: string } };
		return new Refusal(status, problem.title ?? '', problem.args?.field ?? problem.field ?? '', problem.code ?? '');
	} catch {
		return new Refusal(status, '');
	}
}
