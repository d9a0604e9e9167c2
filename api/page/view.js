/** The view: an answer as elements. */

import { write } from "./address.js";
import { dateOf } from "./date.js";
import { button, element, isolated, sentence } from "./element.js";
import { marked } from "./marks.js";
import { extent } from "./notice.js";
import { copy, quotation } from "./quotation.js";

/**
 * @typedef {import("./client.js").Answer} Answer
 * @typedef {import("./client.js").Hit} Hit
 * @typedef {import("./client.js").Paragraph} Paragraph
 * @typedef {import("./strings.js").Strings} Strings
 *
 * @typedef {object} Shown what the elements of a hit need to know beside it
 * @property {import("./address.js").Place} place
 * @property {Strings} strings
 * @property {(paragraph: Partial<Paragraph>) => string} permalink
 * @property {(text: string) => void} say tells those who do not see it
 */

/**
 * The first page: what this is, what it holds, what to try.
 * @param {import("./client.js").Corpus | null} corpus
 * @param {Strings} strings
 */
export function welcome(corpus, strings) {
  const size = corpus?.paragraphs ? element("p", { class: "extent" }, ...extent(corpus, strings)) : "";
  const tries = strings.tries.map(([q, finds]) => {
    const link = element("a", { href: write({ q }), dir: "auto", lang: "ar" }, q);
    return element("li", {}, element("bdi", {}, link), " ", element("span", {}, finds));
  });
  const examples = element("div", { class: "examples" }, element("h2", {}, strings.examples), element("ul", {}, ...tries));
  return element("div", { class: "welcome" }, element("p", { class: "intro" }, strings.intro), size, examples);
}

/**
 * How many paragraphs hold all words, how many any, and how long it took.
 * @param {Answer} answer a first page
 * @param {Strings} strings
 */
export function summary({ total, query, took_ms }, strings) {
  if (!total) return [];
  const counted = (/** @type {number} */ n) => sentence(strings.paragraphs(n), { n: strings.number(n) });
  const several = query.words.length > 1;
  const counts = [element("strong", {}, ...sentence(several ? strings.foundAll : strings.found, { all: counted(total.value) }))];
  if (several) counts.push(element("span", {}, ...sentence(strings.foundAny, { any: counted(total.any) })));
  // Milliseconds have a plural of their own for every number; a decimal of seconds has none.
  counts.push(element("span", { class: "time" }, ...sentence(strings.seconds, { n: (took_ms / 1000).toFixed(3) })));
  return dotted(counts);
}

/**
 * The dots stand between the pieces and not in them: a piece may run the other way.
 * @param {HTMLElement[]} pieces
 */
const dotted = (pieces) => pieces.flatMap((piece, number) => (number ? [" · ", piece] : [piece]));

/**
 * @param {string[]} words
 * @param {Strings} strings
 */
export function leftOut(words, strings) {
  const list = words.flatMap((word, number) => [number ? strings.comma : "", isolated(word)]);
  return element("p", { class: "note" }, ...sentence(strings.leftOut, { words: list }));
}

/**
 * Where a paragraph stands: source, date, collection, kind.
 * @param {Pick<Paragraph, "source" | "published" | "collection" | "url">} told
 * @param {string} kind
 * @param {Strings} strings
 */
export function provenance(told, kind, strings) {
  const pieces = [
    told.source ? isolated(told.source) : element("span", {}, strings.unsourced),
    dateOf(told.published, strings),
    isolated(told.collection),
  ];
  if (kind !== "body") pieces.push(element("span", { class: "kind" }, strings.kinds[kind] ?? kind));
  // An address may hold javascript:, the policy of the page or not.
  const original = told.url && /^https?:\/\//i.test(told.url) ? told.url : null;
  if (original) pieces.push(element("a", { href: original, rel: "noreferrer" }, strings.original));
  return element("span", { class: "provenance" }, ...dotted(pieces));
}

/**
 * @param {Hit} hit
 * @param {Shown} shown
 */
export function hitItem(hit, shown) {
  const { strings, place } = shown;
  const isTitle = hit.kind === "title";
  const address = write({ ...place, report: hit.report_id, at: String(hit.position) });
  // A title that was hit carries the marks itself; below it they would stand there twice.
  const title = isTitle ? marked(hit.highlight) : [hit.title || strings.untitled];
  const link = element("a", { href: address, lang: hit.language, "data-report": true }, ...title);
  const text = element("p", { class: "text", dir: "auto", lang: hit.language }, ...marked(hit.highlight));
  const article = element("article", {}, element("h3", { dir: "auto" }, link), ...(isTitle ? [] : [text]), foot(hit, shown));
  return element("li", { "data-id": hit.id }, article);
}

/**
 * @param {Hit} hit
 * @param {Shown} shown
 */
function foot(hit, shown) {
  const { strings } = shown;
  const address = shown.permalink(hit);
  const copier = button(strings.copy, async () => {
    const done = await copy(quotation(hit, address, strings), copier);
    copier.textContent = done ? strings.copied : strings.notCopied;
    shown.say(copier.textContent);
    setTimeout(() => (copier.textContent = strings.copy), 2000);
  });
  const permalink = element("a", { href: address, class: "permalink" }, strings.permalink);
  const actions = element("span", { class: "actions" }, permalink, copier);
  return element("div", { class: "foot" }, provenance(hit, hit.kind, strings), ...levelLabel(hit, strings), actions);
}

/**
 * The level of a hit; what it means shows while it is pointed at or has the focus, also by a finger.
 * @param {Hit} hit
 * @param {Strings} strings
 */
function levelLabel(hit, strings) {
  const told = strings.level[hit.level] ?? { name: hit.level, help: "" };
  const id = `level-of-${hit.id}`;
  return [
    element("button", { type: "button", class: "level", "aria-describedby": id }, told.name),
    element("span", { class: "tip", role: "tooltip", id }, told.help),
  ];
}

/**
 * The line where hits with all words end, and those with some begin.
 * @param {Strings} strings
 */
export const divider = (strings) => element("li", { class: "divider" }, element("p", {}, strings.someFollow));
