// Identifiers made on this device: UUID version 7, so they sort by time; grows even within one millisecond.
let last = 0n;

export function uuid7(now = Date.now(), random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)): string {
	const bytes = random(new Uint8Array(10));
	let head = (BigInt(now) << 12n) | BigInt(((bytes[0]! << 8) | bytes[1]!) & 0x0fff);
	if (head <= last) head = last + 1n;
	last = head;
	const time = (head >> 12n).toString(16).padStart(12, '0');
	const rest = [...bytes.slice(2)].map((byte, at) => (at === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0')).join('');
	return `${time.slice(0, 8)}-${time.slice(8)}-7${(head & 0xfffn).toString(16).padStart(3, '0')}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
