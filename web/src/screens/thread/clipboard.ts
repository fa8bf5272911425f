// What lies in the clipboard, for those who do not press Ctrl+V.

/** A longer text is offered as a file. */
export const LONG_PASTE = 4000;
export const asText = (text: string, name: string): File => new File([text], `${name}.txt`, { type: 'text/plain' });

export async function fromClipboard(): Promise<{ files: File[]; text: string }> {
	const files: File[] = [];
	let text = '';
	for (const item of await navigator.clipboard.read()) {
		const picture = item.types.find((one) => one.startsWith('image/'));
		if (picture) files.push(new File([await item.getType(picture)], `${new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '-')}.${picture.slice(6)}`, { type: picture }));
		else if (item.types.includes('text/plain')) text += await (await item.getType('text/plain')).text();
	}
	return { files, text };
}
