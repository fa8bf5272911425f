// One voice or song at a time: whoever begins to play stops the one before; the speed is remembered.
const SPEED = 'beseda.voice-speed';
const speeds = [1, 1.5, 2];
let current: HTMLMediaElement | null = null;
let speed = $state(read());
function read(): number {
	try {
		const kept = Number(localStorage.getItem(SPEED));
		return speeds.includes(kept) ? kept : 1;
	} catch {
		return 1;
	}
}
export const player = {
	get speed() {
		return speed;
	},
	faster(): void {
		speed = speeds[(speeds.indexOf(speed) + 1) % speeds.length]!;
		try {
			localStorage.setItem(SPEED, String(speed));
		} catch {
			// it is kept until the page goes
		}
	},
};
export function playsAlone(one: HTMLMediaElement): void {
	if (current !== one) current?.pause();
	current = one;
}
