// The demo shop's own script: chooses the language before the chat starts, and lets "Ask" buttons open it.
(() => {
	const asked = new URLSearchParams(location.search).get('lang');
	const lang = asked === 'ru' || asked === 'en' ? asked : navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en';
	document.documentElement.lang = lang;

	document.addEventListener('DOMContentLoaded', () => {
		document.title = document.body.dataset[lang === 'ru' ? 'titleRu' : 'titleEn'] ?? document.title;
		for (const button of document.querySelectorAll('button[data-ask]')) button.addEventListener('click', () => window.Beseda?.open());
	});
})();
