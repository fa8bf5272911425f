// What floats over everything and is asked for from code: menus, toasts, questions. <Overlays/> in the app draws them.
import type { Component } from 'svelte';

export interface MenuItem {
	label: string;
	icon?: string;
	hint?: string; // a shortcut or a short remark at the right
	danger?: boolean;
	checked?: boolean;
	disabled?: boolean;
	divider?: boolean; // a line before this item
	run: () => void;
}
export interface Point {
	x: number;
	y: number;
}
export interface OpenMenu {
	items: MenuItem[];
	at: Element | Point;
	label: string;
	reactions?: { emojis: string[]; pick: (emoji: string) => void; more?: () => void };
}
export interface Toast {
	id: number;
	text: string;
	kind: 'info' | 'good' | 'bad';
	detail?: string;
	action?: { label: string; run: () => void };
	icon?: Component | string;
	about?: string; // what it tells of: it goes when that has been seen
	lasting: number;
}
export interface Question {
	title: string;
	text: string;
	action: string;
	danger: boolean;
	careful: boolean;
	answer: (yes: boolean) => void;
}

let menu = $state.raw<OpenMenu | null>(null);
let toasts = $state.raw<Toast[]>([]);
let question = $state.raw<Question | null>(null);
let numbers = 0;

export const overlays = {
	get menu() {
		return menu;
	},
	get toasts() {
		return toasts;
	},
	get question() {
		return question;
	},
};

/** Opens a menu at an element (below it) or at a point (a right click). */
export function openMenu(at: Element | Point, items: MenuItem[], options: { label?: string; reactions?: OpenMenu['reactions'] } = {}): void {
	menu = { at, items, label: options.label ?? '', ...(options.reactions ? { reactions: options.reactions } : {}) };
}
export function closeMenu(): void {
	menu = null;
}

/** Says something in the corner; with an `action` (as undo) it stays longer. */
export function toast(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
	const id = (numbers += 1);
	const one: Toast = { id, text, kind: 'info', lasting: options.action ? 8000 : options.kind === 'bad' ? 7000 : 4500, ...options };
	toasts = [...toasts.slice(-3), one];
	return id;
}
export function dismiss(id: number): void {
	toasts = toasts.filter((one) => one.id !== id);
}
/** What a toast told of is on the screen now. */
export function dismissAbout(about: string): void {
	if (toasts.some((one) => one.about === about)) toasts = toasts.filter((one) => one.about !== about);
}

/** Asks before something that cannot be undone. */
export function confirm(asked: { title: string; text?: string; action: string; danger?: boolean; careful?: boolean }): Promise<boolean> {
	return new Promise((resolve) => {
		question = {
			text: '',
			danger: false,
			careful: false, // Enter pressed by habit must not say yes
			...asked,
			answer(yes) {
				question = null;
				resolve(yes);
			},
		};
	});
}
