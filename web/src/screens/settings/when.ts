// A moment in a line of settings: day and time, the year only when it is another one.
import { formatDate } from '../../i18n';

export function when(at: number): string {
	const sameYear = new Date(at).getFullYear() === new Date().getFullYear();
	return formatDate(at, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', ...(sameYear ? {} : { year: 'numeric' }) });
}
