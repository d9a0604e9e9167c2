/** Marks as ranges of the text: no tag enters a word, so that Arabic letters stay joined. Browsers without ranges get whole-word tags. */

import { element } from "./element.js";

const WORD = /[\p{L}\p{M}\p{N}\u0640\u200c\u200d]/u;

/** One for the document; the style of each element says how it looks. */
const shared = globalThis.Highlight && globalThis.CSS?.highlights ? new Highlight() : null;
if (shared) CSS.highlights.set("rasd", shared);

export class Marks {
  /** @type {Range[]} */
  #ranges = [];

  clear() {
    for (const range of this.#ranges) shared?.delete(range);
    this.#ranges = [];
  }

  /** A text with its marks, or of a long one the part that has the most. @param {string} text @param {Paragraph["matches"]} matches @returns {Piece[]} */
  marked(text, matches, longest = Infinity) {
    const spans = inOrder(text, matches);
    const [from, to] = excerpt(text, spans, longest);
    const inside = spans.filter(({ start, end }) => start >= from && end <= to);
    const nodes = shared ? this.#ranged(text, inside, from, to) : tagged(text, inside, from, to);
    return [from ? "… " : "", ...nodes, to < text.length ? " …" : ""];
  }

  /** @param {string} text @param {Span[]} spans @param {number} from @param {number} to */
  #ranged(text, spans, from, to) {
    const node = document.createTextNode(text.slice(from, to));
    for (const { start, end } of spans) {
      const range = new Range();
      range.setStart(node, start - from);
      range.setEnd(node, end - from);
      this.#ranges.push(range);
      shared?.add(range);
    }
    return [node];
  }
}

/** None over another, none beyond the text. @param {string} text @param {Paragraph["matches"]} matches @returns {Span[]} */
function inOrder(text, matches) {
  let last = 0;
  return matches.flatMap(({ utf16_start: start, utf16_end: end }) => {
    if (start < last || end <= start || end > text.length || start % 1 || end % 1) return [];
    last = end;
    return { start, end };
  });
}

/** @param {string} text @param {Span[]} spans @param {number} from @param {number} to @returns {Piece[]} */
function tagged(text, spans, from, to) {
  const pieces = [];
  let last = from;
  for (let { start, end } of spans) {
    while (start > last && WORD.test(text[start - 1])) start -= 1;
    while (end < to && WORD.test(text[end])) end += 1;
    if (start < last) continue;
    pieces.push(text.slice(last, start), element("mark", {}, text.slice(start, end)));
    last = end;
  }
  return [...pieces, text.slice(last, to)];
}

/** Where to cut: at words, around the mark after which most others follow. @param {string} text @param {Span[]} spans @param {number} longest */
function excerpt(text, spans, longest) {
  if (text.length <= longest) return [0, text.length];
  const following = (/** @type {Span} */ { start }) => spans.filter((other) => other.start >= start && other.end < start + longest * 0.7).length;
  const best = spans.reduce((most, span) => (following(span) > following(most) ? span : most), spans[0] ?? { start: 0, end: 0 });
  const before = Math.max(0, best.start - longest / 4);
  const from = before && Math.min(text.indexOf(" ", before) + 1 || best.start, best.start);
  const after = text.lastIndexOf(" ", from + longest);
  return [from, from + longest >= text.length ? text.length : after > best.end ? after : Math.max(from + longest, best.end)];
}
