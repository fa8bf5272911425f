// Makes UUIDv7 ids: the visitor's message is named before it leaves, so that a repeat is never a second message.

export function uuid7(now: number = Date.now(), random: (bytes: Uint8Array) => Uint8Array = fill): string {
	const bytes = random(new Uint8Array(16));
	let rest = now;
	for (let i = 5; i >= 0; i--) {
		bytes[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
	bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
	const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function fill(bytes: Uint8Array): Uint8Array {
	// Not crypto.randomUUID: that one is missing on plain http pages.
	return crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
}
