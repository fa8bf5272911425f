// Jumping to a date: the platform's own calendar, then the first message of the chosen day.
import { get } from '../../api/client';
import type { Id, MessagePage } from '../../api/types';
import { dayOf } from '../../core/calendar';
import { t } from '../../i18n';
import { complain } from '../../ui/errors';

async function firstOf(thread: Id, moment: number): Promise<number> {
	const { messages } = await get<MessagePage>(`/threads/${thread}/messages`, { at: moment, limit: 2 });
	return (messages.find((one) => one.at >= moment && one.kind !== 'event') ?? messages.at(-1))?.seq ?? 1;
}
/** Opens the platform's own calendar and goes to the first message of the chosen day. */
export function askDate(thread: Id, jump: (seq: number) => void): void {
	const input = document.createElement('input');
	input.type = 'date';
	input.className = 'out-of-sight';
	input.style.insetBlockStart = '64px';
	input.style.insetInlineEnd = '320px';
	input.setAttribute('aria-label', t('jump-to-date'));
	// the last day is today by the clock of this person, not of Greenwich
	input.max = dayOf(Date.now());
	document.body.append(input);
	const done = () => input.remove();
	input.onchange = () => {
		const [year, month, day] = input.value.split('-').map(Number);
		if (year && month && day) firstOf(thread, new Date(year, month - 1, day).getTime()).then(jump, complain);
		done();
	};
	input.onblur = done;
	input.focus();
	input.showPicker();
}
