// What the widget remembers: in memory only, until the visitor has written; from then on in localStorage.

export class Keeper {
	private readonly memory = new Map<string, string>();
	private durable = false;

	constructor(
		private readonly prefix: string,
		private disk: Storage | null,
	) {
		for (const key of this.diskKeys()) {
			const value = this.read(key);
			if (value !== null) this.memory.set(key, value);
		}
		this.durable = this.memory.size > 0;
	}

	get(key: string): string | null {
		return this.memory.get(key) ?? null;
	}

	set(key: string, value: string): void {
		this.memory.set(key, value);
		if (this.durable) this.write(key, value);
	}

	remove(key: string): void {
		this.memory.delete(key);
		try {
			this.disk?.removeItem(this.prefix + key);
		} catch {
			// A browser that forbids storage also has nothing of ours to remove.
		}
	}

	keys(start: string): string[] {
		return [...this.memory.keys()].filter((key) => key.startsWith(start)).sort();
	}

	/** Everything is forgotten, here and on the disk; what comes is kept on another disk at once, or as at first. */
	begin(disk: Storage | null, durable: boolean): void {
		for (const key of [...this.memory.keys(), ...this.diskKeys()]) this.remove(key);
		this.disk = disk;
		this.durable = durable;
	}

	/** The visitor has written: everything held so far may go to disk. */
	persist(): void {
		if (this.durable) return;
		this.durable = true;
		for (const [key, value] of this.memory) this.write(key, value);
	}

	private diskKeys(): string[] {
		try {
			return Object.keys(this.disk ?? {})
				.filter((key) => key.startsWith(this.prefix))
				.map((key) => key.slice(this.prefix.length));
		} catch {
			return [];
		}
	}

	private read(key: string): string | null {
		try {
			return this.disk?.getItem(this.prefix + key) ?? null;
		} catch {
			return null;
		}
	}

	private write(key: string, value: string): void {
		try {
			this.disk?.setItem(this.prefix + key, value);
		} catch {
			// Storage is full or forbidden: the talk goes on from memory.
		}
	}
}

/** Where a visitor whom the site signed in is kept: gone with the tab, so the next one at a shared computer finds nothing. */
export function shortDisk(): Storage | null {
	try {
		return window.sessionStorage;
	} catch {
		return null;
	}
}

/** Even naming window.localStorage throws when a browser blocks it. */
export function disk(): Storage | null {
	try {
		return window.localStorage;
	} catch {
		return null;
	}
}
