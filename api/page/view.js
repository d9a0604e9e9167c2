/** An answer as elements. */

import { write } from "./address.js";
import { counted, dateOf } from "./figures.js";
import { button, element, isolated, listed, sentence } from "./element.js";
import { helpOn } from "./help.js";
import { marked } from "./marks.js";
import { copy, quotation } from "./quotation.js";

/** @param {Corpus | null} corpus @param {Strings} strings */
export function welcome(corpus, strings) {
  const size = corpus?.paragraphs ? element("p", { class: "extent" }, ...extent(corpus, strings)) : "";
  const tries = strings.tries.map(([q, finds]) => {
    const link = element("a", { href: write({ q }), dir: "auto", lang: "ar" }, q);
    return element("li", {}, link, " ", element("span", {}, finds));
  });
  const examples = element("div", { class: "examples" }, element("h2", {}, strings.examples), element("ul", {}, ...tries));
  return element("div", { class: "welcome" }, element("p", { class: "intro" }, strings.intro), size, examples);
}

/** @param {Answer} answer a first page @param {Strings} strings */
export function summary({ total, query, took_ms }, strings) {
  if (!total) return [];
  const several = query.words.length > 1;
  const counts = [element("strong", {}, ...sentence(several ? strings.foundAll : "{all}", { all: counted(total.value, strings) }))];
  if (several) counts.push(element("span", {}, ...sentence(strings.foundAny, { any: counted(total.any, strings) })));
  // A decimal has no plural.
  counts.push(element("span", { class: "time" }, ...sentence(strings.seconds, { n: (took_ms / 1000).toFixed(3) })));
  return dotted(counts);
}

/** Not in the pieces, which may run the other way. @param {HTMLElement[]} pieces */
const dotted = (pieces) => pieces.flatMap((piece, number) => (number ? [" · ", piece] : [piece]));

/** @param {string[]} words @param {Strings} strings */
export function leftOut(words, strings) {
  const list = words.map((word) => element("span", {}, ...sentence(strings.quoted, { text: word })));
  return element("p", { class: "note" }, ...sentence(strings.leftOut, { words: listed(list, strings) }));
}

/** Where a paragraph stands. @param {Provenance} told @param {string} kind @param {Strings} strings */
export function provenance(told, kind, strings) {
  const pieces = [
    told.source ? isolated(told.source) : element("span", {}, strings.unsourced),
    dateOf(told.published, strings),
    isolated(told.collection),
  ];
  if (kind !== "body") pieces.push(element("span", { class: "kind" }, strings.kinds[kind] ?? kind));
  // It may be javascript:
  const original = told.url && /^https?:\/\//i.test(told.url) ? told.url : null;
  if (original) pieces.push(element("a", { href: original, rel: "noreferrer" }, strings.original));
  return element("span", { class: "provenance" }, ...dotted(pieces));
}

/** @param {Hit} hit @param {Shown} shown */
export function hitItem(hit, shown) {
  const { strings, place } = shown;
  const isTitle = hit.kind === "title";
  const address = write({ ...place, report: hit.report_id, at: String(hit.position) });
  // A title that was hit carries the marks itself.
  const title = isTitle ? marked(hit.highlight) : [hit.title || strings.untitled];
  const link = element("a", { href: address, lang: hit.language, "data-report": true }, ...title);
  const text = element("p", { class: "text", dir: "auto", lang: hit.language }, ...marked(hit.highlight));
  const article = element("article", {}, element("h2", { class: "title", dir: "auto" }, link), ...(isTitle ? [] : [text]), foot(hit, shown));
  return element("li", { "data-id": hit.id }, article);
}

/** @param {Hit} hit @param {Shown} shown */
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

/** @param {Hit} hit @param {Strings} strings */
function levelLabel(hit, strings) {
  const told = strings.level[hit.level] ?? { name: hit.level, help: "" };
  const id = `level-of-${hit.id}`;
  const label = element("button", { type: "button", class: "level", "aria-describedby": id }, told.name);
  label.addEventListener("keydown", ({ key }) => key === "Escape" && label.blur());
  return [label, element("span", { class: "tip", role: "tooltip", id }, told.help)];
}

/** @param {Strings} strings */
export const divider = (strings) => element("li", { class: "divider" }, element("p", {}, strings.someFollow));

/**
 * What went wrong, and what can be done. An error is never shown as an empty result.
 * @param {Problem} problem
 * @param {(() => void) | null} retry null where trying again is of no use
 * @param {Strings} strings
 */
export function trouble(problem, retry, strings) {
  const { title, text } = strings.problems[problem.status] ?? strings.problems.other;
  const details = problem.errors.length ? problem.errors.map((error) => error.message) : [problem.message];
  const box = element("div", { class: "notice trouble", role: "alert" }, element("h2", {}, title), element("p", {}, text));
  // The server speaks English.
  for (const detail of details.filter(Boolean)) box.append(element("p", { class: "detail", lang: "en", dir: "auto" }, detail));
  if (retry) box.append(button(problem.status === 410 ? strings.again : strings.retry, retry, "main"));
  return box;
}

/** What the corpus holds. @param {Corpus} corpus @param {Strings} strings */
export function extent(corpus, strings) {
  const values = {
    paragraphs: counted(corpus.paragraphs, strings),
    reports: sentence(strings.reports(corpus.reports), { n: strings.number(corpus.reports) }),
  };
  const period = { from: dateOf(corpus.from, strings), to: dateOf(corpus.to, strings) };
  return [
    ...sentence(strings.extent, values),
    ...(corpus.from ? sentence(strings.period, period) : []),
    ...(corpus.undated ? sentence(strings.undatedReports, { n: strings.number(corpus.undated) }) : []),
    ".",
  ];
}

/** Nothing found, what may help, and in what. @param {Answer} answer @param {Strings} strings */
export function nothing(answer, strings) {
  if (!answer.corpus.paragraphs) return element("div", { class: "notice" }, element("p", {}, strings.noCorpus));
  const level = strings.level[answer.query.match]?.name ?? answer.query.match;
  return element(
    "div",
    { class: "notice" },
    element("h2", {}, ...sentence(strings.nothing, { q: answer.query.q })),
    helpOn(answer, strings),
    element("p", { class: "extent" }, strings.searched, ...extent(answer.corpus, strings), " ", ...sentence(strings.usedLevel, { level })),
  );
}
