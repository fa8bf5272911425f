// What is open in the frame: dialogs asked for by keys, and the panes as this device likes them.
type Dialog = 'palette' | 'search' | 'shortcuts' | 'notices' | 'new-chat' | 'connection' | 'status' | 'sms' | 'find-people';

let open = $state<Dialog | null>(null);
let asked = $state(''); // words the palette opens with
let person = $state<string | null>(null); // whom the open dialog is about
let listWidth = $state(Number(read('beseda.list')) || 320);
let width = $state(typeof innerWidth === 'number' ? innerWidth : 1440);
// where there is room for four panes, the fourth is open until it is closed
let context = $state<'info' | 'search' | 'files' | null>(width >= 1280 && read('beseda.context') !== 'none' ? 'info' : null);

function read(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}
function keep(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		// without storage the panes forget
	}
}

export const ui = {
	get open() {
		return open;
	},
	set open(to: Dialog | null) {
		open = to;
	},
	get asked() {
		return asked;
	},
	set asked(to: string) {
		asked = to;
	},
	get person() {
		return person;
	},
	set person(to: string | null) {
		person = to;
	},
	get context() {
		return context;
	},
	set context(to: 'info' | 'search' | 'files' | null) {
		context = to;
		if (to !== 'search' && to !== 'files' && width >= 1280) keep('beseda.context', to ?? 'none');
	},
	/** Four panes fit only from 1280 px; below, the context lies over the main pane and starts closed. */
	get wide() {
		return width >= 1280;
	},
	get narrow() {
		return width < 640;
	},
	get listWidth() {
		return listWidth;
	},
	set listWidth(to: number) {
		listWidth = Math.max(260, Math.min(420, to));
		keep('beseda.list', String(listWidth));
	},
	measure(to: number): void {
		width = to;
	},
};
