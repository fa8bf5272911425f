// Where a floating box goes: beside its anchor, inside the window, on the side with more room.
export interface Placed {
	x: number;
	y: number;
	maxHeight: number;
}

export function place(at: Element | { x: number; y: number }, box: HTMLElement, prefer: 'below' | 'above' = 'below', align: 'start' | 'end' = 'start'): Placed {
	const margin = 8;
	const anchor = at instanceof Element ? at.getBoundingClientRect() : { left: at.x, right: at.x, top: at.y, bottom: at.y };
	const gap = at instanceof Element ? 4 : 0;
	const below = innerHeight - anchor.bottom - gap - margin;
	const above = anchor.top - gap - margin;
	const height = box.scrollHeight;
	const under = prefer === 'below' ? height <= below || below >= above : height > above && below > above;
	const maxHeight = Math.max(96, under ? below : above);
	const x = align === 'start' ? anchor.left : anchor.right - box.offsetWidth;
	const shown = Math.min(height, maxHeight);
	return {
		x: Math.round(Math.max(margin, Math.min(x, innerWidth - box.offsetWidth - margin))),
		y: Math.round(under ? anchor.bottom + gap : anchor.top - gap - shown),
		maxHeight,
	};
}
