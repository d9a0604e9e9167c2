/** A hit: its title, its text with marks, where it stands, and what can be done with it. */

import { button, element, listed, sentence } from "./element.js";
import { provenance } from "./provenance.js";

/** UTF-16 units of a text that is shown; the whole stands in the report. */
const LONGEST = 360;

/** @param {Paragraph} hit @param {Part} part */
export function hitItem(hit, part) {
  const { strings, search, marks } = part;
  const { kind, text, matches, language, report_id, position, level } = hit;
  const marked = marks.marked(text, matches, LONGEST);
  const isTitle = kind === "title";
  // A title that was hit carries the marks itself.
  const title = isTitle ? marked : marks.marked(hit.title || strings.untitled, [], LONGEST);
  const place = { report: report_id, at: String(position) };
  const link = part.link(place, title, { part: "link", lang: language }, () => search.tell("select", hit, part));
  const heading = element("h2", { part: "title", dir: "auto" }, link);
  const body = isTitle ? "" : element("p", { part: "text", dir: "auto", lang: language }, ...marked);
  const badge = level ? menu(strings.level[level]?.name ?? level, () => [strings.level[level]?.help ?? ""], "badge") : "";
  const foot = element("div", { class: "foot soft" }, provenance(hit, strings), ...told(hit, strings), badge, actions(hit, part));
  return element("li", { part: "hit", "data-id": hit.id }, element("article", {}, heading, body, foot));
}

/** How many casualties the text tells of. @param {Paragraph} hit @param {Strings} strings */
function told({ figures }, strings) {
  const kinds = [...new Set(figures.map(({ kind }) => kind))].filter((kind) => strings.casualties[kind]);
  const numbers = (/** @type {string} */ kind) => figures.filter((told) => told.kind === kind).map((told) => people(told, strings));
  const each = kinds.map((kind) => element("span", {}, ...sentence(strings.casualties[kind], { n: [...new Set(numbers(kind))].join(strings.comma) })));
  return each.length ? [element("span", { part: "figures" }, ...listed(each, " · "))] : [];
}

/** @param {Paragraph["figures"][number]} figure @param {Strings} strings */
function people({ low, high }, { number }) {
  if (!high) return `${number(low)}+`;
  return low === high ? number(low) : `${number(low)}–${number(high)}`;
}

/** @param {Paragraph} hit @param {Part} part */
function actions(hit, part) {
  const { strings, search } = part;
  const module = () => import("./actions.js");
  const copy = button(strings.copy, async () => (await module()).copyQuotation(hit, part, copy));
  const like = button(strings.similar, async () => (await module()).toggleSimilar(hit, part, like), { "aria-expanded": "false" });
  const permalink = element("a", { href: search.client.permalink(hit), part: "permalink" }, strings.permalink);
  const cite = menu(strings.cite, async () => (await module()).citations(hit, part));
  return element("span", { class: "actions" }, copy, permalink, cite, like);
}

/** A few links that open on a click; Esc and leaving close them. @param {string} name @param {() => Piece[] | Promise<Piece[]>} links */
export function menu(name, links, part = "menu") {
  const summary = element("summary", {}, name);
  const inside = element("span");
  const close = (/** @type {any} */ { key, relatedTarget }) => {
    if (key ? key !== "Escape" : details.contains(relatedTarget)) return;
    if (key) summary.focus();
    details.removeAttribute("open");
  };
  const toggle = async () => inside.replaceChildren(...(await links()));
  const details = element("details", { class: "menu", part, toggle, keydown: close, focusout: close }, summary, inside);
  return details;
}
