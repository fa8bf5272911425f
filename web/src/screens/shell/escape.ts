// On a phone Esc goes one step back: what lies over the chat closes first, then the chat gives way to its list.
import { ui } from '../../stores/ui.svelte';

/** Listens until the returned function is called; menus and dialogs keep their Esc to themselves. */
export function stepBack(leave: () => void): () => void {
	let over = false;
	// seen before the message field closes the pane with the same key
	const look = () => (over = ui.context !== null);
	const act = (event: KeyboardEvent) => {
		if (event.key !== 'Escape' || event.defaultPrevented || !ui.narrow) return;
		if (over) ui.context = null;
		else leave();
	};
	addEventListener('keydown', look, true);
	addEventListener('keydown', act);
	return () => {
		removeEventListener('keydown', look, true);
		removeEventListener('keydown', act);
	};
}
