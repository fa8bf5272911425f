// The gallery: the real app on fixtures. `?path=/chats/…&lang=ru&theme=dark&state=offline&do=note` chooses what is shown.
import '../src/styles/tokens.css';
import '../src/styles/base.css';
import { mount } from 'svelte';
import App from '../src/App.svelte';
import { setLanguage } from '../src/i18n';
import { startRouter } from '../src/router.svelte';
import { session } from '../src/stores/session.svelte';
import { ui } from '../src/stores/ui.svelte';
import { fixClock } from '../src/ui/clock.svelte';
import { toast } from '../src/ui/overlays.svelte';
import { company, NOW } from './fixtures';
import Parts from './Parts.svelte';
import { pretend } from './server';

const asked = new URLSearchParams(location.search);
const language = asked.get('lang') === 'en' ? 'en' : 'ru';
const made = company(language);
Object.assign(made.me.preferences, { theme: asked.get('theme') ?? 'light', density: asked.get('density') ?? 'regular' });
fixClock(NOW);
const server = pretend(made, asked.get('state') ?? '');
const target = document.getElementById('app')!;

async function start(): Promise<void> {
	await setLanguage(language);
	if (asked.has('parts')) {
		await session.load();
		session.setPeople(made.people, made.departments);
		mount(Parts, { target });
		return;
	}
	if (!asked.has('outside')) await session.load();
	history.replaceState(null, '', asked.get('path') ?? '/chats');
	await startRouter();
	mount(App, { target });
	Object.assign(window, { frame: server.frame, company: made });
	ui.measure(innerWidth);
	const context = asked.get('context') ?? (ui.wide ? 'info' : 'none');
	ui.context = context === 'none' ? null : (context as 'info' | 'search');
	const open = asked.get('open');
	if (open) ui.open = open as 'palette';
	if (asked.has('toast')) toast(made.w.notices[0]![0]!, { detail: made.w.notices[0]![1]!, action: { label: '↗', run: () => {} }, lasting: 60_000 });
	if (asked.has('typing')) setTimeout(() => server.frame({ type: 'typing', thread_id: made.clients[0]!.id, person_id: null, name: made.clients[0]!.contact.name, hidden: false }), 300);
	if (asked.has('viewing')) setTimeout(() => server.frame({ type: 'viewing', thread_id: made.clients[0]!.id, person_ids: [made.people[0]!.id, made.people[1]!.id], drafting_ids: [made.people[1]!.id] }), 300);
}
void start();
