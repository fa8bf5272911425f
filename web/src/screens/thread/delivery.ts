// How far a message of mine has come: one ladder for colleagues and clients.
import type { Chat, DeliveryState, Id, Message, Position } from '../../api/types';

export type Rung = DeliveryState;

/** In a team chat: delivered when any other device has it, read when any other person saw it. */
export function teamRung(message: Message, chat: Chat | undefined, positions: ReadonlyMap<Id, Position> | undefined, peerRead: number | null, me: Id): Rung | null {
	if (message.author.id !== me || message.kind !== 'text' || message.deleted_at || !chat) return null;
	if (chat.kind === 'self') return 'read';
	if ((peerRead ?? 0) >= message.seq) return 'read';
	let rung: Rung = 'sent';
	for (const one of positions?.values() ?? []) {
		if (one.person_id === me) continue;
		if (one.read_seq >= message.seq) return 'read';
		if (one.delivered_seq >= message.seq) rung = 'delivered';
	}
	return rung;
}
export function clientRung(message: Message, peerRead: number | null): Rung | null {
	const state = message.delivery?.state;
	if (!state || message.deleted_at) return null;
	return (state === 'sent' || state === 'delivered') && (peerRead ?? 0) >= message.seq ? 'read' : state;
}
export const rungIcon: Record<Rung, string> = { queued: 'clock', sending: 'clock', sent: 'check', delivered: 'checks', read: 'checks', failed: 'alert', unknown: 'warn', cancelled: 'close' };
