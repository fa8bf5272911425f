// A zip with its files as they are, as archives of other messengers come; written by hand, so that no library is needed for it.
const table = Array.from({ length: 256 }, (_, n) => {
	let one = n;
	for (let bit = 0; bit < 8; bit += 1) one = one & 1 ? (one >>> 1) ^ 0xedb88320 : one >>> 1;
	return one >>> 0;
});
function checksum(bytes) {
	let sum = 0xffffffff;
	for (const byte of bytes) sum = table[(sum ^ byte) & 0xff] ^ (sum >>> 8);
	return (sum ^ 0xffffffff) >>> 0;
}

/** `files`: name → text, bytes, or something to be written as JSON. */
export function zip(files) {
	const parts = [];
	const list = [];
	let at = 0;
	for (const [name, content] of Object.entries(files)) {
		const called = Buffer.from(name);
		const bytes = Buffer.isBuffer(content) ? content : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
		const head = Buffer.alloc(26);
		head.writeUInt16LE(20, 0); // the version needed
		head.writeUInt16LE(0x0800, 2); // names are UTF-8
		head.writeUInt32LE(checksum(bytes), 10);
		head.writeUInt32LE(bytes.length, 14);
		head.writeUInt32LE(bytes.length, 18);
		head.writeUInt16LE(called.length, 22);
		const entry = Buffer.alloc(18);
		entry.writeUInt32LE(at, 14);
		list.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), head.subarray(0, 26), entry.subarray(4), called]));
		const file = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, called, bytes]);
		parts.push(file);
		at += file.length;
	}
	const directory = Buffer.concat(list);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 0, 'latin1');
	end.writeUInt16LE(list.length, 8);
	end.writeUInt16LE(list.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(at, 16);
	return Buffer.concat([...parts, directory, end]);
}
