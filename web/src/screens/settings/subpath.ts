// What stands in the address after the section: the id of the thing that is open. Reactive.
import { router } from '../../router.svelte';

export function subpath(): string[] {
	return (router.route?.params.rest ?? '').split('/').slice(1).filter(Boolean);
}
