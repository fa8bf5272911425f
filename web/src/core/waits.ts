// A pause that can be cut short.
export function waits(ms: number): { done: Promise<void>; wake: () => void } {
	let wake = () => {};
	const done = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		wake = () => {
			clearTimeout(timer);
			resolve();
		};
	});
	return { done, wake };
}
