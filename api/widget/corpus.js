/** What a corpus holds, in words. */

import { sentence } from "./element.js";
import { counted, dateOf } from "./figures.js";

/** @param {Corpus} corpus @param {Strings} strings @returns {Piece[]} */
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
