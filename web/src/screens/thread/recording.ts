// Recording sound: what the browser gives, its loudness as it goes, and what was recorded when the microphone is lost.
import { bars } from '../../core/peaks';

export interface Recorded {
	blob: Blob;
	duration_ms: number;
	peaks: number[];
}
export type Trouble = 'none' | 'denied' | 'missing' | 'lost' | 'unsupported';
/** WebM is what Chromium and Firefox record, MP4 what WebKit does; the server takes all of them. */
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
const EVERY_MS = 60;

export class Recording {
	levels: number[] = [];
	private readonly chunks: Blob[] = [];
	private readonly began = performance.now();
	private ended = 0;
	private readonly timer: ReturnType<typeof setInterval>;
	private readonly result: Promise<Recorded>;

	private constructor(
		private readonly stream: MediaStream,
		private readonly recorder: MediaRecorder,
		private readonly context: AudioContext,
		changed: (levels: readonly number[]) => void,
		lost: () => void,
	) {
		const look = context.createAnalyser();
		look.fftSize = 1024;
		context.createMediaStreamSource(stream).connect(look);
		const samples = new Float32Array(look.fftSize);
		this.timer = setInterval(() => {
			look.getFloatTimeDomainData(samples);
			let sum = 0;
			for (const one of samples) sum += one * one;
			this.levels = [...this.levels, Math.min(1, Math.sqrt(sum / samples.length) * 3)];
			changed(this.levels);
		}, EVERY_MS);
		this.result = new Promise((resolve) => {
			recorder.ondataavailable = (event) => event.data.size && this.chunks.push(event.data);
			recorder.onstop = () => {
				this.close();
				resolve({ blob: new Blob(this.chunks, { type: recorder.mimeType.split(';')[0]! }), duration_ms: this.length, peaks: bars(this.levels) });
			};
		});
		for (const track of stream.getTracks())
			track.onended = () => {
				// pulled out or taken away: what was said until now is kept
				lost();
				if (recorder.state !== 'inactive') recorder.stop();
			};
		recorder.start(1000);
	}
	/** Asks for the microphone and begins; throws what the trouble is called. */
	static async start(changed: (levels: readonly number[]) => void, lost: () => void): Promise<Recording> {
		if (typeof MediaRecorder !== 'function' || !('mediaDevices' in navigator)) throw new Error('unsupported' satisfies Trouble);
		let stream: MediaStream;
		try {
			stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
		} catch (error) {
			const { name } = error as DOMException;
			throw new Error((name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'missing') satisfies Trouble, { cause: error });
		}
		const mimeType = types.find((one) => MediaRecorder.isTypeSupported(one));
		return new Recording(stream, new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 32_000 }), new AudioContext(), changed, lost);
	}
	get length(): number {
		return Math.max(1, Math.round((this.ended || performance.now()) - this.began));
	}
	/** Ends it; also when it has ended by itself. */
	stop(): Promise<Recorded> {
		if (this.recorder.state !== 'inactive') this.recorder.stop();
		return this.result;
	}
	private close(): void {
		this.ended ||= performance.now();
		clearInterval(this.timer);
		for (const track of this.stream.getTracks()) {
			track.onended = null;
			track.stop();
		}
		void this.context.close().catch(() => {});
	}
}
