// Web push on this device: what stands in the way, switching it on and off, and the hops of a test on our side.
import { ApiError, del, get, post } from '../../api/client';

/** Why this device cannot take push at all; null: it can. */
export function obstacle(): 'insecure' | 'unsupported' | null {
	if (!isSecureContext) return 'insecure';
	return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window ? null : 'unsupported';
}

/** The server may be built without push. */
export async function pushAbsent(): Promise<boolean> {
	try {
		await get('/push');
		return false;
	} catch (error) {
		return error instanceof ApiError && error.problem.status === 404;
	}
}

async function worker(): Promise<ServiceWorkerRegistration> {
	// `ready` alone would wait for ever where nothing has been registered.
	await navigator.serviceWorker.register('/sw.js');
	return navigator.serviceWorker.ready;
}

export async function currentSubscription(): Promise<PushSubscription | null> {
	if (obstacle()) return null;
	const registration = await navigator.serviceWorker.getRegistration();
	return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Asks the person, then the browser's push service, then tells the server; false: the person said no. */
export async function subscribe(): Promise<boolean> {
	if ((await Notification.requestPermission()) !== 'granted') return false;
	const { key } = await get<{ key: string }>('/push');
	const registration = await worker();
	const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
	await post('/push/subscriptions', subscription.toJSON());
	return true;
}

export async function unsubscribe(): Promise<void> {
	const subscription = await currentSubscription();
	if (!subscription) return;
	await subscription.unsubscribe();
	await del('/push/subscriptions', { endpoint: subscription.endpoint });
}

/** Tells the server of this browser again: it forgets a browser whose session ended. */
export async function renew(): Promise<void> {
	const subscription = await currentSubscription();
	if (subscription) await post('/push/subscriptions', subscription.toJSON());
}

export interface Hop {
	code: string;
	ok: boolean;
	detail: string;
	ms: number | null;
}

/** The part of the way that can be looked at from here, in the order a notice travels backwards from the screen. */
export async function ownHops(): Promise<Hop[]> {
	const stop = obstacle();
	const hops: Hop[] = [{ code: 'browser', ok: stop === null, detail: stop ?? '', ms: null }];
	if (stop) return hops;
	hops.push({ code: 'permission', ok: Notification.permission === 'granted', detail: Notification.permission, ms: null });
	const registration = await navigator.serviceWorker.getRegistration();
	hops.push({ code: 'worker', ok: Boolean(registration?.active), detail: '', ms: null });
	const subscription = await registration?.pushManager.getSubscription();
	hops.push({ code: 'subscription', ok: Boolean(subscription), detail: subscription ? new URL(subscription.endpoint).host : '', ms: null });
	return hops;
}

export async function serverHops(): Promise<Hop[]> {
	return (await post<{ hops: Hop[] }>('/push/test')).hops;
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
	const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
	return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
