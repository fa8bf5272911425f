// A key with its modifiers as one word, by its place on the keyboard: `Space`, `Ctrl+KeyM` (L-84).
type Pressed = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

const alone = /^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/;

/** What was pressed; nothing while only modifiers are held. */
export function chordOf(event: Pressed): string | null {
	if (!event.code || alone.test(event.code)) return null;
	return [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', event.metaKey && 'Meta', event.code].filter(Boolean).join('+');
}

/** As assistive technology reads it: `Control+M`. */
export const ariaKeys = (chord: string): string => chord.replace('Ctrl', 'Control').replace(/\b(Key|Digit)(?=.$)/, '');

/** How it is written for people: `Ctrl M`; the space bar in the reader's language. */
export function chordWords(chord: string, space: string): string {
	return chord
		.split('+')
		.map((part) => (part === 'Space' ? space : part.replace(/^(Key|Digit)(?=.$)/, '')))
		.join(' ');
}
