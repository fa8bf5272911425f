// Words about channels that depend on what the server sends: kinds, fields, health.
import type { Health } from '../../../../api/types';
import { tOr } from '../../../../i18n';

export function kindName(kind: string): string {
	return tOr(`channel-${kind}`, kind);
}

export function fieldTitle(kind: string, name: string): string {
	// what every channel has, has one name for all
	return tOr(`channel-${kind}-${name}`, tOr(`channel-${name}`, name));
}

export function fieldHint(kind: string, name: string): string | undefined {
	return tOr(`channel-${kind}-${name}-hint`, tOr(`channel-${name}-hint`, '')) || undefined;
}

/** A cause as a sentence, in the words of the kind of channel where it has its own. */
export function causeWords(kind: string, code: string, other: string): string {
	return tOr(`health-${kind}-${code}`, tOr(`health-${code}`, other));
}

/** The state of a channel as a sentence: the cause if there is one, else the state itself. */
export function healthWords(kind: string, health: Health): string {
	return causeWords(kind, health.code, tOr(`health-${health.state}`, tOr(`health-state-${health.state}`, health.code)));
}

export const healthTag: Record<Health['state'], 'good' | 'plain' | 'warn' | 'bad'> = { ok: 'good', checking: 'plain', warning: 'warn', broken: 'bad', off: 'plain' };
