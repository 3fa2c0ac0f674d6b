// The widget's looks, inside its shadow root: nothing of the page reaches in, nothing reaches out. Logical properties
// throughout, so right-to-left needs no rules of its own.
export const style = `
:host { all: initial; }
*, *::before { box-sizing: border-box; }
.root {
  --bg: #fff; --sunken: #f4f5f8; --text: #151a23; --muted: #566073; --line: #dfe3ea; --control: #838c9b; --bad: #b3261e;
  position: fixed; inset-block-end: 20px; z-index: 2147483000; color: var(--text); color-scheme: light;
  font: 14px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; text-align: start;
}
.root.dark {
  --bg: #151a21; --sunken: #1e252f; --text: #e7ebf2; --muted: #9ba6b7; --line: #29313d; --control: #707c8f; --bad: #ff8f86;
  color-scheme: dark;
}
.root.right { inset-inline-end: 20px; } .root.left { inset-inline-start: 20px; }
.root.inline { position: absolute; z-index: 0; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
svg { inline-size: 16px; block-size: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; display: block; }
.open { display: flex; align-items: center; gap: 8px; block-size: 44px; padding-inline: 16px; border-radius: 22px; background: var(--accent); color: var(--on-accent); font-weight: 550; box-shadow: 0 2px 10px rgb(16 24 40 / 25%); }
.panel { display: flex; flex-direction: column; inline-size: 380px; block-size: min(560px, calc(100vh - 40px)); background: var(--bg); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 12px 40px rgb(16 24 40 / 22%); overflow: hidden; }
.inline .panel { block-size: 520px; max-inline-size: calc(100vw - 72px); }
.root .hidden { display: none; }
header { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 16px; border-block-end: 1px solid var(--line); }
header:dir(rtl) { padding: 10px 16px 10px 8px; }
h2 { flex: 1; min-inline-size: 0; margin: 0; font-size: 15px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tool { display: grid; place-items: center; min-inline-size: 32px; block-size: 32px; padding-inline: 6px; border-radius: 6px; color: var(--muted); font-size: 12px; }
.tool:hover, .rate button:hover { background: var(--sunken); color: var(--text); }
.log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 14px; overscroll-behavior: contain; }
.log p, .log ul, .log ol, .log pre, .log blockquote { margin: 0 0 8px; }
.log > * > :last-child { margin-block-end: 0; }
.asked { font-weight: 600; border-inline-start: 3px solid var(--accent); padding-inline-start: 10px; overflow-wrap: anywhere; white-space: pre-wrap; }
.said { overflow-wrap: anywhere; }
.said pre, .scroll { overflow: auto; background: var(--sunken); padding: 8px; border-radius: 6px; font-size: 12px; }
code { font-family: ui-monospace, Menlo, monospace; font-size: .92em; }
ul, ol { padding-inline-start: 20px; }
table { border-collapse: collapse; } th, td { padding: 3px 8px; border-block-end: 1px solid var(--line); text-align: start; }
blockquote { padding-inline-start: 10px; border-inline-start: 3px solid #d9a514; color: var(--text); }
a { color: inherit; }
.mark { display: inline-block; min-inline-size: 18px; padding-inline: 4px; margin-inline-start: 3px; border-radius: 4px; background: var(--sunken); border: 1px solid var(--line); font-size: 11px; line-height: 16px; text-align: center; vertical-align: 1px; }
details { border: 1px solid var(--line); border-radius: 6px; margin-block-start: 6px; font-size: 13px; }
summary { padding: 5px 10px; cursor: pointer; color: var(--muted); overflow-wrap: anywhere; }
details[open] summary { color: var(--text); }
.log details blockquote { margin: 2px 10px 10px; white-space: pre-wrap; }
.contact { margin-block-start: 8px; padding: 8px 10px; border-radius: 6px; background: var(--sunken); }
.rate { display: flex; gap: 2px; margin-block-start: 6px; }
.rate button { display: grid; place-items: center; inline-size: 28px; block-size: 28px; border-radius: 6px; color: var(--muted); }
.rate button[aria-pressed="true"] { color: var(--text); background: var(--sunken); }
.rate button[aria-pressed="true"] svg { fill: currentColor; fill-opacity: .25; }
.problem { color: var(--bad); }
.problem button { text-decoration: underline; min-block-size: 24px; }
.suggest { display: flex; flex-direction: column; gap: 6px; align-items: stretch; }
.suggest button { text-align: start; padding: 7px 12px; border: 1px solid var(--line); border-radius: 6px; }
.suggest button:hover { background: var(--sunken); }
.wait::after { content: ""; display: inline-block; inline-size: 6px; block-size: 12px; margin-inline-start: 4px; background: var(--muted); vertical-align: -1px; animation: blink 1s steps(2) infinite; }
@keyframes blink { 50% { opacity: 0; } }
form { display: flex; gap: 8px; align-items: flex-end; padding: 10px; border-block-start: 1px solid var(--line); }
textarea { flex: 1; min-inline-size: 0; resize: none; font: inherit; font-size: 16px; line-height: 1.4; color: inherit; background: var(--bg); border: 1px solid var(--control); border-radius: 6px; padding: 7px 10px; block-size: 38px; max-block-size: 120px; field-sizing: content; }
textarea::placeholder { color: var(--muted); opacity: 1; }
.send { block-size: 38px; padding-inline: 14px; border-radius: 6px; background: var(--accent); color: var(--on-accent); font-weight: 550; }
.send:disabled { opacity: .45; cursor: default; }
.sr { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) {
  .root:not(.inline).opened { inset: 0; }
  .root:not(.inline) .panel { inline-size: 100vw; block-size: 100dvh; border: 0; border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { .wait::after { animation: none; } }
@media (forced-colors: active) { .open, .send, .mark { border: 1px solid ButtonText; } }
`;
