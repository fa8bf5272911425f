// A refusal in the person's words: the server's sentence when there is one, else ours.
import { ApiError } from '../api/client';
import { plainText } from '../i18n';
import { toast } from './overlays.svelte';

export function explain(error: unknown): string {
	if (!(error instanceof ApiError)) {
		// ours, and of no use to the person: it is left where an administrator who is asked finds it
		console.error(error);
		return plainText('error-unknown');
	}
	const { code, title, status, reference } = error.problem;
	if (code === 'network') return plainText('error-network');
	if (reference) return plainText('error-reference', { title, reference });
	if (code.startsWith('http-')) return status >= 500 ? plainText('error-server') : plainText('error-refused', { status: String(status) });
	return title;
}
/** Shows a refusal as a toast; for acts whose place on screen has no room for one. */
export function complain(error: unknown): void {
	if (error instanceof DOMException && error.name === 'AbortError') return;
	toast(explain(error), { kind: 'bad' });
}
