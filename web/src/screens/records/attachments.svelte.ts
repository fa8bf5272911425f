// Files of a task or a comment: sent at once and as a whole, with progress and a way to stop.
import { ApiError, upload } from '../../api/client';
import type { FileRef } from '../../api/types';
import { explain } from '../../ui/errors';

export interface Attachment {
	id: number;
	name: string;
	size: number;
	mime: string;
	thumb: string | null;
	progress: number;
	ref: FileRef | null;
	error: string;
	file: File;
	cancel: () => void;
}
let numbers = 0;

export class Attachments {
	list = $state.raw<readonly Attachment[]>([]);

	get busy(): boolean {
		return this.list.some((one) => !one.ref && !one.error);
	}
	get ready(): FileRef[] {
		return this.list.map((one) => one.ref).filter((one) => one !== null);
	}
	add(files: Iterable<File>): void {
		for (const file of files) {
			const id = (numbers += 1);
			const thumb = file.type.startsWith('image/') && file.type !== 'image/svg+xml' ? URL.createObjectURL(file) : null;
			this.list = [...this.list, { id, name: file.name, size: file.size, mime: file.type, thumb, progress: 0, ref: null, error: '', file, cancel: () => {} }];
			this.start(id, file);
		}
	}
	retry(id: number): void {
		const one = this.list.find((entry) => entry.id === id);
		if (!one) return;
		this.change(id, { error: '', progress: 0 });
		this.start(id, one.file);
	}
	remove(id: number): void {
		const one = this.list.find((entry) => entry.id === id);
		one?.cancel();
		if (one?.thumb) URL.revokeObjectURL(one.thumb);
		this.list = this.list.filter((entry) => entry.id !== id);
	}
	/** Takes all that is ready away: it goes with the message. */
	clear(): void {
		for (const one of this.list) if (one.thumb) URL.revokeObjectURL(one.thumb);
		this.list = [];
	}
	/** Puts back files that are on the server already. */
	restore(files: readonly FileRef[]): void {
		this.list = files.map((ref) => ({ id: (numbers += 1), name: ref.name, size: ref.size, mime: ref.mime, thumb: null, progress: 1, ref, error: '', file: new File([], ref.name), cancel: () => {} }));
	}
	private start(id: number, file: File): void {
		const { done, cancel } = upload<FileRef>(file, (progress) => this.change(id, { progress }));
		this.change(id, { cancel });
		done.then(
			(ref) => this.change(id, { ref, progress: 1 }),
			(error: unknown) => {
				if (error instanceof ApiError) this.change(id, { error: explain(error) });
			},
		);
	}
	private change(id: number, to: Partial<Attachment>): void {
		this.list = this.list.map((one) => (one.id === id ? { ...one, ...to } : one));
	}
}
