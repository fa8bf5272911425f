// Something fetched for one screen: its value, or why it is not there, and the way to ask again.

export class Resource<T> {
	value = $state.raw<T | undefined>();
	error = $state.raw<unknown>(null);
	private turn = 0;

	constructor(private readonly fetch: () => Promise<T>) {
		void this.reload();
	}

	/** Asks again; what was on the screen stays until the answer. */
	async reload(): Promise<void> {
		const turn = (this.turn += 1);
		try {
			const value = await this.fetch();
			if (turn !== this.turn) return;
			this.value = value;
			this.error = null;
		} catch (error) {
			if (turn === this.turn) this.error = error;
		}
	}
}
