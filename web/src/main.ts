// The start of the UI: language, session, router, then the first screen.
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import { get, whenSignedOut } from './api/client';
import App from './App.svelte';
import { inPanel } from './core/surface';
import { guessLanguage, setLanguage, t } from './i18n';
import { navigate, router, startRouter, warm } from './router.svelte';
import { session } from './stores/session.svelte';
import { dismissAbout, toast } from './ui/overlays.svelte';

const outside = /^\/(setup|sign-in|join\/.*)$/;

async function start(): Promise<void> {
	const target = document.getElementById('app')!;
	// the Panel is a program of its own: it is installed by itself
	if (inPanel()) document.querySelector('link[rel=manifest]')?.setAttribute('href', '/panel.webmanifest');
	warm(location.pathname);
	const signedIn = session.load().catch(() => null);
	await setLanguage(guessLanguage());
	const known = await signedIn;
	if (known === null) {
		mount(App, { target, props: { unreachable: true } });
		return;
	}
	if (!known && !inPanel() && !outside.test(location.pathname)) {
		const { needed } = await get<{ needed: boolean }>('/setup').catch(() => ({ needed: false }));
		const next = location.pathname === '/' ? '' : `?next=${encodeURIComponent(location.pathname + location.search)}`;
		history.replaceState(null, '', needed ? '/setup' : `/sign-in${next}`);
	}
	whenSignedOut(() => {
		if (inPanel() && session.signedIn) location.reload();
		if (router.route && !router.route.outside) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
	});
	// a part that could not be fetched must not be a button that does nothing
	addEventListener('vite:preloadError', () => (dismissAbout('part'), toast(t('part-missing'), { kind: 'bad', about: 'part', action: { label: t('reload'), run: () => location.reload() } })));
	if (known && /^(\/panel)?\/sign-in$/.test(location.pathname)) navigate('/chats', { replace: true });
	await startRouter();
	mount(App, { target });
	if (known && !inPanel()) setTimeout(() => warm('/inbox/my'), 1500);
	if ('serviceWorker' in navigator && import.meta.env.PROD) {
		void keepShell().catch(() => {}); // without the worker a page needs the server to start
		if (known) setTimeout(() => void keepParts().catch(() => {}), 8000); // what could not be kept now is kept another time
		// a click on a push notice opens its thread in the page that is there
		navigator.serviceWorker.addEventListener('message', (event: MessageEvent<{ type?: string; url?: string }>) => {
			if (event.data.type === 'open' && event.data.url) navigate(event.data.url);
		});
	}
}

/** The worker came after the parts of its first page: it is told which they were, so that the next start may do without the network. */
async function keepShell(): Promise<void> {
	const first = navigator.serviceWorker.controller === null;
	await navigator.serviceWorker.register('/sw.js');
	if (!first) return;
	const { active } = await navigator.serviceWorker.ready;
	const parts = performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname);
	active?.postMessage({ type: 'keep', paths: ['/', ...new Set(parts.filter((path) => path.startsWith('/assets/')))] });
}

/** What was not opened yet has to be there without a network as well; it is fetched once the first screen has had its time. */
async function keepParts(): Promise<void> {
	const { saveData } = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection ?? {};
	if (saveData) return;
	const { active } = await navigator.serviceWorker.ready;
	const answer = await fetch('/parts.json');
	if (answer.ok) active?.postMessage({ type: 'parts', paths: await answer.json() });
}

void start();
