// How loud a recording is along its length, in so many bars.

/** The loudest of each stretch, from 0 to 100; the whole is stretched so that a quiet voice is seen too. */
export function bars(levels: readonly number[], count = 60): number[] {
	if (!levels.length) return [];
	const most = Math.max(...levels, 0.05);
	return Array.from({ length: Math.min(count, levels.length) }, (_, n, size = Math.min(count, levels.length)) => {
		const stretch = levels.slice(Math.floor((n * levels.length) / size), Math.max(Math.floor(((n + 1) * levels.length) / size), Math.floor((n * levels.length) / size) + 1));
		return Math.max(0, Math.min(100, Math.round((Math.max(...stretch) / most) * 100)));
	});
}
/** Samples of one channel as a WAV file: what every browser plays, with seeking and speeds. */
export function wav(samples: Float32Array, rate: number): Blob {
	const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
	const word = (at: number, text: string) => [...text].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
	word(0, 'RIFF');
	view.setUint32(4, 36 + samples.length * 2, true);
	word(8, 'WAVEfmt ');
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, rate, true);
	view.setUint32(28, rate * 2, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	word(36, 'data');
	view.setUint32(40, samples.length * 2, true);
	for (const [n, sample] of samples.entries()) view.setInt16(44 + n * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
	return new Blob([view.buffer], { type: 'audio/wav' });
}
