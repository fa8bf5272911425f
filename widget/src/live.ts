// Keeps the talk live: one WebSocket with back-off and a heartbeat; where sockets are blocked, polling in its place.
import type { Frame, OwnFrame } from './types';

export interface LiveHooks {
	url: () => string;
	frame: (frame: Frame) => void;
	/** Fetch what was missed; also the whole of polling. */
	catchUp: () => Promise<void>;
	/** false: neither socket nor polling gets through. */
	linked: (up: boolean) => void;
	/** Poll often only while somebody looks. */
	watched: () => boolean;
}

const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];
const BEAT_MS = 25_000;
const PONG_MS = 10_000;
const POLL_MS = { watched: 3000, idle: 20_000 };
/** A socket that never opened this many times in a row is taken for blocked. */
const BLOCKED_AFTER = 2;

export class Live {
	private socket: WebSocket | null = null;
	private failures = 0;
	private neverOpened = 0;
	private retry = 0;
	private poll = 0;
	private beat = 0;
	private pong = 0;
	private started = false;

	constructor(private readonly hooks: LiveHooks) {}

	start(): void {
		if (this.started) return;
		this.started = true;
		this.connect();
	}

	/** Lets the link go, until it is started for somebody else. */
	stop(): void {
		this.started = false;
		for (const timer of [this.retry, this.poll, this.beat, this.pong]) clearTimeout(timer);
		this.poll = 0;
		const socket = this.socket;
		this.socket = null;
		if (socket) socket.onclose = socket.onmessage = socket.onopen = null;
		socket?.close();
	}

	/** The network is back or the page is in front again: try at once. */
	wake(): void {
		if (!this.started || this.socket) return;
		clearTimeout(this.retry);
		this.connect();
	}

	send(frame: OwnFrame): void {
		if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
	}

	private connect(): void {
		clearInterval(this.beat);
		let opened = false;
		let socket: WebSocket;
		try {
			socket = new WebSocket(this.hooks.url());
		} catch {
			// The page's own content policy may forbid sockets altogether.
			this.lost(false);
			return;
		}
		this.socket = socket;
		socket.onopen = () => {
			opened = true;
			this.failures = 0;
			this.neverOpened = 0;
			clearTimeout(this.poll);
			this.poll = 0;
			this.hooks.linked(true);
			// Subscribed first, asked second: nothing can fall in between.
			void this.hooks.catchUp().catch(() => undefined);
			this.beat = window.setInterval(() => this.heartbeat(socket), BEAT_MS);
		};
		socket.onmessage = (event) => {
			clearTimeout(this.pong);
			this.hooks.frame(JSON.parse(String(event.data)) as Frame);
		};
		socket.onclose = () => {
			if (this.socket === socket) this.lost(opened);
		};
	}

	private heartbeat(socket: WebSocket): void {
		this.send({ type: 'ping' });
		clearTimeout(this.pong);
		this.pong = window.setTimeout(() => {
			// A half-dead link may take minutes to report its end by itself.
			socket.onclose = null;
			socket.close();
			this.lost(true);
		}, PONG_MS);
	}

	private lost(opened: boolean): void {
		this.socket = null;
		clearInterval(this.beat);
		clearTimeout(this.pong);
		if (!opened) this.neverOpened++;
		if (this.neverOpened >= BLOCKED_AFTER) this.startPolling();
		else this.hooks.linked(false);
		const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)] ?? 30_000;
		this.retry = window.setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
	}

	private startPolling(): void {
		if (this.poll) return;
		const round = async (): Promise<void> => {
			try {
				await this.hooks.catchUp();
				this.hooks.linked(true);
			} catch {
				this.hooks.linked(false);
			}
			if (this.poll && this.started) this.poll = window.setTimeout(() => void round(), this.hooks.watched() ? POLL_MS.watched : POLL_MS.idle);
		};
		this.poll = window.setTimeout(() => void round(), 0);
	}
}
