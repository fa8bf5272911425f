// What the rows of a log may ask of the thread they stand in.
import { type Component, getContext, setContext } from 'svelte';
import type { Id, Message, Part } from '../../api/types';
import type { Outgoing } from '../../core/outbox';
import type { Rung } from './delivery';

/** Draws a dialog that comes as a chunk of its own; `done` is called when it did what it is for. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each dialog has props of its own
export type Show = (load: Promise<{ default: Component<any> }>, props: Record<string, unknown> & { done?: () => void }) => void;

export interface ThreadContext {
	readonly kind: 'team' | 'client';
	readonly clientName: string;
	readonly direct: boolean;
	readonly highlight: Id | null;
	readonly mark: string;
	/** Chosen messages; null while nothing is being chosen. */
	readonly selected: ReadonlySet<Id> | null;
	toggle(message: Message): void;
	openTopic(message: Message): void;
	/** Whose devices do not have a message of mine yet (S2-28). */
	missing(message: Message): readonly Id[];
	rung(message: Message): Rung | null;
	canReact(message: Message): boolean;
	reply(message: Message): void;
	remind(message: Message): void;
	menu(message: Message, at: Element | { x: number; y: number }): void;
	react(message: Message, emoji: string): void;
	pickReaction(message: Message, at: Element): void;
	jump(seq: number): void;
	retryParts(message: Message, parts: Part[]): void;
	cancel(message: Message): void;
	editOut(out: Outgoing): void;
}
const key = Symbol('thread');
export const provideThread = (thread: ThreadContext) => setContext(key, thread);
export const useThread = () => getContext<ThreadContext>(key);
