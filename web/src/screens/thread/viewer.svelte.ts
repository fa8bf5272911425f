// Which picture is open in the viewer.
import type { FileRef } from '../../api/types';

let open = $state.raw<{ files: readonly FileRef[]; at: number; caption: string } | null>(null);
export const viewer = {
	get open() {
		return open;
	},
};
export function openViewer(files: readonly FileRef[], file: FileRef, caption = ''): void {
	open = { caption, files, at: Math.max(0, files.indexOf(file)) };
}
export function turnViewer(step: number): void {
	if (open) open = { ...open, at: (open.at + step + open.files.length) % open.files.length };
}
export function closeViewer(): void {
	open = null;
}
