// Opus out of WebM into Ogg, packet by packet: messengers play a voice message only from Ogg (RFC 7845), Chromium records WebM.

/** Elements of WebM that hold others we look into; all else is passed over. */
const HOLDERS = new Set([0x18538067, 0x1654ae6b, 0xae, 0x1f43b675, 0xa0]);
const PRIVATE = 0x63a2;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
const PACKETS_A_PAGE = 50; // about a second

/** A number of EBML: its first byte tells how many follow. */
function number(bytes: Uint8Array, at: number, marker: boolean): { value: number; next: number; unknown: boolean } {
	const first = bytes[at] ?? 0;
	const length = Math.clz32(first) - 23;
	if (length > 8) throw new Error('no EBML');
	let value = marker ? first : first & (0xff >> length);
	let full = (first & (0xff >> length)) === 0xff >> length;
	for (let n = 1; n < length; n += 1) {
		value = value * 256 + (bytes[at + n] ?? 0);
		full &&= bytes[at + n] === 0xff;
	}
	return { value, next: at + length, unknown: full };
}
function read(bytes: Uint8Array): { head: Uint8Array | null; packets: Uint8Array[] } {
	let head: Uint8Array | null = null;
	const packets: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; ) {
		const id = number(bytes, at, true);
		const size = number(bytes, id.next, false);
		const end = size.unknown ? bytes.length : size.next + size.value;
		if (HOLDERS.has(id.value)) {
			at = size.next;
			continue;
		}
		if (id.value === PRIVATE) head = bytes.slice(size.next, end);
		// a block: track, two bytes of time, flags, then the packet
		if (id.value === SIMPLE_BLOCK || id.value === BLOCK) packets.push(bytes.slice(number(bytes, size.next, false).next + 3, Math.min(end, bytes.length)));
		at = end;
	}
	return { head, packets };
}
/** Samples at 48 kHz in a packet, by its first bytes (RFC 6716, 3.1). */
export function samples(packet: Uint8Array): number {
	const [toc = 0, count = 0] = packet;
	const config = toc >> 3;
	const frame = config < 12 ? [480, 960, 1920, 2880][config & 3]! : config < 16 ? [480, 960][config & 1]! : [120, 240, 480, 960][config & 3]!;
	const code = toc & 3;
	return frame * (code === 0 ? 1 : code === 3 ? count & 63 : 2);
}
const table = Uint32Array.from({ length: 256 }, (_, n) => {
	let sum = n << 24;
	for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
	return sum >>> 0;
});
function crc(bytes: Uint8Array): number {
	let sum = 0;
	for (const byte of bytes) sum = ((sum << 8) ^ table[((sum >>> 24) ^ byte) & 0xff]!) >>> 0;
	return sum;
}
function page(packets: readonly Uint8Array[], kind: number, granule: number, place: number): Uint8Array<ArrayBuffer> {
	const lacing = packets.flatMap((one) => [...Array<number>(Math.floor(one.length / 255)).fill(255), one.length % 255]);
	const size = packets.reduce((sum, one) => sum + one.length, 0);
	const out = new Uint8Array(27 + lacing.length + size);
	const view = new DataView(out.buffer);
	out.set(new TextEncoder().encode('OggS'));
	out[5] = kind;
	view.setBigUint64(6, BigInt(granule), true);
	view.setUint32(14, 0x42657365, true);
	view.setUint32(18, place, true);
	out[26] = lacing.length;
	out.set(lacing, 27);
	let at = 27 + lacing.length;
	for (const one of packets) {
		out.set(one, at);
		at += one.length;
	}
	view.setUint32(22, crc(out), true);
	return out;
}
/** The same sound in Ogg; throws when it is no Opus in WebM. */
export async function toOgg(webm: Blob): Promise<Blob> {
	const { head, packets } = read(new Uint8Array(await webm.arrayBuffer()));
	if (!head || new TextDecoder().decode(head.slice(0, 8)) !== 'OpusHead' || !packets.length) throw new Error('no Opus');
	const vendor = new TextEncoder().encode('Beseda');
	const tags = new Uint8Array(8 + 4 + vendor.length + 4);
	tags.set(new TextEncoder().encode('OpusTags'));
	new DataView(tags.buffer).setUint32(8, vendor.length, true);
	tags.set(vendor, 12);
	const pages = [page([head], 2, 0, 0), page([tags], 0, 0, 1)];
	let granule = 0;
	let waiting: Uint8Array[] = [];
	let segments = 0;
	for (const [n, packet] of packets.entries()) {
		waiting.push(packet);
		segments += Math.floor(packet.length / 255) + 1;
		granule += samples(packet);
		const last = n === packets.length - 1;
		const next = Math.floor((packets[n + 1]?.length ?? 0) / 255) + 1;
		if (!last && waiting.length < PACKETS_A_PAGE && segments + next <= 255) continue;
		pages.push(page(waiting, last ? 4 : 0, granule, pages.length));
		waiting = [];
		segments = 0;
	}
	return new Blob(pages, { type: 'audio/ogg' });
}
