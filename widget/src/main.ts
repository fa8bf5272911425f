// The entry: finds its own script tag, starts the widget once, and gives the page `window.Beseda`.
import { App, type Events, type Who } from './app';

type Handle = ((...call: unknown[]) => unknown) & {
	/** Calls made before the script was here, in order. */
	q?: ArrayLike<unknown>[];
	ready?: true;
	open: () => void;
	close: () => void;
	identify: (who: Who) => void;
	reset: () => void;
	set: (facts: Record<string, unknown>) => void;
	on: <E extends keyof Events>(event: E, listener: (detail: Events[E]) => void) => () => void;
};

declare global {
	interface Window {
		Beseda?: Handle;
	}
}

const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset['key'];

if (script && key && !window.Beseda?.ready) {
	const { preview, whole, text, lang } = script.dataset;
	const app = new App(new URL(script.src).origin, key, { preview: preview !== undefined, whole: whole !== undefined, text: text ?? '', lang: lang ?? '' });
	const calls = {
		open: () => app.toggle(true),
		close: () => app.toggle(false),
		identify: (who: Who) => app.identify(who),
		reset: () => app.reset(),
		set: (facts: Record<string, unknown>) => app.set(facts),
		on: <E extends keyof Events>(event: E, listener: (detail: Events[E]) => void) => app.on(event, listener),
	};
	const call = (name: unknown, ...rest: unknown[]): unknown => {
		const known = Object.hasOwn(calls, String(name)) ? (calls[name as keyof typeof calls] as (...given: unknown[]) => unknown) : null;
		if (!known) return console.warn(`Beseda: there is no "${String(name)}".`);
		// "set" also takes one name and one value.
		return name === 'set' && typeof rest[0] === 'string' ? app.set({ [rest[0]]: rest[1] }) : known(...rest);
	};
	const waiting = window.Beseda?.q ?? [];
	window.Beseda = Object.assign(call, calls, { ready: true as const });
	for (const one of Array.from(waiting)) call(...(Array.from(one) as [unknown]));
	const begin = (): void => {
		app.start().catch((error: unknown) => console.warn('Beseda: the chat did not start.', error));
	};
	if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin, { once: true });
	else begin();
	window.dispatchEvent(new Event('beseda:ready'));
}
