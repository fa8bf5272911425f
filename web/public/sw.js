// The service worker: keeps the shell for the next start, shows push notices, opens the thread on a click.
const CACHE = 'beseda-shell-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => {
	event.waitUntil(
		(async () => {
			for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
			await self.clients.claim();
		})(),
	);
});

/** Keeps the cache to what the newest page names, so that old builds do not pile up. */
async function trim(cache, html) {
	const keep = new Set([...html.matchAll(/\/assets\/[^"']+/g)].map(([path]) => path));
	if (!keep.size) return;
	const before = await cache.match('/');
	const old = before ? await before.text() : '';
	if (old === html) return;
	for (const request of await cache.keys()) {
		const { pathname } = new URL(request.url);
		if (pathname.startsWith('/assets/') && !keep.has(pathname)) await cache.delete(request);
	}
}

/** Keeps the page itself for a start without the server. */
async function keep(fresh) {
	const cache = await caches.open(CACHE);
	const html = await fresh.text();
	await trim(cache, html);
	await cache.put('/', new Response(html, { headers: fresh.headers }));
}

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== location.origin || /^\/(api|widget|hooks|demo|healthz)/.test(url.pathname)) return;
	if (request.mode === 'navigate') {
		// the page itself always from the server while it answers: an upgrade is seen at once
		event.respondWith(
			(async () => {
				try {
					const fresh = await fetch(request);
					if (fresh.ok && (fresh.headers.get('Content-Type') ?? '').includes('text/html')) event.waitUntil(keep(fresh.clone()).catch(() => undefined));
					return fresh;
				} catch (error) {
					const kept = await caches.match('/', { cacheName: CACHE }).catch(() => undefined);
					if (kept) return kept;
					throw error;
				}
			})(),
		);
		return;
	}
	if (!url.pathname.startsWith('/assets/')) return;
	// names carry the hash of the contents: what is kept is right for ever
	event.respondWith(
		(async () => {
			// a browser whose storage is full or broken must not lose a part of the page for it
			const kept = await caches.match(request, { cacheName: CACHE }).catch(() => undefined);
			if (kept) return kept;
			const fresh = await fetch(request);
			const copy = fresh.ok ? fresh.clone() : null;
			if (copy) event.waitUntil(caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => undefined));
			return fresh;
		})(),
	);
});

/** What the first page consists of: it was fetched before there was a worker. */
self.addEventListener('message', (event) => {
	if (event.data?.type === 'keep') event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(event.data.paths)));
	if (event.data?.type === 'parts') event.waitUntil(keepParts(event.data.paths).catch(() => undefined));
});
/** The rest of the program, one part after another: where there is no network nobody can fetch a part that was not opened before. */
async function keepParts(paths) {
	const cache = await caches.open(CACHE);
	for (const path of paths) {
		if (await cache.match(path)) continue;
		const fresh = await fetch(path, { priority: 'low' });
		if (fresh.ok) await cache.put(path, fresh);
	}
}

self.addEventListener('push', (event) => {
	let notice = {};
	try {
		notice = event.data?.json() ?? {};
	} catch {
		notice = { text: event.data?.text() ?? '' };
	}
	event.waitUntil(
		(async () => {
			const windows = await self.clients.matchAll({ type: 'window' });
			// a page that is looked at tells by itself
			if (windows.some((one) => one.focused) && !notice.test) return;
			await self.registration.showNotification(notice.title || 'Беседа', {
				body: notice.text || notice.body || '',
				tag: notice.thread_id || notice.tag || notice.id || 'beseda',
				icon: '/icon-192.png',
				badge: '/icon-192.png',
				data: { url: notice.url || (notice.thread_id ? `/t/${notice.thread_id}` : '/') },
			});
			if (typeof notice.count === 'number' && self.navigator.setAppBadge) await self.navigator.setAppBadge(notice.count);
		})(),
	);
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	const url = event.notification.data?.url || '/';
	event.waitUntil(
		(async () => {
			const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
			if (!open) return self.clients.openWindow(url);
			await open.focus();
			open.postMessage({ type: 'open', url });
		})(),
	);
});
