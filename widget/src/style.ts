// The look of the widget as one adopted style sheet: the page's own styles cannot reach in, ours cannot leak out.
import { palette } from './colour';

export function styleSheet(accent: string, theme: string): CSSStyleSheet {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(`
		:host { all: initial; }
		:host { ${theme === 'dark' ? DARK + own(accent, true) : LIGHT + own(accent, false)} }
		${theme === 'light' || theme === 'dark' ? '' : `@media (prefers-color-scheme: dark) { :host { ${DARK} ${own(accent, true)} } }`}
		${CSS}
	`);
	return sheet;
}

function own(accent: string, dark: boolean): string {
	const { accent: main, on, soft } = palette(accent, dark);
	return `--accent: ${main}; --on-accent: ${on}; --accent-soft: ${soft};`;
}

const LIGHT = `
	color-scheme: light;
	--bg: #fbfaf7; --surface: #ffffff; --pane: #f1efe9; --ink: #1d2220; --ink-2: #4c534f; --ink-3: #636965;
	--line: #e0ddd4; --line-strong: #85827a; --danger: #b0332a; --ok: #2c7a57;
	--float: 0 1px 2px rgb(20 30 25 / .08), 0 12px 32px rgb(20 30 25 / .16);
`;

const DARK = `
	color-scheme: dark;
	--bg: #161918; --surface: #1d2120; --pane: #191c1b; --ink: #e8e6e0; --ink-2: #b8bdb8; --ink-3: #9aa19c;
	--line: #2c3230; --line-strong: #767e7a; --danger: #f08a7e; --ok: #6cc59a;
	--float: 0 1px 2px rgb(0 0 0 / .4), 0 12px 32px rgb(0 0 0 / .5);
`;

const CSS = `
	:host {
		position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
		font: 400 14px/20px "Segoe UI Variable Text", "Segoe UI", -apple-system, "Inter", "Noto Sans", Roboto, sans-serif;
		color: var(--ink); -webkit-text-size-adjust: 100%;
	}
	*, *::before, *::after { box-sizing: border-box; }
	:host(.left) { inset-inline: 20px auto; }
	[hidden] { display: none !important; }
	button, input, textarea { font: inherit; color: inherit; margin: 0; letter-spacing: inherit; }
	button { border: 0; padding: 0; background: none; cursor: pointer; -webkit-tap-highlight-color: transparent; }
	button:disabled { cursor: default; }
	:focus { outline: none; }
	:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
	svg { display: block; inline-size: 20px; block-size: 20px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
	.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

	.launcher {
		position: relative; display: grid; place-items: center; inline-size: 56px; block-size: 56px; border-radius: 50%; margin-inline-start: auto;
		background: var(--accent); color: var(--on-accent); box-shadow: var(--float); transition: transform 90ms cubic-bezier(.2,.7,.2,1);
	}
	:host(.left) .launcher { margin-inline: 0 auto; }
	.launcher.words { display: flex; gap: 8px; inline-size: auto; block-size: 48px; padding-inline: 16px 20px; border-radius: 24px; font-size: 15px; font-weight: 500; white-space: nowrap; }
	.launcher.words svg { inline-size: 22px; block-size: 22px; }
	.launcher:hover { transform: scale(1.04); }
	.launcher:active { transform: scale(.97); }
	.launcher svg { inline-size: 28px; block-size: 28px; stroke-width: 1.4; }
	.badge {
		position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-inline-size: 22px; padding-inline: 6px; border-radius: 11px;
		background: #b0332a; color: #fff; font-size: 12px; font-weight: 600; line-height: 22px; text-align: center; font-variant-numeric: tabular-nums;
		box-shadow: 0 0 0 2px var(--surface);
	}

	.panel {
		position: absolute; inset-block-end: 72px; inset-inline-end: 0; display: flex; flex-direction: column;
		inline-size: 380px; block-size: min(640px, calc(100vh - 112px)); block-size: min(640px, calc(100dvh - 112px));
		background: var(--bg); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--float); overflow: hidden;
		transform-origin: 100% 100%; animation: rise 180ms cubic-bezier(.2,.7,.2,1);
	}
	:host(.left) .panel { inset-inline: 0 auto; transform-origin: 0 100%; }
	:host(.whole) { inset: 0; }
	:host(.whole) .panel { position: fixed; inset: 0; margin: auto; inline-size: min(640px, 100%); block-size: min(860px, 100dvh); }
	:host(.whole) .launcher, :host(.whole) .shut { display: none; }
	@keyframes rise { from { opacity: 0; transform: translateY(8px) scale(.985); } }

	.head { display: flex; align-items: center; gap: 4px; padding: 12px 8px 12px 20px; background: var(--surface); border-block-end: 1px solid var(--line); }
	.head .who { flex: 1; min-inline-size: 0; }
	h2 { margin: 0; font-size: 16px; line-height: 22px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
	.presence { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; color: var(--ink-2); font-size: 12px; line-height: 16px; }
	.presence::before { content: ""; inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--ok); flex: none; }
	.presence.away::before { background: none; box-shadow: inset 0 0 0 1.5px var(--ink-3); }
	.tool { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 8px; color: var(--ink-2); flex: none; transition: background 90ms; }
	.tool:hover { background: var(--pane); color: var(--ink); }

	.status { padding: 6px 20px; background: var(--pane); border-block-end: 1px solid var(--line); color: var(--ink-2); font-size: 12px; line-height: 16px; }

	.head, .status, .foot { flex: none; }
	.scroll { flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent; padding: 20px; display: flex; flex-direction: column; }
	.scroll:focus-visible { outline-offset: -2px; }
	.intro { margin: 0 0 4px; font-size: 16px; line-height: 24px; color: var(--ink); white-space: pre-line; text-wrap: pretty; overflow-wrap: anywhere; }
	.log { display: flex; flex-direction: column; margin: 0; padding: 0; list-style: none; }
	.day { align-self: center; margin-block: 20px 12px; color: var(--ink-3); font-size: 12px; line-height: 16px; }
	.intro[hidden] + .log > .day:first-child { margin-block-start: 0; }
	.row { display: flex; flex-direction: column; align-items: flex-start; margin-block-start: 2px; max-inline-size: 100%; }
	.row.first { margin-block-start: 12px; }
	.day + .row.first { margin-block-start: 0; }
	.row.mine { align-items: flex-end; }
	.author { margin: 0 0 4px 1px; color: var(--ink-2); font-size: 12px; line-height: 16px; font-weight: 500; }
	.author:has(img) { display: flex; align-items: center; gap: 8px; }
	.author img { inline-size: 24px; block-size: 24px; border-radius: 50%; object-fit: cover; background: var(--pane); }
	.bubble { max-inline-size: 86%; min-inline-size: 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); overflow-wrap: anywhere; }
	.row:not(.mine).first:not(.last) .bubble { border-end-start-radius: 4px; }
	.row:not(.mine).last:not(.first) .bubble { border-start-start-radius: 4px; }
	.row:not(.mine):not(.first):not(.last) .bubble { border-start-start-radius: 4px; border-end-start-radius: 4px; }
	.row.mine .bubble { background: var(--accent-soft); border-color: transparent; }
	.row.mine.first:not(.last) .bubble { border-end-end-radius: 4px; }
	.row.mine.last:not(.first) .bubble { border-start-end-radius: 4px; }
	.row.mine:not(.first):not(.last) .bubble { border-start-end-radius: 4px; border-end-end-radius: 4px; }
	.bubble.media { padding: 4px; }
	.bubble.media .text { padding: 4px 8px; }
	.bubble.gone { color: var(--ink-3); }
	.meta { display: flex; align-items: center; gap: 4px; margin: 4px 1px 0; color: var(--ink-3); font-size: 12px; line-height: 16px; font-variant-numeric: tabular-nums; }
	.meta svg { inline-size: 14px; block-size: 14px; }
	.row:not(.last) .meta { display: none; }
	.row.failed .meta { display: flex; flex-wrap: wrap; justify-content: flex-end; color: var(--danger); }
	.meta button { color: var(--ink); text-decoration: underline; text-underline-offset: 2px; padding: 4px; margin: -4px 0; border-radius: 4px; }

	.text > :first-child { margin-block-start: 0; }
	.text > :last-child { margin-block-end: 0; }
	.text.plain { white-space: pre-wrap; }
	.text p { margin: 8px 0; }
	.text strong, .text b { font-weight: 600; }
	.text a { color: inherit; text-decoration-color: var(--line-strong); text-underline-offset: 2px; border-radius: 2px; }
	.text a:hover { text-decoration-color: currentColor; }
	.text code, .text pre { font: 13px/18px ui-monospace, "Cascadia Mono", Consolas, "Noto Sans Mono", monospace; }
	.text code { padding: 1px 4px; border-radius: 4px; background: color-mix(in srgb, currentColor 8%, transparent); }
	.text pre { margin: 8px 0; padding: 8px; border-radius: 4px; background: color-mix(in srgb, currentColor 6%, transparent); white-space: pre-wrap; }
	.text blockquote { margin: 8px 0; padding-inline-start: 10px; border-inline-start: 2px solid var(--line-strong); color: var(--ink-2); }
	.text ul, .text ol { margin: 8px 0; padding-inline-start: 20px; }

	.buttons { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 8px; }
	.buttons > * { padding: 6px 12px; border: 1px solid var(--line-strong); border-radius: 16px; color: inherit; text-decoration: none; text-align: start; overflow-wrap: anywhere; }
	.buttons > :hover { background: color-mix(in srgb, currentColor 6%, transparent); }
	.files { display: grid; gap: 4px; }
	.text + .files { margin-block-start: 8px; }
	.picture { display: block; max-inline-size: 260px; border-radius: 8px; overflow: hidden; background: var(--pane); }
	.picture img { display: block; inline-size: 100%; block-size: 100%; object-fit: cover; }
	video { display: block; max-inline-size: 100%; border-radius: 8px; background: #000; }
	audio { display: block; inline-size: 240px; max-inline-size: 100%; block-size: 40px; }
	.file { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 2px 10px; padding: 6px 8px; color: inherit; text-decoration: none; border-radius: 8px; }
	a.file:hover b { text-decoration: underline; text-underline-offset: 2px; }
	.file svg { grid-row: span 2; color: var(--ink-2); }
	.file b { font-weight: 500; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
	.file small { color: var(--ink-3); font-size: 12px; line-height: 16px; }

	.typing { display: flex; align-items: center; gap: 8px; min-block-size: 20px; margin-block-start: 12px; color: var(--ink-3); font-size: 12px; line-height: 16px; }
	.typing i { display: flex; gap: 3px; }
	.typing i::before, .typing i::after, .typing i span { content: ""; inline-size: 5px; block-size: 5px; border-radius: 50%; background: currentColor; animation: breathe 1.2s infinite ease-in-out; }
	.typing i span { animation-delay: .15s; }
	.typing i::after { animation-delay: .3s; }
	@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
	.thanks { margin-block-start: 16px; color: var(--ink-2); font-size: 13px; line-height: 18px; text-wrap: pretty; }

	.foot { position: relative; }
	.below {
		position: absolute; inset-block-end: calc(100% + 12px); inset-inline: 0; margin-inline: auto; inline-size: fit-content; display: flex; align-items: center; gap: 6px;
		padding: 6px 12px 6px 14px; border: 1px solid var(--line); border-radius: 16px; background: var(--surface); color: var(--ink); font-size: 13px; line-height: 18px; font-weight: 500; box-shadow: var(--float);
	}
	.below svg { inline-size: 16px; block-size: 16px; }

	.composer { display: grid; grid-template-columns: auto 1fr auto; align-items: end; gap: 4px; padding: 10px; background: var(--surface); border-block-start: 1px solid var(--line); }
	.composer textarea {
		resize: none; border: 0; background: none; padding: 8px 4px; block-size: 36px; max-block-size: 136px; line-height: 20px; scrollbar-width: thin;
	}
	.composer textarea::placeholder, .field :is(input, textarea)::placeholder { color: var(--ink-3); opacity: 1; }
	.composer textarea:focus-visible { outline: none; }
	.composer:focus-within { box-shadow: inset 0 2px 0 -1px var(--accent); }
	.composer .go { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; background: var(--accent); color: var(--on-accent); transition: opacity 90ms; }
	.composer .go:disabled { background: color-mix(in srgb, var(--ink) 7%, transparent); color: var(--ink-3); }
	.tray { grid-column: 1 / -1; display: grid; gap: 4px; margin: 0; padding: 0 0 4px; list-style: none; max-block-size: 132px; overflow-y: auto; }
	.tray li { position: relative; display: grid; grid-template-columns: 36px minmax(0, 1fr) auto auto; align-items: center; gap: 0 8px; padding: 4px 4px 4px 8px; border-radius: 8px; background: var(--pane); overflow: hidden; }
	.tray li > svg { color: var(--ink-2); }
	.tray img { inline-size: 36px; block-size: 36px; object-fit: cover; border-radius: 4px; margin-inline-start: -4px; }
	.tray b { display: block; font-weight: 500; font-size: 13px; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
	.tray small { display: block; color: var(--ink-3); font-size: 12px; line-height: 16px; font-variant-numeric: tabular-nums; }
	.tray .bad small { color: var(--danger); }
	.tray progress { position: absolute; inset: auto 0 0; inline-size: 100%; block-size: 2px; border: 0; appearance: none; background: transparent; }
	.tray progress::-webkit-progress-bar { background: transparent; }
	.tray progress::-webkit-progress-value { background: var(--accent); }
	.tray progress::-moz-progress-bar { background: var(--accent); }
	.tray .tool { inline-size: 32px; block-size: 32px; }
	.tray .tool:hover { background: var(--line); }
	.tray .again { padding: 6px; font-size: 13px; line-height: 18px; text-decoration: underline; text-underline-offset: 2px; border-radius: 4px; }
	.note { grid-column: 1 / -1; padding: 2px 8px 6px; color: var(--danger); font-size: 12px; line-height: 16px; }

	.drop { position: absolute; inset: 8px; display: grid; place-items: center; border: 1.5px dashed var(--accent); border-radius: 8px; background: var(--bg); font-weight: 500; pointer-events: none; }

	form.leave, form.ask { display: grid; gap: 14px; margin-block-start: 20px; }
	.field { display: grid; gap: 4px; }
	.field label { font-size: 13px; line-height: 18px; font-weight: 500; }
	.field :is(input, textarea) { inline-size: 100%; padding: 7px 10px; border: 1px solid var(--line-strong); border-radius: 4px; background: var(--surface); }
	.field textarea { min-block-size: 96px; resize: vertical; }
	.field :is(input, textarea):focus-visible { outline-offset: -1px; }
	.field [aria-invalid] { border-color: var(--danger); }
	.field select { inline-size: 100%; padding: 7px 10px; border: 1px solid var(--line-strong); border-radius: 4px; background: var(--surface); font: inherit; color: inherit; }
	.field select:focus-visible { outline-offset: -1px; }
	.ask .field textarea { min-block-size: 64px; }
	.agree { display: grid; gap: 4px; }
	.agree label { display: grid; grid-template-columns: auto 1fr; gap: 8px; align-items: start; font-size: 13px; line-height: 18px; color: var(--ink-2); overflow-wrap: anywhere; }
	.agree input { inline-size: 18px; block-size: 18px; margin: 0; accent-color: var(--accent); }
	.agree a { color: var(--ink); }
	.agree .wrong, .ask > .wrong { color: var(--danger); font-size: 12px; line-height: 16px; }
	.field small { color: var(--ink-3); font-size: 12px; line-height: 16px; font-weight: 400; }
	.field .wrong { color: var(--danger); font-size: 12px; line-height: 16px; }
	.primary { justify-self: start; padding: 8px 16px; border-radius: 4px; background: var(--accent); color: var(--on-accent); font-weight: 500; }

	@media (max-width: 599px) {
		:host { inset-block-end: max(16px, env(safe-area-inset-bottom)); inset-inline-end: 16px; }
		:host(.left) { inset-inline: 16px auto; }
		.panel {
			position: fixed; inset: 0 0 auto; inline-size: auto; block-size: 100vh; block-size: var(--seen, 100dvh);
			border: 0; border-radius: 0; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
		}
		.panel:not([hidden]) + .launcher { display: none; }
		:host(.left) .panel { inset-inline: 0; }
		:host(.whole) .panel { block-size: var(--seen, 100dvh); }
		.composer textarea, .field :is(input, textarea, select) { font-size: 16px; line-height: 22px; }
		.tool, .composer .go { inline-size: 40px; block-size: 40px; }
		.primary { justify-self: stretch; min-block-size: 44px; }
		.composer textarea { block-size: 40px; padding-block: 9px; }
	}
	@media (prefers-reduced-motion: reduce) {
		*, *::before, *::after { animation: none !important; transition: none !important; }
		.typing i::before, .typing i::after, .typing i span { opacity: .6; }
	}
	@media (forced-colors: active) {
		.launcher, .primary, .composer .go, .bubble { border: 1px solid; }
	}
	@media print { :host { display: none; } }
`;
