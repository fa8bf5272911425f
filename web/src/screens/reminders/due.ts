// When a reminder will come, as a part of a sentence: the catalogs put the day into the right case.
import { formatDate } from '../../i18n';
import { startOfDay, timeOfDay } from '../../ui/moments';

const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
export function dueWords(at: number, now = Date.now()): { day: string; date: string; time: string } {
	const ahead = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
	const day = ahead === 0 ? 'today' : ahead === 1 ? 'tomorrow' : week[new Date(at).getDay()]!;
	const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const };
	return { day, date: formatDate(at, { day: 'numeric', month: 'long', ...year }), time: timeOfDay(at) };
}
