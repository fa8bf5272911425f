// What a grey line of a chat says.
import type { Message } from '../../api/types';
import { has, loadAreas, t } from '../../i18n';
import { untilWords } from '../../ui/moments';

export function eventWords(message: Message): string {
	const { event } = message;
	if (!event) return message.text;
	if (event.code === 'conversation-opened') return t('conversation-number', { number: event.args.number ?? '' });
	const key = `event-${event.code.replaceAll('.', '-')}`;
	// what happens to talks with clients has its words in an area of its own
	if (!has(key)) void loadAreas('inbox');
	// catalogs may be older than the server: then the author and the code are better than nothing
	return has(key) ? t(key, { author: message.author.name, ...event.args, ...(event.args.until ? { until: untilWords(Number(event.args.until)) } : {}) }) : [message.author.name, ...Object.values(event.args), event.code].filter(Boolean).join(' · ');
}
