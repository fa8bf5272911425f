// What must be asked or said until the server has answered: a line that breaks in between may not leave a page wrong for good.
export interface OwedParts {
	/** Whether asking again is of no use: the server has decided. */
	final(error: unknown): boolean;
	wait(ms: number): { done: Promise<void>; wake: () => void };
}
type Task = () => Promise<unknown>;
const pauses = [1000, 3000, 8000, 20_000];

export class Owed {
	private readonly tasks = new Map<string, Task>();
	private readonly running = new Set<string>();
	private readonly waiting = new Set<() => void>();

	constructor(private readonly parts: OwedParts) {}

	/** Does it, until it is done; a later one under the same name takes its place, and comes after what runs. */
	add(name: string, task: Task): void {
		this.tasks.set(name, task);
		void this.run(name);
	}
	/** The line is back: nobody waits out a pause. */
	wake(): void {
		for (const wake of [...this.waiting]) wake();
	}
	get size(): number {
		return this.tasks.size;
	}
	private async run(name: string): Promise<void> {
		if (this.running.has(name)) return;
		this.running.add(name);
		let losses = 0;
		for (let task = this.tasks.get(name); task; task = this.tasks.get(name)) {
			const done = await task().then(() => true, this.parts.final);
			if (done) {
				losses = 0;
				if (this.tasks.get(name) === task) this.tasks.delete(name);
				continue;
			}
			losses += 1;
			const { done: over, wake } = this.parts.wait(pauses[Math.min(losses, pauses.length) - 1]!);
			this.waiting.add(wake);
			await over;
			this.waiting.delete(wake);
		}
		this.running.delete(name);
	}
}
