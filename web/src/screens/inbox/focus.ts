// Keeps the keyboard's place: an act may take away the very thing that had the focus, and the keyboard must not stand nowhere.
import { tick } from 'svelte';

const places = ['[data-region="composer"] textarea:not(:disabled)', '[data-region="log"]', '[data-region="list"] [data-row][aria-current]', '[data-region="list"] [data-row]', '[data-region="list"] input'];

/** A focus that has fallen on nothing goes where the work goes on: the composer, the thread, the list. */
export async function saveFocus(): Promise<void> {
	await tick();
	if (document.activeElement && document.activeElement !== document.body) return;
	for (const place of places) {
		const found = [...document.querySelectorAll<HTMLElement>(place)].find((one) => one.checkVisibility());
		// a finger has no place to lose, and a field would bring up its keyboard
		if (found && !(found.matches('input, textarea') && matchMedia('(pointer: coarse)').matches)) return found.focus();
	}
}
