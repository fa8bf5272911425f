// The router: a path is an address of a screen, an address of nothing has a screen too; screens that most people do not open at once are lazy chunks.
import type { Component } from 'svelte';
import { inPanel, panelPath } from './core/surface';
import { loadAreas } from './i18n';

type Params = Record<string, string>;
type Load = () => Promise<{ default: Component<{ params: Params }> }>;
interface RouteDefinition {
	pattern: string;
	screen: string; // screens of one name share an instance: only params change
	areas: string[];
	outside?: boolean; // drawn without the shell, for people who are not signed in
	load: Load;
}
export interface Route {
	screen: string;
	outside: boolean;
	path: string;
	params: Params;
	query: URLSearchParams;
	component: Component<{ params: Params }>;
}

const chats: Load = () => import('./screens/chats/Chats.svelte');
const inbox: Load = () => import('./screens/inbox/Inbox.svelte');
const tasks: Load = () => import('./screens/records/Tasks.svelte');
const tables: Load = () => import('./screens/records/Tables.svelte');
const person: Load = () => import('./screens/people/PersonPage.svelte');
const panel: Load = () => import('./screens/panel/Panel.svelte');
const signIn: Load = () => import('./screens/entry/SignIn.svelte');
const settings: Load = () => import('./screens/settings/Settings.svelte');

const groups = ['my', 'watched', 'queue', 'all', 'closed', 'waiting', 'snoozed'];
const routes: RouteDefinition[] = [
	{ pattern: '/chats', screen: 'chats', areas: [], load: chats },
	{ pattern: '/chats/:id', screen: 'chats', areas: [], load: chats },
	{ pattern: '/people', screen: 'chats', areas: [], load: chats },
	{ pattern: '/people/:id', screen: 'person', areas: ['people', 'talk', 'records'], load: person },
	{ pattern: '/people/:id/:tab', screen: 'person', areas: ['people', 'talk', 'records'], load: person },
	{ pattern: '/inbox/:group', screen: 'inbox', areas: ['inbox', 'channels'], load: inbox },
	{ pattern: '/inbox/:group/:id', screen: 'inbox', areas: ['inbox', 'channels'], load: inbox },
	{ pattern: '/contacts', screen: 'contacts', areas: ['inbox', 'channels', 'merging'], load: () => import('./screens/inbox/Contacts.svelte') },
	{ pattern: '/contacts/:id', screen: 'contacts', areas: ['inbox', 'channels', 'merging'], load: () => import('./screens/inbox/Contacts.svelte') },
	{ pattern: '/saved', screen: 'saved', areas: ['talk'], load: () => import('./screens/chats/Saved.svelte') },
	{ pattern: '/g/:token', screen: 'join-group', areas: ['talk'], load: () => import('./screens/chats/JoinGroup.svelte') },
	{ pattern: '/tasks', screen: 'tasks', areas: ['records'], load: tasks },
	{ pattern: '/tasks/board', screen: 'board', areas: ['records'], load: () => import('./screens/records/Board.svelte') },
	{ pattern: '/tasks/:id', screen: 'tasks', areas: ['records'], load: tasks },
	{ pattern: '/tables', screen: 'tables', areas: ['records'], load: tables },
	{ pattern: '/tables/:id', screen: 'tables', areas: ['records'], load: tables },
	{ pattern: '/reminders', screen: 'reminders', areas: ['reminders'], load: () => import('./screens/reminders/Reminders.svelte') },
	{ pattern: '/t/:id', screen: 'thread', areas: [], load: () => import('./screens/shell/OpenThread.svelte') },
	{ pattern: '/print/:id', screen: 'print', areas: ['talk', 'inbox', 'print'], outside: true, load: () => import('./screens/print/Transcript.svelte') },
	{ pattern: '/settings/*', screen: 'settings', areas: ['settings', 'channels', 'delivery', 'links'], load: settings },
	{ pattern: '/setup', screen: 'setup', areas: ['entry'], outside: true, load: () => import('./screens/entry/Setup.svelte') },
	{ pattern: '/sign-in', screen: 'sign-in', areas: ['entry'], outside: true, load: signIn },
	{ pattern: '/panel/sign-in', screen: 'sign-in', areas: ['entry'], outside: true, load: signIn },
	{ pattern: '/panel/*', screen: 'panel', areas: ['people', 'talk'], outside: true, load: panel },
	{ pattern: '/join/:token', screen: 'join', areas: ['entry'], outside: true, load: () => import('./screens/entry/Join.svelte') },
];
const nowhere: RouteDefinition = { pattern: '', screen: 'nowhere', areas: ['settings'], load: () => import('./screens/shell/NothingHere.svelte') };
const moved: Record<string, string> = { '/': '/chats', '/inbox': '/inbox/my', '/index.html': '/chats' };

/** Matches a path against a pattern: `:name` takes one segment, a last `*` takes the rest, which may be nothing. */
export function match(pattern: string, path: string): Params | null {
	const want = pattern.split('/');
	const have = path.replace(/(.)\/$/, '$1').split('/');
	if (want.at(-1) !== '*' && want.length !== have.length) return null;
	const params: Params = {};
	for (const [at, part] of want.entries()) {
		if (part === '*') {
			params.rest = have.slice(at).join('/');
			return params;
		}
		const value = have[at];
		if (value === undefined) return null;
		if (part.startsWith(':')) {
			if (!value) return null;
			try {
				params[part.slice(1)] = decodeURIComponent(value);
			} catch {
				return null; // broken escapes are an address of nothing
			}
		} else if (part !== value) return null;
	}
	return params;
}

/** The definition and the parameters for a path; what is not ours has a screen that says so. */
export function find(path: string): [RouteDefinition, Params] {
	for (const definition of routes) {
		const params = match(definition.pattern, path);
		if (params && (!params.group || groups.includes(params.group) || /^[vf]-./.test(params.group))) return [definition, params];
	}
	return [nowhere, {}];
}

let current = $state.raw<Route | null>(null);
let failed = $state(false);
let asked = 0;
const opened = new Map<Load, Component<{ params: Params }>>();

export const router = {
	/** The screen on show; null until the first one has loaded. */
	get route(): Route | null {
		return current;
	},
	/** A chunk could not be fetched (no network, or the server was upgraded under us). */
	get failed(): boolean {
		return failed;
	},
	get path(): string {
		return current?.path ?? '';
	},
};

async function show(url: URL): Promise<void> {
	const turn = (asked += 1);
	const path = moved[url.pathname] ?? url.pathname;
	if (path !== url.pathname) history.replaceState(history.state, '', path + url.search);
	const [definition, params] = find(path);
	let component = opened.get(definition.load);
	if (!component) {
		try {
			const [loaded] = await Promise.all([definition.load(), loadAreas(...definition.areas)]);
			component = loaded.default;
			opened.set(definition.load, component);
		} catch {
			if (turn === asked) failed = true;
			return;
		}
		if (turn !== asked) return;
	}
	failed = false;
	current = { screen: definition.screen, outside: definition.outside ?? false, path, params, query: url.searchParams, component };
}

/** Begins to fetch the chunk of a path before anybody needs it. */
export function warm(path: string): void {
	const [definition] = find(moved[path] ?? path);
	definition.load().catch(() => {}); // the real visit will say what is wrong
}

/** Goes to a path of ours. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
	const inside = inPanel() ? panelPath(to) : to;
	// what the Panel does not have opens in the application
	if (inside === null) return void open(to, '_blank', 'noopener');
	const url = new URL(inside, location.origin);
	if (url.href !== location.href) history[replace ? 'replaceState' : 'pushState']({ depth: (history.state?.depth ?? 0) + (replace ? 0 : 1) }, '', url);
	void show(url);
}

/** One step back if the step before was ours, else to the given path. */
export function back(otherwise: string): void {
	if ((history.state?.depth ?? 0) > 0) history.back();
	else navigate(otherwise, { replace: true });
}

/** Starts listening; ordinary `<a href="/…">` links are followed without a reload. */
export function startRouter(): Promise<void> {
	addEventListener('popstate', () => void show(new URL(location.href)));
	document.addEventListener('click', (event) => {
		if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		const link = (event.target as Element).closest?.('a');
		if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
		event.preventDefault();
		navigate(link.pathname + link.search);
	});
	return show(new URL(location.href));
}
