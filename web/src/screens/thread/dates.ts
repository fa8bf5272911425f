// Jumping to a date: the API knows message numbers only, so the day is found by halving.
import { get } from '../../api/client';
import type { Id, MessagePage } from '../../api/types';
import { complain } from '../../ui/errors';

async function firstFrom(thread: Id, lastSeq: number, moment: number): Promise<number> {
	let [low, high] = [1, Math.max(1, lastSeq)];
	while (low < high) {
		const middle = (low + high) >> 1;
		const { messages } = await get<MessagePage>(`/threads/${thread}/messages`, { around: middle, limit: 1 });
		const at = messages.find((one) => one.seq >= middle) ?? messages.at(-1);
		if (!at || at.at >= moment) high = middle;
		else low = middle + 1;
	}
	return low;
}
/** Opens the platform's own calendar and goes to the first message of the chosen day. */
export function askDate(thread: Id, lastSeq: number, jump: (seq: number) => void): void {
	const input = document.createElement('input');
	input.type = 'date';
	input.className = 'out-of-sight';
	input.style.insetBlockStart = '64px';
	input.style.insetInlineEnd = '320px';
	input.max = new Date().toISOString().slice(0, 10);
	document.body.append(input);
	const done = () => input.remove();
	input.onchange = () => {
		const [year, month, day] = input.value.split('-').map(Number);
		if (year && month && day) firstFrom(thread, lastSeq, new Date(year, month - 1, day).getTime()).then(jump, complain);
		done();
	};
	input.onblur = done;
	input.focus();
	input.showPicker();
}
