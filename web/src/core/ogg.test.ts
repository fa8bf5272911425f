// Every packet that was recorded is in the Ogg file, in order, on pages whose sums are right.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { samples, toOgg } from './ogg';

const size = (n: number) => [0x10 | ((n >>> 24) & 15), (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const element = (id: number[], body: number[]) => [...id, ...size(body.length), ...body];
const head = [...new TextEncoder().encode('OpusHead'), 1, 1, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0];
function webm(packets: number[][]): Blob {
	const tracks = element([0x16, 0x54, 0xae, 0x6b], element([0xae], [...element([0xd7], [1]), ...element([0x63, 0xa2], head)]));
	// a recorder does not know how long it will record: both sizes are unknown
	const cluster = [0x1f, 0x43, 0xb6, 0x75, 0x01, 255, 255, 255, 255, 255, 255, 255, ...element([0xe7], [0]), ...packets.flatMap((one) => element([0xa3], [0x81, 0, 0, 0x80, ...one]))];
	return new Blob([new Uint8Array([...element([0x1a, 0x45, 0xdf, 0xa3], [0x42, 0x82, 0x84, 0x77, 0x65, 0x62, 0x6d]), 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255, ...tracks, ...cluster])]);
}
/** Reads pages as their format says (RFC 3533), written apart from what is tested. */
function packetsOf(bytes: Uint8Array): { packets: number[][]; granule: bigint; kinds: number[] } {
	const packets: number[][] = [];
	const kinds: number[] = [];
	let granule = 0n;
	for (let at = 0; at < bytes.length; ) {
		const view = new DataView(bytes.buffer, at);
		expect(String.fromCharCode(...bytes.slice(at, at + 4))).toBe('OggS');
		kinds.push(bytes[at + 5]!);
		granule = view.getBigUint64(6, true);
		const lacing = [...bytes.slice(at + 27, at + 27 + bytes[at + 26]!)];
		let from = at + 27 + lacing.length;
		let length = 0;
		for (const one of lacing) {
			length += one;
			if (one === 255) continue;
			packets.push([...bytes.slice(from, from + length)]);
			from += length;
			length = 0;
		}
		let sum = 0;
		for (let n = at; n < from; n += 1) {
			sum ^= (n >= at + 22 && n < at + 26 ? 0 : bytes[n]!) << 24;
			for (let bit = 0; bit < 8; bit += 1) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
		}
		expect(sum >>> 0).toBe(view.getUint32(22, true));
		at = from;
	}
	return { packets, granule, kinds };
}

it('S2-15 keeps every packet, whatever its length, and counts the samples', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 700 }), { minLength: 1, maxLength: 130 }), async (packets) => {
			const { packets: found, granule, kinds } = packetsOf(new Uint8Array(await (await toOgg(webm(packets))).arrayBuffer()));
			expect(found.slice(2)).toEqual(packets);
			expect(found[0]).toEqual(head);
			expect(Number(granule)).toBe(packets.reduce((sum, one) => sum + samples(new Uint8Array(one)), 0));
			expect([kinds[0], kinds.at(-1)]).toEqual([2, 4]);
		}),
		{ numRuns: 40 },
	);
});
it('refuses what is no Opus in WebM', async () => {
	await expect(toOgg(new Blob(['ID3 something else']))).rejects.toThrow();
	await expect(toOgg(new Blob([]))).rejects.toThrow();
	expect([0x00, 0x08, 0x78, 0x79, 0xfb].map((toc) => samples(new Uint8Array([toc, 3])))).toEqual([480, 960, 960, 1920, 2880]);
});
