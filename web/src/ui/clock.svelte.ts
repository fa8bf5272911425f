// The time of now as state: grows once a minute, and only while somebody looks at it.
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
	const timer = setInterval(update, 15_000);
	return () => clearInterval(timer);
});
let fixed: number | null = null;
/** Stops the clock at a moment, for the gallery and its screenshots. */
export function fixClock(at: number): void {
	fixed = at;
}
export const clock = {
	/** Now, fresh to about 15 seconds; reading it in a template keeps the template fresh. */
	get minute(): number {
		subscribe();
		return fixed ?? Date.now();
	},
	get now(): number {
		return fixed ?? Date.now();
	},
};
