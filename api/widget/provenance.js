/** Where a paragraph stands: its source, its day, its collection, its kind, its original. */

import { element, isolated, listed } from "./element.js";
import { dateOf } from "./figures.js";

/** @param {Paragraph} told @param {Strings} strings */
export function provenance(told, strings) {
  const { source, published, collection, kind, url } = told;
  const pieces = [source ? isolated(source) : element("span", {}, strings.unsourced), dateOf(published, strings), isolated(collection)];
  if (kind && kind !== "body") pieces.push(element("b", {}, strings.kinds[kind] ?? kind));
  // It may be javascript:
  if (/^https?:\/\//i.test(url)) pieces.push(element("a", { href: url, rel: "noreferrer" }, strings.original));
  return element("span", { part: "provenance" }, ...listed(pieces, " · "));
}
