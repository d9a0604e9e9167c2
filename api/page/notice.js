/** Notices: what the page says in place of results, or among them. */

import { button, element, sentence } from "./element.js";
import { dateOf } from "./date.js";

/**
 * What went wrong, and what can be done. An error is never shown as an empty result.
 * @param {import("./client.js").Problem} problem
 * @param {(() => void) | null} retry null where trying again is of no use
 * @param {import("./strings.js").Strings} strings
 */
export function trouble(problem, retry, strings) {
  const { title, text } = strings.problems[problem.status] ?? strings.problems.other;
  const details = problem.errors.length ? problem.errors.map((error) => error.message) : [problem.message];
  const box = element("div", { class: "notice trouble", role: "alert" }, element("h2", {}, title), element("p", {}, text));
  // The server speaks English; beside our own sentence it is the precise one.
  for (const detail of details.filter(Boolean)) box.append(element("p", { class: "detail", lang: "en", dir: "auto" }, detail));
  if (retry) box.append(button(problem.status === 410 ? strings.again : strings.retry, retry, "main"));
  return box;
}

/**
 * What the corpus holds: 177 paragraphs in 21 reports, from … to …
 * @param {import("./client.js").Corpus} corpus
 * @param {import("./strings.js").Strings} strings
 */
export function extent(corpus, strings) {
  const values = {
    paragraphs: sentence(strings.paragraphs(corpus.paragraphs), { n: strings.number(corpus.paragraphs) }),
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

/**
 * Nothing found, in what, and how it was looked for.
 * @param {import("./client.js").Answer} answer
 * @param {Node | null} looser a way to a looser level, where there is one
 * @param {import("./strings.js").Strings} strings
 */
export function nothing(answer, looser, strings) {
  if (!answer.corpus.paragraphs) return element("div", { class: "notice" }, element("p", {}, strings.noCorpus));
  const level = strings.level[answer.query.match]?.name ?? answer.query.match;
  return element(
    "div",
    { class: "notice" },
    element("h2", {}, ...sentence(strings.nothing, { q: answer.query.q })),
    element("p", {}, ...sentence(strings.searched), ...extent(answer.corpus, strings)),
    element("p", {}, ...sentence(strings.usedLevel, { level }), ...(looser ? [" ", looser] : [])),
  );
}
