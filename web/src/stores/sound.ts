// Four own sounds made on the spot: soft marimba-like tones, so that no file has to be loaded.
type Name = 'message' | 'mention' | 'queue' | 'trouble';

let context: AudioContext | null = null;
const last = new Map<string, number>();
const notes: Record<Name, [frequency: number, at: number, length: number][]> = {
	message: [[659, 0, 0.18], [880, 0.09, 0.28]],
	mention: [[784, 0, 0.14], [1047, 0.09, 0.14], [1319, 0.18, 0.34]],
	queue: [[523, 0, 0.2], [659, 0.13, 0.2], [523, 0.26, 0.34]],
	trouble: [[440, 0, 0.2], [349, 0.14, 0.36]],
};

/** Browsers give sound only after a gesture; the first one anywhere on the page opens it. */
export function unlockSound(): void {
	context ??= new AudioContext();
	if (context.state === 'suspended') void context.resume();
}
/** A burst in one chat is one sound per three seconds. */
export function play(name: Name, burst: string): void {
	const now = Date.now();
	if (now - (last.get(burst) ?? 0) < 3000) return;
	last.set(burst, now);
	if (!context || context.state !== 'running') return;
	for (const [frequency, at, length] of notes[name]) {
		const start = context.currentTime + at;
		for (const [times, loudness] of [[1, 0.16], [4, 0.025]] as const) {
			const tone = context.createOscillator();
			const gain = context.createGain();
			tone.type = 'sine';
			tone.frequency.value = frequency * times;
			gain.gain.setValueAtTime(0, start);
			gain.gain.linearRampToValueAtTime(loudness, start + 0.008);
			gain.gain.exponentialRampToValueAtTime(0.0001, start + length / times ** 0.5);
			tone.connect(gain).connect(context.destination);
			tone.start(start);
			tone.stop(start + length + 0.05);
		}
	}
}
