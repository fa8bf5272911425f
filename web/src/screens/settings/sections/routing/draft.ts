// A row of the routing table as its form holds it: lists as text with commas or lines between.
import type { Id, RoutingRule } from '../../../../api/types';

export interface RuleDraft {
	name: string;
	enabled: boolean;
	words: string;
	accounts: Id[];
	/** The client carries one of these. */
	labels: Id[];
	/** What is put on the chat. */
	puts: Id[];
	languages: string;
	to: 'queue' | 'person';
	queue: Id;
	person: Id;
	/** Empty: at any time. */
	hours: '' | 'open' | 'closed';
	/** Whose hours; empty: the company's. */
	calendar: Id;
}

const split = (text: string) => text.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean);

export function draftOf(rule: RoutingRule | null): RuleDraft {
	return {
		name: rule?.name ?? '',
		enabled: rule?.enabled ?? true,
		words: rule?.conditions.words.join(', ') ?? '',
		accounts: rule?.conditions.account_ids ?? [],
		labels: rule?.conditions.label_ids ?? [],
		puts: rule?.put_labels ?? [],
		languages: rule?.conditions.languages.join(', ') ?? '',
		to: rule?.person_id ? 'person' : 'queue',
		queue: rule?.queue_id ?? '',
		person: rule?.person_id ?? '',
		hours: rule?.conditions.hours ? (rule.conditions.hours.open ? 'open' : 'closed') : '',
		calendar: rule?.conditions.hours?.calendar_id ?? '',
	};
}

export function bodyOf(draft: RuleDraft) {
	const { name, enabled, to } = draft;
	return {
		name,
		enabled,
		conditions: { words: split(draft.words), account_ids: draft.accounts, label_ids: draft.labels, languages: split(draft.languages), hours: draft.hours ? { calendar_id: draft.calendar || null, open: draft.hours === 'open' } : null },
		put_labels: draft.puts,
		queue_id: to === 'queue' ? draft.queue || null : null,
		person_id: to === 'person' ? draft.person || null : null,
	};
}
