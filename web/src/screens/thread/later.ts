// When a message may go later: the moments the dialog offers, in the clock of this person.
export interface Moment {
	key: 'hour' | 'evening' | 'tomorrow' | 'monday';
	at: number;
}
const MORNING = 9;
const EVENING = 18;

function dayAt(now: Date, days: number, hour: number): number {
	return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour).getTime();
}
/** What is offered now: this evening only while it is ahead, Monday only when it is not tomorrow already. */
export function moments(now: Date): Moment[] {
	const toMonday = (8 - now.getDay()) % 7 || 7;
	const all: Moment[] = [
		{ key: 'hour', at: now.getTime() + 3_600_000 },
		{ key: 'evening', at: dayAt(now, 0, EVENING) },
		{ key: 'tomorrow', at: dayAt(now, 1, MORNING) },
		{ key: 'monday', at: dayAt(now, toMonday, MORNING) },
	];
	return all.filter((one) => one.at > now.getTime() + 3_600_000 - 1 && !(one.key === 'monday' && toMonday === 1));
}
/** What `<input type="datetime-local">` holds for a moment. */
export function fieldValue(at: number): string {
	const date = new Date(at);
	const two = (n: number) => String(n).padStart(2, '0');
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
