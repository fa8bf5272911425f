// What can be done with a task from a menu, beside dragging and typing.
import type { Task, TaskState } from '../../api/types';
import { t } from '../../i18n';
import { session } from '../../stores/session.svelte';
import { complain } from '../../ui/errors';
import { type MenuItem, openMenu, toast } from '../../ui/overlays.svelte';
import { finished, saveTask, states, takesPart } from './records.svelte';

const icons: Record<TaskState, string> = { new: 'tasks', working: 'play', waiting: 'pause', done: 'check', declined: 'close' };

export function moveTo(task: Task, state: TaskState, under?: string | null): Promise<void> {
	const before = task.state;
	return saveTask(task, under === undefined ? { state } : { state, under }).then((saved) => {
		if (saved && state !== before && finished(saved)) toast(t(`task-now-${state}`, { title: task.title }), { action: { label: t('undo'), run: () => void saveTask(saved, { state: before }).catch(complain) } });
	}, complain);
}
export async function copyLink(task: Task): Promise<void> {
	await navigator.clipboard.writeText(`${location.origin}/tasks/${task.id}`).then(() => toast(t('copied'), { kind: 'good' }), complain);
}
export function taskMenu(task: Task, at: Element | { x: number; y: number }, more: MenuItem[] = []): void {
	const mine = takesPart(task);
	const items: MenuItem[] = [];
	if (!mine && task.assignee_id === null) items.push({ label: t('task-take'), icon: 'take', run: () => void saveTask(task, { assignee_id: session.myId }).catch(complain) });
	if (mine) for (const state of states) items.push({ label: t(`task-state-${state}`), icon: icons[state], checked: task.state === state, run: () => void moveTo(task, state) });
	items.push(...more, { label: t('copy-link'), icon: 'link', divider: true, run: () => void copyLink(task) });
	openMenu(at, items, { label: task.title });
}
