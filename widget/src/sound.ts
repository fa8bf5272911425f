// The soft two-note sign of a new message, made on the spot so that no sound file has to be fetched.

let context: AudioContext | null = null;

export function chime(): void {
	try {
		context ??= new AudioContext();
		// Before the visitor's first touch of the page browsers keep it suspended; then silence is right.
		if (context.state === 'suspended') void context.resume();
		const start = context.currentTime;
		note(context, 659.25, start);
		note(context, 880, start + 0.11);
	} catch {
		// No sound device: the badge says the same.
	}
}

function note(audio: AudioContext, frequency: number, at: number): void {
	const tone = audio.createOscillator();
	const volume = audio.createGain();
	tone.type = 'sine';
	tone.frequency.value = frequency;
	volume.gain.setValueAtTime(0, at);
	volume.gain.linearRampToValueAtTime(0.06, at + 0.02);
	volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
	tone.connect(volume).connect(audio.destination);
	tone.start(at);
	tone.stop(at + 0.4);
}
