// The way from the composer to a message with buttons under it.
import type { Capabilities, Id, ReplyRef } from '../../api/types';
import type { Uploading } from '../../core/uploads';
import { t } from '../../i18n';
import type { MenuItem } from '../../ui/overlays.svelte';
import type { Show } from './context';

/** What stands in the composer, and what the channel takes. */
export interface Written {
	id: Id;
	capabilities: Capabilities;
	source: string;
	files: readonly Uploading[];
	reply: ReplyRef | null;
	sent: () => void;
}

/** The item of the composer's menu; files still on their way cannot go with it. */
export const buttonsItem = (show: Show, written: Written): MenuItem => ({
	label: t('talk-buttons-add'),
	icon: 'keyboard',
	disabled: written.files.some((one) => !one.ref),
	run: () => show(import('./AddButtons.svelte'), { ...written }),
});
