// What columns, encodings and separators of a table are called, and the colour of each state of an import.
import type { ContactImport, TableColumn, TablePreview } from '../../../api/types';
import { t } from '../../../i18n';

type Tone = 'good' | 'bad' | 'info' | 'warn';
export const tones: Record<string, Tone> = { done: 'good', failed: 'bad', stopped: 'warn', ready: 'warn', running: 'info', checking: 'info', leaving: 'info' };

export const columns: readonly TableColumn[] = ['skip', 'name', 'last_name', 'first_name', 'patronymic', 'company', 'phone', 'email', 'note', 'responsible', 'labels'];
export const charsets: readonly TablePreview['charset'][] = ['utf-8', 'windows-1251', 'koi8-r', 'utf-16le', 'utf-16be'];
export const separators: readonly TablePreview['separator'][] = ['semicolon', 'comma', 'tab', 'pipe'];
export const onMatch: readonly ContactImport['settings']['on_match'][] = ['skip', 'fill', 'update'];

export const columnOptions = () => columns.map((value) => ({ value, label: t(`contacts-column-${value}`) }));
export const charsetOptions = () => charsets.map((value) => ({ value, label: t(`contacts-charset-${value}`) }));
export const separatorOptions = () => separators.map((value) => ({ value, label: t(`contacts-separator-${value}`) }));

/** The numbers of a run or of its rehearsal, those that are nothing left out. */
export function facts(of: ContactImport['made'], ahead: boolean): { word: string; count: number }[] {
	const all: [string, number, boolean][] = [
		[ahead ? 'contacts-fact-to-add' : 'contacts-fact-added', of.new, true],
		[ahead ? 'contacts-fact-to-update' : 'contacts-fact-updated', of.updated, of.updated > 0],
		[ahead ? 'contacts-fact-to-skip' : 'contacts-fact-skipped', of.skipped, of.skipped > 0],
		['contacts-fact-errors', of.errors, true],
		['contacts-fact-empty', of.empty, of.empty > 0],
	];
	return all.filter(([, , shown]) => shown).map(([word, count]) => ({ word: t(word), count }));
}

/** Has the browser save what is at an address of the API, and stay where it is. */
export function save(address: string): void {
	const link = document.createElement('a');
	link.href = address;
	link.download = '';
	link.click();
}
