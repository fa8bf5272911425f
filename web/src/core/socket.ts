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
/** A line that has not greeted by then is none: a train in a tunnel, a proxy that swallows. */
const GREETING = 15_000;
/** How soon a line must answer when there is reason to doubt it. */
const DOUBT = 4000;

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
	private greeting: ReturnType<typeof setTimeout> | undefined;
	private doubt: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly parts: SocketParts) {}

	start(): void {
		this.stopped = false;
		this.connect();
	}
	stop(): void {
		this.stopped = true;
		clearTimeout(this.timer);
		clearInterval(this.pings);
		clearTimeout(this.doubt);
		this.socket?.close();
	}
	/** The network is another one: the old line may look open for a long while yet. */
	renew(): void {
		if (this.stopped) return;
		clearTimeout(this.timer);
		this.tries = 0;
		this.connect();
	}
	/** The page was away, the computer may have slept: a line that does not answer at once is given up. */
	check(): void {
		if (!this.welcome) return this.hurry();
		const asked = Date.now();
		this.pinged = performance.now();
		this.send({ type: 'ping' });
		clearTimeout(this.doubt);
		this.doubt = setTimeout(() => this.heard < asked && this.renew(), DOUBT);
	}
	/** Tries now instead of at the next turn: the network is back or the person asked. */
	hurry(): void {
		const { readyState } = this.socket ?? {};
		if (!this.welcome && readyState !== WebSocket.CONNECTING && readyState !== WebSocket.OPEN) this.renew();
	}
	send(frame: ClientFrame): boolean {
		if (!this.welcome || this.socket?.readyState !== WebSocket.OPEN) return false;
		this.socket.send(JSON.stringify(frame));
		return true;
	}

	private connect(): void {
		this.parts.state('connecting', null);
		const before = this.socket;
		const socket = new WebSocket(this.parts.address);
		this.socket = socket;
		this.welcome = false;
		// what the old one still has to say comes again by the new one
		before?.close();
		clearInterval(this.pings);
		clearTimeout(this.greeting);
		this.greeting = setTimeout(() => this.lost(socket), GREETING);
		socket.onopen = () => {
			if (this.socket !== socket) return;
			this.heard = Date.now();
			socket.send(JSON.stringify({ type: 'hello', cursor: this.parts.cursor(), client: { kind: this.parts.kind, version: this.parts.version } } satisfies ClientFrame));
			this.pings = setInterval(() => {
				if (Date.now() - this.heard > SILENCE) return this.lost(socket);
				this.pinged = performance.now();
				this.send({ type: 'ping' });
			}, PING);
		};
		socket.onmessage = (event) => {
			if (this.socket !== socket) return;
			this.heard = Date.now();
			const frame = JSON.parse(event.data as string) as ServerFrame;
			if (frame.type === 'pong') {
				this.latency = Math.round(performance.now() - this.pinged);
				return;
			}
			if (frame.type === 'welcome') {
				this.welcome = true;
				clearTimeout(this.greeting);
				this.tries = 0;
				this.parts.state('open', null);
			}
			this.parts.frame(frame);
		};
		socket.onclose = () => this.lost(socket);
	}
	private lost(socket: WebSocket): void {
		if (this.socket !== socket) return;
		this.socket = null;
		socket.close();
		this.welcome = false;
		clearInterval(this.pings);
		clearTimeout(this.greeting);
		if (this.stopped) return;
		// spread out, so that a restarted server is not met by everyone in the same second
		const pause = Math.min(30_000, 500 * 2 ** this.tries) * (0.7 + Math.random() * 0.6);
		this.tries += 1;
		this.parts.state('waiting', Date.now() + pause);
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.connect(), pause);
	}
}
