// The wrapper around fetch: one place that knows the base path, JSON and refusals.
import { inPanel } from '../core/surface';
import type { Problem } from './types';

export const BASE = '/api/v1';
/** Which surface this is, as colleagues see it beside my name (S2-17). */
const program = () => `${inPanel() ? 'panel' : 'web'} ${__VERSION__}`;

/** A refusal of the server, or the absence of one (`problem.code` is then 'network'). */
export class ApiError extends Error {
	constructor(readonly problem: Problem) {
		super(problem.title);
	}
	get code(): string {
		return this.problem.code;
	}
	/** Nothing was decided: the same call may be made again later. */
	get temporary(): boolean {
		return this.problem.status === 0 || this.problem.status === 429 || this.problem.status >= 500;
	}
}

export type Query = Record<string, string | number | boolean | null | undefined>;
interface Options {
	query?: Query;
	signal?: AbortSignal;
}

let onSignedOut: () => void = () => {};
/** Who is told when the server no longer knows our session. */
export function whenSignedOut(act: () => void): void {
	onSignedOut = act;
}

function address(path: string, query?: Query): string {
	const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined && pair[1] !== null);
	const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
	return BASE + path + (search && `?${search}`);
}

export async function problemOf(response: Response): Promise<Problem> {
	try {
		const body = (await response.json()) as Partial<Problem>;
		if (typeof body.code === 'string') return { title: body.code, status: response.status, ...body } as Problem;
	} catch {
		// not ours: a proxy answered
	}
	return { code: `http-${response.status}`, title: `${response.status} ${response.statusText}`.trim(), status: response.status };
}

async function call<T>(method: string, path: string, body: unknown, { query, signal }: Options = {}): Promise<T> {
	let response: Response;
	let answer: T | undefined;
	try {
		response = await fetch(address(path, query), {
			method,
			signal: signal ?? null,
			credentials: 'same-origin',
			headers: body === undefined ? {} : { 'Content-Type': 'application/json', 'X-Beseda-Client': program() },
			body: body === undefined ? null : JSON.stringify(body),
		});
		// An answer that breaks off is none, wherever it does: where its head is cut, a browser takes what came for the whole.
		if (response.ok && response.status !== 204) answer = (await response.json()) as T;
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError') throw error;
		throw new ApiError({ code: 'network', title: 'network', status: 0 });
	}
	if (!response.ok) {
		const problem = await problemOf(response);
		if (response.status === 401 && path !== '/sessions' && path !== '/setup') onSignedOut();
		throw new ApiError(problem);
	}
	return answer as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, undefined, signal ? { query: query ?? {}, signal } : { query: query ?? {} });
export const post = <T = void>(path: string, body: unknown = {}, signal?: AbortSignal) => call<T>('POST', path, body, signal ? { signal } : {});
export const put = <T = void>(path: string, body: unknown = {}) => call<T>('PUT', path, body);
export const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
export const del = <T = void>(path: string, body?: unknown) => call<T>('DELETE', path, body);

export interface Upload<T> {
	done: Promise<T>;
	cancel: () => void;
}
/** Sends a file as raw bytes and tells the progress (0..1); fetch cannot tell it, so this is XMLHttpRequest. */
export function upload<T>(file: File, progress: (part: number) => void): Upload<T> {
	const request = new XMLHttpRequest();
	const done = new Promise<T>((resolve, reject) => {
		request.open('POST', `${BASE}/files`);
		request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
		request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
		request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
		request.onload = () => {
			if (request.status < 300) resolve(JSON.parse(request.responseText) as T);
			else void problemOf(new Response(request.responseText, { status: request.status })).then((problem) => reject(new ApiError(problem)));
		};
		request.onerror = () => reject(new ApiError({ code: 'network', title: 'network', status: 0 }));
		request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
		request.send(file);
	});
	return { done, cancel: () => request.abort() };
}

export const fileUrl = (id: string, download = false) => `${BASE}/files/${id}${download ? '?download=1' : ''}`;
export const previewUrl = (id: string) => `${BASE}/files/${id}/preview`;
