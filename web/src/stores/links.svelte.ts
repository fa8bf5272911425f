// How short links are set up: fetched when a screen first needs it, and again when somebody changes it.
import { get, patch } from '../api/client';
import type { LinkSettings } from '../api/types';
import { listen } from './sync.svelte';

class Links {
	settings = $state.raw<LinkSettings | null>(null);
	private asked: Promise<void> | null = null;

	constructor() {
		listen({ frames: (frames) => frames.some((one) => one.type === 'settings.changed' && one.what === 'links') && void this.reload() });
	}
	load(): Promise<void> {
		return (this.asked ??= this.reload());
	}
	async reload(): Promise<void> {
		try {
			this.settings = await get<LinkSettings>('/links/settings');
		} catch {
			this.asked = null; // asked again by whoever needs it next
		}
	}
	async change(to: Partial<Pick<LinkSettings, 'account_ids' | 'sites'>>): Promise<void> {
		this.settings = await patch<LinkSettings>('/links/settings', to);
	}
}
export const links = new Links();
