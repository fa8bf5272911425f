// "Export this chat": the server is asked for an archive and watched until it is made; then the browser saves it.
import { fileUrl, get, post } from '../../api/client';
import type { Export } from '../../api/types';
import { loadAreas, t } from '../../i18n';
import { toast } from '../../ui/overlays.svelte';

const PAUSE = 800;

export async function exportChat(thread: string): Promise<void> {
	await loadAreas('moving');
	let made = await post<Export>('/exports', { thread_id: thread });
	toast(t('moving-chat-started'));
	while (made.state === 'running') {
		await new Promise((go) => setTimeout(go, PAUSE));
		made = await get<Export>(`/exports/${made.id}`);
	}
	if (!made.file_id) {
		toast(t('moving-chat-failed'));
		return;
	}
	const link = document.createElement('a');
	link.href = fileUrl(made.file_id, true);
	link.download = '';
	link.click();
	toast(t('moving-chat-done'));
}
