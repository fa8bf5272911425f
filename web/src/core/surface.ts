// Which surface of the product this window is: the application, or the Panel.

export const inPanel = (path: string = location.pathname): boolean => path === '/panel' || path.startsWith('/panel/');
/** Where an address of the application lies in the Panel; null: it is not there and wants a window of the application. */
export function panelPath(to: string): string | null {
	if (inPanel(to.split('?')[0])) return to;
	const [, kind, rest = ''] = /^\/(chats|t|inbox(?=\/(?:my|watched|queue)\b))(\/[^?]+(?:\?.*)?)?$/.exec(to) ?? [];
	if (kind) return `/panel/${kind === 'inbox' ? kind : 'chats'}${rest}`;
	return to === '/people' ? '/panel' : null;
}
/** Opens the Panel in a small window of its own, or brings forward the one that is open. */
export function openPanel(): void {
	window.open('/panel', 'beseda-panel', 'popup,width=400,height=720')?.focus();
}
