// How far a message of mine has come: one ladder for colleagues and clients.
import type { Chat, DeliveryState, Id, Message, Position } from '../../api/types';

export type Rung = DeliveryState;

/** Whose devices do not have a message yet. In a chat too large for positions nobody is named. */
export function missingDevices(message: Message, chat: Chat | undefined, positions: ReadonlyMap<Id, Position> | undefined, me: Id): Id[] {
	if (!chat || chat.kind === 'self' || chat.kind === 'topic' || chat.member_ids.length > POSITIONS) return [];
	return chat.member_ids.filter((id) => id !== me && (positions?.get(id)?.delivered_seq ?? 0) < message.seq && (positions?.get(id)?.read_seq ?? 0) < message.seq);
}
/** The server tells positions of chats up to this size. */
const POSITIONS = 50;

/** In a team chat: delivered when every member's device has it, read when somebody has seen it. */
export function teamRung(message: Message, chat: Chat | undefined, positions: ReadonlyMap<Id, Position> | undefined, peerRead: number | null, me: Id): Rung | null {
	if (message.author.id !== me || message.kind !== 'text' || message.deleted_at || !chat) return null;
	if (chat.kind === 'self') return 'read';
	if (missingDevices(message, chat, positions, me).length) return 'sent';
	const seen = [...(positions?.values() ?? [])].some((one) => one.person_id !== me && one.read_seq >= message.seq);
	if (seen || (peerRead ?? 0) >= message.seq) return 'read';
	return chat.member_ids.length > POSITIONS || chat.kind === 'topic' ? 'sent' : 'delivered';
}
export function clientRung(message: Message, peerRead: number | null): Rung | null {
	const state = message.delivery?.state;
	if (!state || message.deleted_at) return null;
	return (state === 'sent' || state === 'delivered') && (peerRead ?? 0) >= message.seq ? 'read' : state;
}
export const rungIcon: Record<Rung, string> = { queued: 'clock', sending: 'clock', sent: 'check', delivered: 'checks', read: 'checks', failed: 'alert', unknown: 'warn', cancelled: 'close' };
