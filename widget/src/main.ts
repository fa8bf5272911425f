// The entry: finds its own script tag, starts the widget once, and gives the page `window.Beseda`.
import { App, type Events } from './app';
import type { Contact } from './types';

declare global {
	interface Window {
		Beseda?: {
			open: () => void;
			close: () => void;
			identify: (contact: Contact) => void;
			on: <E extends keyof Events>(event: E, listener: (detail: Events[E]) => void) => () => void;
		};
	}
}

const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset['key'];

if (script && key && !window.Beseda) {
	const app = new App(new URL(script.src).origin, key);
	window.Beseda = {
		open: () => app.toggle(true),
		close: () => app.toggle(false),
		identify: (contact) => app.identify(contact),
		on: (event, listener) => app.on(event, listener),
	};
	const begin = (): void => {
		app.start().catch((error: unknown) => console.warn('Beseda: the chat did not start.', error));
	};
	if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin, { once: true });
	else begin();
	window.dispatchEvent(new Event('beseda:ready'));
}
