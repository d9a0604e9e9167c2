/** The one style. Sides are logical (inline-start): one for both directions. Custom properties --rasd-* come from the page. */

const CSS_TEXT = `
:host {
  --ink: var(--rasd-ink, light-dark(#1d1c1a, #e9e6e1));
  --soft: var(--rasd-soft, light-dark(#5f5b55, #aaa69f));
  --line: var(--rasd-line, light-dark(#e2ded7, #33383d));
  --edge: var(--rasd-edge, light-dark(#8d877e, #767d84));
  --paper: var(--rasd-paper, light-dark(#fff, #1b1f23));
  --accent: var(--rasd-accent, light-dark(#0b5a61, #83cbd1));
  --tint: var(--rasd-tint, light-dark(#e6f0f0, #1f3438));
  --mark: var(--rasd-mark, light-dark(#ffe08a, #6b540a));
  --bad: var(--rasd-bad, light-dark(#9c2b16, #ff9d88));
  --plain: var(--rasd-font, "Noto Sans Arabic", "Segoe UI", system-ui, Tahoma, sans-serif);
  --reading: var(--rasd-reading-font, "Noto Naskh Arabic", "Geeza Pro", "Segoe UI", Tahoma, serif);
  display: block;
  color: var(--ink);
  font: 1rem/1.6 var(--plain);
  text-align: start;
}
:host(rasd-search) { container-type: inline-size }
:host([hidden]), [hidden] { display: none !important }
*, ::before { box-sizing: border-box; margin: 0; padding: 0 }
a { color: var(--accent); text-underline-offset: .2em }
button, input, select { border: 0; background: none; color: inherit; font: inherit }
button, summary, select, [type=radio], [type=checkbox] { cursor: pointer }
ol, ul { list-style: none }
fieldset { border: 0; min-width: 0 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.soft, legend { color: var(--soft); font-size: .875rem }
strong { color: var(--ink) }
.actions a, .number, [part~=link] { text-decoration: none }
a:hover, .actions :is(a, button, summary):hover { text-decoration: underline }

::highlight(rasd) { background-color: var(--mark); color: var(--ink) }
mark { background: var(--mark); color: var(--ink) }

form { position: relative }
.box { display: flex; border: 1px solid var(--edge); border-radius: 10px; background: var(--paper) }
.box:focus-within { border-color: var(--accent); box-shadow: 0 0 0 3px var(--tint) }
.box input { flex: 1; min-width: 0; padding: .7rem 1rem; outline: 0; font: 1.25rem/1.6 var(--reading) }
.box input:placeholder-shown { direction: inherit }
.box input::placeholder { color: var(--soft); font: 1rem/1.6 var(--plain); opacity: 1 }
::-webkit-search-cancel-button { filter: grayscale(1); opacity: .6 }
[part~=submit] { padding: 0 1.5rem; border-start-end-radius: 9px; border-end-end-radius: 9px; background: var(--accent); color: var(--paper); font-weight: 600 }
[part~=submit]:focus-visible { outline-color: var(--paper); outline-offset: -5px }
[aria-busy] .box::before { content: ""; position: absolute; inset: auto 10px -1px; height: 3px; background: var(--accent); animation: wait 1s .3s infinite alternate both }
@keyframes wait { from { opacity: 0 } to { opacity: 1 } }
[role=listbox] { position: absolute; z-index: 2; inset: calc(100% + 4px) 0 auto; padding: .3rem 0; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); box-shadow: 0 6px 24px #0003; font: 1.125rem/1.8 var(--reading) }
[role=option] { padding: .15rem 1rem; cursor: pointer; text-align: start }
[role=option]:is([aria-selected=true], :hover) { background: var(--tint) }

.row { display: grid; grid-auto-flow: column; grid-auto-columns: auto; gap: 3px; margin: .3rem 0; padding: 3px; border-radius: 10px; background: var(--line) }
.row label { position: relative; display: flex; align-items: baseline; justify-content: center; gap: 0 .5rem; padding: .35rem .2rem; border-radius: 7px; font-size: .9375rem }
.row input { position: absolute; inset: 0; appearance: none }
.row bdi { color: var(--soft); font-size: .8125rem }
.row label:has(:checked) { background: var(--paper); color: var(--accent); font-weight: 600 }
.row label:has(:focus-visible) { outline: 2px solid var(--accent) }

.bars { display: flex; align-items: end; gap: 1px; height: 4rem; border-bottom: 1px solid var(--edge); cursor: crosshair; touch-action: pan-y; user-select: none }
.bars i { flex: 1; min-width: 0; background: var(--accent) }
.bars .out { background: var(--edge); opacity: .45 }
.handles { position: relative; height: 1.5rem }
.handles input { position: absolute; inset: 0; width: 100%; appearance: none; pointer-events: none }
::-webkit-slider-thumb { width: 1.5rem; height: 1.5rem; border: 7px solid var(--paper); border-radius: 50%; appearance: none; background: var(--accent); box-shadow: 0 0 0 1px var(--edge); cursor: ew-resize; pointer-events: auto }
::-moz-range-thumb { width: .7rem; height: .7rem; border: 7px solid var(--paper); background: var(--accent); cursor: ew-resize; pointer-events: auto }

legend { padding-bottom: .2rem }
:host(rasd-facets) .frame { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0 2rem }
[part~=facet] { margin-bottom: 1.1rem; font-size: .9375rem }
[part~=value] { display: flex; align-items: baseline; gap: .5rem; min-height: 1.75rem; overflow-wrap: anywhere }
[part~=value] span { margin-inline-start: auto }
[part~=mention] { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5rem; min-height: 2rem }
[part~=mention] input { flex: 1; min-width: 4rem; padding: 0 .4rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper) }
[type=checkbox] { flex: none; width: 1rem; height: 1rem; accent-color: var(--accent); translate: 0 .15rem }

.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .3rem 1rem; min-height: 2rem }
.tools { display: flex; align-items: baseline; gap: 1rem; color: var(--accent); font-size: .875rem }
option { background: var(--paper); color: var(--ink) }
.chips { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: .5rem 0 }
[part~=chip] { padding: .1rem .7rem; border: 1px solid var(--edge); border-radius: 2rem; background: var(--tint); font-size: .875rem }
[part~=hit] { padding: 1.1rem 0 1rem; border-top: 1px solid var(--line) }
[aria-busy] > ol { opacity: .6 }
[part~=list] { margin-top: .5rem }
h2, h3 { font: 600 1.125rem/1.65 var(--plain) }
[part~=text] { margin-top: .2rem; font: 1.125rem/2 var(--reading); overflow-wrap: anywhere }
.foot { position: relative; display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem 1rem; margin-top: .45rem; font-size: .8125rem }
[part~=badge] > summary { padding: 0 .6rem; border: 1px solid var(--line); border-radius: 1rem; color: inherit }
.menu[part~=badge] { position: static }
.menu[part~=badge] > span { inset-inline: 0 auto; min-width: 0; max-width: 100%; padding: .5rem .75rem }
.actions { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; margin-inline-start: auto; color: var(--accent) }
.actions > *, .tools > * { min-height: 1.5rem }
[part~=note] :is(details, summary) { display: inline }
summary { color: var(--accent) }
.menu { position: relative }
.menu summary { list-style: none }
[part=menu] summary::after { content: " ▾" }
.menu > span { position: absolute; z-index: 1; inset-inline-end: 0; display: grid; min-width: max-content; padding: .4rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); box-shadow: 0 6px 24px #0003 }
.menu a { padding: .2rem 1rem }
[part~=note] { margin-top: .5rem }
[part~=divider] { padding: .6rem 0; border-top: 1px solid var(--line); text-align: center }
[part~=help], [part~=error] { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 10px; background: var(--paper) }
[part~=help] > * + *, [part~=help] li, [part~=error] > * + * { margin-top: .5rem }
[part~=error] { border-color: var(--bad) }
[part~=error] :is(h2, button) { color: var(--bad) }
.main { padding: .35rem 1.25rem; border: 1px solid; border-radius: 8px; color: var(--accent) }
.main:hover { background: var(--tint) }
.end { padding-top: 1rem; border-top: 1px solid var(--line) }
[part~=similar] { margin-top: .75rem; padding-inline-start: 1rem; border-inline-start: 3px solid var(--tint) }
[part~=similar] li + li { margin-top: .75rem }

dialog { width: 100%; max-width: 48rem; height: 100%; max-height: 100%; margin: auto; border: 0; background: var(--paper); color: inherit; overscroll-behavior: contain }
::backdrop { background: #0009 }
.sheet { min-height: 100%; padding: 0 clamp(1rem, 5vw, 3rem) 4rem }
.sheet > header { position: sticky; top: 0; padding: .75rem 0; background: var(--paper); text-align: end }
.sheet h2 { font: 700 1.5rem/1.6 var(--plain); scroll-margin: 5rem }
.sheet .foot { margin-bottom: 1.5rem }
.paragraph { display: grid; grid-template-columns: 2rem 1fr; padding: .5rem 0; font: 1.1875rem/2 var(--reading); overflow-wrap: anywhere }
.number { color: var(--soft); font: .75rem/3 var(--plain) }
blockquote { padding-inline-start: 1rem; border-inline-start: 3px solid var(--line) }
.paragraph.at { box-shadow: 0 0 0 .5rem var(--tint); background: var(--tint) }

.whole { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 2.5rem }
[part~=filters] { display: none }
.narrowing > [part~=filters] { display: block }
:host(:is(rasd-levels, rasd-timeline)) .frame { padding-bottom: 1rem }
@container (min-width: 56rem) {
  .narrowing { grid-template-columns: 13rem minmax(0, 1fr) }
  .narrowing > :first-child { grid-column: 1 / -1 }
}
@container (max-width: 36rem) {
  .row label { flex-direction: column; align-items: center; font-size: .8125rem }
  [part~=provenance], .actions { width: 100% }
  [part~=submit] { padding: 0 1rem }
}
@media (prefers-reduced-motion: reduce) { * { animation-duration: 9s !important } }
@media (forced-colors: active) {
  ::highlight(rasd) { background-color: Mark; color: MarkText }
  .row label:has(:checked) { border: 1px solid }
}
@media print {
  button, select, .row, .menu, legend, .end, .handles, form, [part~=filters], [part~=levels] { display: none !important }
  :host { --ink: #000; --soft: #333; --accent: #000; --paper: #fff; --tint: #fff }
  ::highlight(rasd) { background-color: transparent; text-decoration: underline 2px }
  dialog { position: static; height: auto }
  [part~=permalink]::after { content: " " attr(href); unicode-bidi: isolate }
}
`;

export const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS_TEXT);
