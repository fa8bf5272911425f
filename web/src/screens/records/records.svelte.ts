// What the screens of tasks and tables share: saving with the version one saw, two people who changed the same, words.
import { ApiError, patch } from '../../api/client';
import type { Entry, Id, ServerFrame, TableField, TableRow, Task, TaskPatch, TaskState } from '../../api/types';
import { formatDate, formatList, formatNumber, t } from '../../i18n';
import { session } from '../../stores/session.svelte';
import { listen } from '../../stores/sync.svelte';
import { momentShort, phoneWords, timeOfDay } from '../../ui/moments';

export const states: readonly TaskState[] = ['new', 'working', 'waiting', 'done', 'declined'];
export const finished = (task: Task) => task.state === 'done' || task.state === 'declined';
export const overdue = (task: Task, now: number) => !finished(task) && task.deadline !== null && task.deadline < now;
export const nameOf = (id: Id | null | undefined) => session.person(id ?? '')?.name ?? t('task-nobody');
export const takesPart = (task: Task) => task.author_id === session.myId || task.assignee_id === session.myId || task.coworker_ids.includes(session.myId);

/** «сегодня, 18:00», «пн, 10:00»: a deadline says its time unless it is the end of a day. */
export function deadlineWords(at: number, now: number): string {
	const end = timeOfDay(at) === '23:59';
	const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
	const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const };
	const day = days === 0 ? t('today') : days === 1 ? t('tomorrow') : days === -1 ? t('yesterday') : formatDate(at, { day: 'numeric', month: 'short', ...year });
	return end ? day : `${day}, ${timeOfDay(at)}`;
}
/** A moment as `datetime-local` wants it, in the clock of this device. */
export function localInput(at: number | null): string {
	if (at === null) return '';
	const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
	return shifted.toISOString().slice(0, 16);
}
export function fromLocalInput(value: string): number | null {
	const at = value ? new Date(value).getTime() : NaN;
	return Number.isFinite(at) ? at : null;
}

// ---------------------------------------------------------------- two people, one thing
export interface Quarrel {
	fields: { key: string; label: string; theirs: string; mine: string }[];
	answer: (mine: boolean | null) => void; // null: neither, what was typed stays where it is
}
let quarrel = $state.raw<Quarrel | null>(null);
export const quarrels = {
	get now(): Quarrel | null {
		return quarrel;
	},
};
interface Versioned {
	id: Id;
	version: number;
}
/** The current state that a refusal brought with it. */
function overtaken<T>(error: unknown): { current: T; fields: string[] } | null {
	if (!(error instanceof ApiError) || error.code !== 'records.overtaken') return null;
	const { current, fields } = error.problem as unknown as { current: T; fields: string[] };
	return { current, fields };
}
/** Saves a change; if somebody else has changed the same meanwhile, shows both and saves what the person chooses. */
export async function saveSeen<T extends Versioned, C extends object>(path: string, seen: T, change: C, send: (change: C, version: number) => object, show: (key: string, of: T | C) => { label: string; value: string }): Promise<T | null> {
	let version = seen.version;
	for (;;) {
		try {
			return await patch<T>(path, send(change, version));
		} catch (error) {
			const met = overtaken<T>(error);
			if (!met) throw error;
			const fields = met.fields.map((key) => ({ key, label: show(key, met.current).label, theirs: show(key, met.current).value, mine: show(key, change).value }));
			const mine = await new Promise<boolean | null>((resolve) => (quarrel = { fields, answer: resolve }));
			quarrel = null;
			if (mine === null) return null;
			version = met.current.version;
			if (!mine) {
				change = Object.fromEntries(Object.entries(change).filter(([key]) => !met.fields.includes(key))) as C;
				if (!Object.keys(change).length) return met.current;
			}
		}
	}
}
export function saveTask(seen: Task, change: TaskPatch): Promise<Task | null> {
	const show = (key: string, of: Task | TaskPatch) => ({ label: t(`task-field-${key}`), value: taskValue(key, (of as Record<string, unknown>)[key]) });
	return saveSeen<Task, TaskPatch>(`/tasks/${seen.id}`, seen, change, (what, version) => ({ ...what, version }), show);
}
export function saveRow(seen: TableRow, fields: readonly TableField[], cells: Record<Id, unknown>): Promise<TableRow | null> {
	const show = (key: string, of: TableRow | Record<Id, unknown>) => {
		const field = fields.find((one) => one.id === key);
		const all = ('cells' in of ? (of as TableRow).cells : of) as Record<Id, unknown>;
		return { label: field?.name ?? '', value: field ? cellWords(field, all[key]) : '' };
	};
	return saveSeen<TableRow, Record<Id, unknown>>(`/rows/${seen.id}`, seen, cells, (what, version) => ({ cells: what, version }), show);
}
/** Why each cell was refused, by the field's id. */
export function unfit(error: unknown): Record<Id, string> | null {
	return error instanceof ApiError && error.code === 'records.unfit' ? (error.problem as unknown as { cells: Record<Id, string> }).cells : null;
}

// ---------------------------------------------------------------- values as people read them
/** A value of a task's history or of a change. */
export function taskValue(field: string, value: unknown): string {
	if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return t('value-none');
	if (field === 'state') return t(`task-state-${value as TaskState}`);
	if (field === 'assignee_id') return nameOf(value as Id);
	if (field === 'coworker_ids') return formatList((value as Id[]).map(nameOf));
	if (field === 'department_ids') return formatList((value as Id[]).map((id) => session.departments.find((one) => one.id === id)?.name ?? '').filter(Boolean));
	if (field === 'deadline') return formatDate(value as number, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
	if (field === 'everyone') return t(value ? 'value-yes' : 'value-no');
	if (field === 'files') return formatList(value as string[]);
	return String(value);
}
export function cellWords(field: Pick<TableField, 'kind' | 'choices'>, value: unknown): string {
	if (value === null || value === undefined) return '';
	const choice = (id: unknown) => field.choices.find((one) => one.id === id)?.name ?? '';
	switch (field.kind) {
		case 'number':
			return formatNumber(value as number, { maximumFractionDigits: 10 });
		case 'money':
			return formatNumber(value as number, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
		case 'date':
			return formatDate(new Date(`${value as string}T12:00:00`).getTime(), { day: 'numeric', month: 'short', year: 'numeric' });
		case 'checkbox':
			return t(value ? 'value-yes' : 'value-no');
		case 'choice':
			return choice(value);
		case 'choices':
			return (value as Id[]).map(choice).filter(Boolean).join(', ');
		case 'person':
			return session.person(value as Id)?.name ?? '';
		case 'phone':
			return phoneWords(value as string);
		default:
			return String(value);
	}
}
/** One line of a history: what became of a field. */
export function changeLine(change: Entry['changes'][number], fields: readonly TableField[] | null): { name: string; before: string; after: string } {
	if (!fields) return { name: t(`task-field-${change.field}`), before: taskValue(change.field, change.before), after: taskValue(change.field, change.after) };
	const field = fields.find((one) => one.id === change.field);
	const words = (value: unknown) => (value === null ? t('value-none') : field ? cellWords(field, value) : String(value));
	return { name: change.name, before: words(change.before), after: words(change.after) };
}
export const shortMoment = momentShort;

/** Hears frames as long as the caller lives; `online` when the line came back after a break. */
export function hear(take: (frame: ServerFrame) => void, online: () => void): () => void {
	return listen({
		frames: (frames) => frames.forEach(take),
		online,
	});
}
