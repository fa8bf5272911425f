// A queue's rules as a form holds them: numbers as the text that was typed, what is off as empty text.
import type { ApprovedTemplate, ChannelBrief, Fallback, Id, Policy, QueueRules } from '../../../../api/types';

export interface Draft {
	policy: Policy;
	capacity: string;
	/** By account; empty: 1. */
	weights: Record<Id, string>;
	head: Id;
	returns: boolean;
	answerWithin: string;
	autoClose: string;
	waiting: string;
	longest: string;
	overflowAfter: string;
	overflowTo: Id;
	/** Empty: as the company. */
	calendar: Id;
	limits: { first: string; next: string; resolution: string; headFirst: string; headNext: string };
	texts: Record<Occasion, { ru: string; en: string }> & { minutes: string };
	/** Which template goes instead where the messenger takes no free words. */
	fallbacks: Fallback[];
}

/** What a queue says by itself, in the order of a talk. */
export const OCCASIONS = ['first', 'outside_hours', 'nobody_free', 'no_answer', 'missed_call', 'closing'] as const;
export type Occasion = (typeof OCCASIONS)[number];

const HOUR = 60;
const DAY = 24 * HOUR;
/** The silences offered, in minutes: an hour to a month. */
export const SILENCES = [HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 31 * DAY];

const text = (n: number | null | undefined) => (n ? String(n) : '');
const words = (both: { ru: string; en: string } | undefined) => ({ ru: both?.ru ?? '', en: both?.en ?? '' });
/** What cannot be a number is sent as 0: the server says in words what it may be. */
const number = (typed: string): number | null => {
	if (typed.trim() === '') return null;
	const n = Number(typed.trim());
	return Number.isInteger(n) && n >= 0 && n < 1e9 ? n : 0;
};

export function draftOf(policy: Policy, rules: QueueRules | null): Draft {
	return {
		policy,
		capacity: text(rules?.capacity),
		weights: Object.fromEntries((rules?.weights ?? []).map((one) => [one.account_id, String(one.weight)])),
		head: rules?.head_id ?? '',
		returns: rules?.returns_to_former ?? true,
		answerWithin: text(rules?.answer_within_min),
		autoClose: text(rules?.auto_close_after_min),
		waiting: text(rules?.thresholds.waiting),
		longest: text(rules?.thresholds.longest_min),
		overflowAfter: text(rules?.overflow?.after_min),
		overflowTo: rules?.overflow?.queue_id ?? '',
		calendar: rules?.calendar_id ?? '',
		limits: {
			first: text(rules?.limits.first_min),
			next: text(rules?.limits.next_min),
			resolution: text(rules?.limits.resolution_min),
			headFirst: text(rules?.limits.head_first_min),
			headNext: text(rules?.limits.head_next_min),
		},
		texts: {
			first: words(rules?.texts.first),
			outside_hours: words(rules?.texts.outside_hours),
			nobody_free: words(rules?.texts.nobody_free),
			no_answer: words(rules?.texts.no_answer),
			missed_call: words(rules?.texts.missed_call),
			closing: words(rules?.texts.closing),
			minutes: text(rules?.texts.no_answer_min),
		},
		fallbacks: rules?.texts.fallbacks ?? [],
	};
}

export function rulesOf(draft: Draft): QueueRules {
	const weights = Object.entries(draft.weights).map(([account_id, typed]) => ({ account_id, weight: number(typed) ?? 1 }));
	return {
		capacity: number(draft.capacity),
		weights: weights.filter((one) => one.weight !== 1),
		head_id: draft.head || null,
		returns_to_former: draft.returns,
		answer_within_min: number(draft.answerWithin),
		auto_close_after_min: number(draft.autoClose),
		thresholds: { waiting: number(draft.waiting), longest_min: number(draft.longest) },
		overflow: draft.overflowTo ? { queue_id: draft.overflowTo, after_min: number(draft.overflowAfter) ?? 0 } : null,
		calendar_id: draft.calendar || null,
		limits: {
			first_min: number(draft.limits.first),
			next_min: number(draft.limits.next),
			resolution_min: number(draft.limits.resolution),
			// nobody is told where there is no head
			head_first_min: draft.head ? number(draft.limits.headFirst) : null,
			head_next_min: draft.head ? number(draft.limits.headNext) : null,
		},
		texts: {
			first: words(draft.texts.first),
			outside_hours: words(draft.texts.outside_hours),
			nobody_free: words(draft.texts.nobody_free),
			no_answer: words(draft.texts.no_answer),
			no_answer_min: number(draft.texts.minutes),
			missed_call: words(draft.texts.missed_call),
			closing: words(draft.texts.closing),
			// where no text is left there is nothing to stand in for
			fallbacks: draft.fallbacks.filter((one) => draft.texts[one.occasion].ru.trim() || draft.texts[one.occasion].en.trim()),
		},
	};
}

/** An account that has approved templates, with them. */
export interface Approving {
	account: ChannelBrief;
	templates: readonly ApprovedTemplate[];
}
/** A program sends it: one with a file above its text cannot stand in for a text. */
export const fitting = (of: Approving) => of.templates.filter((one) => one.state === 'approved' && one.text.header.kind !== 'media' && one.text.header.kind !== 'other');

/** The same text in other languages, as the server takes it for one: of one name, with the same places. */
export function inLanguages(of: Approving, chosen: ApprovedTemplate): { approved: string[]; others: ApprovedTemplate[] } {
	const places = (one: ApprovedTemplate) => [...one.places].sort().join();
	const good = new Set(fitting(of).map((one) => one.id));
	const named = of.templates.filter((one) => one.name === chosen.name);
	const fits = (one: ApprovedTemplate) => good.has(one.id) && places(one) === places(chosen);
	return { approved: named.filter(fits).map((one) => one.language), others: named.filter((one) => !fits(one)) };
}

/** The fallbacks with one of them chosen, changed or, without a template, taken out. */
export function withFallback(all: readonly Fallback[], next: Fallback): Fallback[] {
	const rest = all.filter((one) => one.occasion !== next.occasion || one.account_id !== next.account_id);
	return next.template_id ? [...rest, next] : rest;
}
