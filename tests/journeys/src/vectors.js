// F15: strings that would run in a page that took them for markup. Made by combining what runs with what has to be
// broken out of; each calls `ran(N)` with its own number, so that a hit names its string.

/** Ways to run, each a function of the call to make. */
const RUNS = {
	script: (call) => `<script>${call}</script>`,
	scriptData: (call) => `<script src="data:text/javascript,${call}"></script>`,
	scriptModule: (call) => `<script type=module>${call}</script>`,
	image: (call) => `<img src=x onerror=${call}>`,
	imageSlash: (call) => `<img/src="x"/onerror="${call}">`,
	imageSet: (call) => `<img srcset=x onerror='${call}'>`,
	svg: (call) => `<svg onload=${call}>`,
	svgScript: (call) => `<svg><script>${call}</script></svg>`,
	svgAnimate: (call) => `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
	svgUse: (call) => `<svg><a xlink:href="javascript:${call}"><text x=9 y=9>here</text></a></svg>`,
	frame: (call) => `<iframe src="javascript:${call}"></iframe>`,
	frameInside: (call) => `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
	focus: (call) => `<input autofocus onfocus=${call}>`,
	area: (call) => `<textarea autofocus onfocus=${call}></textarea>`,
	details: (call) => `<details open ontoggle=${call}><summary>here</summary></details>`,
	video: (call) => `<video><source onerror="${call}"></video>`,
	audio: (call) => `<audio src=x onerror=${call}>`,
	marquee: (call) => `<marquee onstart=${call}>here</marquee>`,
	object: (call) => `<object data="javascript:${call}"></object>`,
	embed: (call) => `<embed src="javascript:${call}">`,
	link: (call) => `<a href="javascript:${call}">here</a>`,
	linkTabs: (call) => `<a href="java\tscript:${call}">here</a>`,
	form: (call) => `<form action="javascript:${call}"><button>here</button></form>`,
	button: (call) => `<form><button formaction="javascript:${call}">here</button></form>`,
	refresh: (call) => `<meta http-equiv=refresh content="0;url=javascript:${call}">`,
	style: (call) => `<style>@keyframes k{}</style><b style="animation-name:k" onanimationstart="${call}">here</b>`,
	template: (call) => `<template shadowrootmode=open><img src=x onerror=${call}></template>`,
	math: (call) => `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${call}&gt;">`,
};

/** What has to be broken out of, or what a cleaner may undo. */
const BREAKS = {
	plain: (run) => run,
	words: (run) => `Добрый день! ${run} спасибо`,
	double: (run) => `">${run}`,
	single: (run) => `'>${run}`,
	backtick: (run) => '`>' + run,
	attribute: (run) => `" autofocus tabindex=1 onfocus=${run.match(/ran\(\d+\)/)[0]} x="`,
	textarea: (run) => `</textarea>${run}`,
	title: (run) => `</title>${run}`,
	scriptEnd: (run) => `</script>${run}`,
	styleEnd: (run) => `</style>${run}`,
	comment: (run) => `--><!-- -->${run}`,
	cdata: (run) => `]]>${run}`,
	json: (run) => `"}]}</script>${run}`,
	literal: (run) => '${' + run.match(/ran\(\d+\)/)[0] + '}' + run,
	mustache: (run) => `{{constructor.constructor('${run.match(/ran\(\d+\)/)[0]}')()}}${run}`,
	entities: (run) => run.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
	numbers: (run) => run.replaceAll('<', '&#60;').replaceAll('>', '&#x3E;'),
	percent: (run) => encodeURIComponent(run),
	mixed: (run) => run.replace(/<(\/?)([a-z]+)/g, (_, end, name) => `<${end}${[...name].map((one, at) => (at % 2 ? one.toUpperCase() : one)).join('')}`),
	doubled: (run) => run.replace(/<([a-z])/, '<<$1'),
	markdownLink: (run) => `[нажмите](javascript:${run.match(/ran\(\d+\)/)[0]}) **${run}**`,
	markdownImage: (run) => `![x](x"onerror="${run.match(/ran\(\d+\)/)[0]}) _${run}_`,
	code: (run) => '```html\n' + run + '\n```',
	quote: (run) => `> ${run}`,
	autolink: (run) => `https://example.org/"onmouseover="${run.match(/ran\(\d+\)/)[0]}" ${run}`,
	hidden: (run) => run.replace('<', '<\u200b').replace('ran', '\u2060ran'),
};

/** All strings, the same in each run; `#N` in each finds it again on a screen. */
export const strings = Object.values(BREAKS).flatMap((leave, row) =>
	Object.values(RUNS).map((run, column) => {
		const n = row * Object.keys(RUNS).length + column;
		return `#${n} ${leave(run(`ran(${n})`))}`;
	}),
);
