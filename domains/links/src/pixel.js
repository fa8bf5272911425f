// The pixel of Beseda: tells which page of this site a browser sees, under an id that stays on this site.
(function () {
	'use strict';
	var script = document.currentScript;
	if (!script || window.beseda_pixel) return;
	window.beseda_pixel = true;
	var base = new URL(script.src).origin;
	var visitor = '';
	try {
		visitor = localStorage.getItem('beseda.visitor') || '';
	} catch (e) {
		// a browser that keeps nothing is nobody we can know again
	}
	if (!/^[0-9a-f]{32}$/.test(visitor)) {
		visitor = Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
			return byte.toString(16).padStart(2, '0');
		}).join('');
		try {
			localStorage.setItem('beseda.visitor', visitor);
		} catch (e) {
			return;
		}
	}
	var here = new URL(location.href);
	var click = here.searchParams.get('_b');
	if (click) {
		here.searchParams.delete('_b');
		// whoever copies the address must not copy the click
		history.replaceState(history.state, '', here);
	}
	var seen = JSON.stringify({
		visitor: visitor,
		click: click && /^[0-9a-f]{32}$/.test(click) ? click : null,
		page: here.href,
		referrer: document.referrer,
	});
	fetch(base + '/api/v1/pixel', { method: 'POST', body: seen, keepalive: true, mode: 'no-cors', credentials: 'omit' }).catch(function () {});
})();
