// The line to the server: says hello with the last cursor, comes back by itself, notices when the line is dead.
import type { ClientFrame, ServerFrame } from '../api/types';

export type LineState = 'connecting' | 'open' | 'waiting';
export interface SocketParts {
	address: string;
	kind: 'web' | 'panel';
	version: string;
	cursor: () => string | null;
	frame: (frame: ServerFrame) => void;
	state: (state: LineState, nextTry: number | null) => void;
}
const PING = 20_000;
const SILENCE = 45_000;

export class Line {
	private socket: WebSocket | null = null;
	private tries = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private pings: ReturnType<typeof setInterval> | undefined;
	private heard = 0;
	private welcome = false;
	private stopped = false;
	latency: number | null = null;
	private pinged = 0;

	constructor(private readonly parts: SocketParts) {}

	start(): void {
		this.stopped = false;
		this.connect();
	}
	stop(): void {
		this.stopped = true;
		clearTimeout(this.timer);
		clearInterval(this.pings);
		this.socket?.close();
	}
	/** Tries now instead of at the next turn: the network is back or the person asked. */
	hurry(): void {
		if (this.stopped || this.welcome || this.socket?.readyState === WebSocket.CONNECTING) return;
		clearTimeout(this.timer);
		this.tries = 0;
		this.connect();
	}
	send(frame: ClientFrame): boolean {
		if (!this.welcome || this.socket?.readyState !== WebSocket.OPEN) return false;
		this.socket.send(JSON.stringify(frame));
		return true;
	}

	private connect(): void {
		this.parts.state('connecting', null);
		const socket = new WebSocket(this.parts.address);
		this.socket = socket;
		socket.onopen = () => {
			this.heard = Date.now();
			socket.send(JSON.stringify({ type: 'hello', cursor: this.parts.cursor(), client: { kind: this.parts.kind, version: this.parts.version } } satisfies ClientFrame));
			clearInterval(this.pings);
			this.pings = setInterval(() => {
				if (Date.now() - this.heard > SILENCE) return socket.close();
				this.pinged = performance.now();
				this.send({ type: 'ping' });
			}, PING);
		};
		socket.onmessage = (event) => {
			this.heard = Date.now();
			const frame = JSON.parse(event.data as string) as ServerFrame;
			if (frame.type === 'pong') {
				this.latency = Math.round(performance.now() - this.pinged);
				return;
			}
			if (frame.type === 'welcome') {
				this.welcome = true;
				this.tries = 0;
				this.parts.state('open', null);
			}
			this.parts.frame(frame);
		};
		socket.onclose = () => {
			if (this.socket !== socket) return;
			this.welcome = false;
			clearInterval(this.pings);
			if (this.stopped) return;
			// spread out, so that a restarted server is not met by everyone in the same second
			const pause = Math.min(30_000, 500 * 2 ** this.tries) * (0.7 + Math.random() * 0.6);
			this.tries += 1;
			this.parts.state('waiting', Date.now() + pause);
			this.timer = setTimeout(() => this.connect(), pause);
		};
	}
}
