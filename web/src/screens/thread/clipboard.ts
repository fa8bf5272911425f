// What lies in the clipboard, for those who do not press Ctrl+V.
import { dayOf, timeOf } from '../../core/calendar';

/** A longer text is offered as a file. */
export const LONG_PASTE = 4000;
export const asText = (text: string, name: string): File => new File([text], `${name}.txt`, { type: 'text/plain' });

/** Now, by the clock of this person, as a file may be called: `2026-11-30 01-22`. */
export const stamp = (): string => `${dayOf(Date.now())} ${timeOf(Date.now()).replace(':', '-')}`;

export async function fromClipboard(): Promise<{ files: File[]; text: string }> {
	const files: File[] = [];
	let text = '';
	for (const item of await navigator.clipboard.read()) {
		const picture = item.types.find((one) => one.startsWith('image/'));
		if (picture) files.push(new File([await item.getType(picture)], `${stamp()}.${picture.slice(6)}`, { type: picture }));
		else if (item.types.includes('text/plain')) text += await (await item.getType('text/plain')).text();
	}
	return { files, text };
}
