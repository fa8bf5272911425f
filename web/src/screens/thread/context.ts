// What the rows of a log may ask of the thread they stand in.
import { getContext, setContext } from 'svelte';
import type { Id, Message, Part } from '../../api/types';
import type { Outgoing } from '../../core/outbox';
import type { Rung } from './delivery';

export interface ThreadContext {
	readonly kind: 'team' | 'client';
	readonly clientName: string;
	readonly direct: boolean;
	readonly highlight: Id | null;
	readonly mark: string;
	rung(message: Message): Rung | null;
	canReact(message: Message): boolean;
	reply(message: Message): void;
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
