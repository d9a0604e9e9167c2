/** Quotations: a paragraph word for word, with where it stands, ready to be pasted into a report. */

import { dateOf } from "./figures.js";

/** @param {Hit} hit @param {string} permalink @param {Strings} strings @returns {string} */
export function quotation(hit, permalink, strings) {
  const where = [hit.title, hit.source ?? strings.unsourced, dateOf(hit.published, strings).textContent];
  return `«${hit.text}»\n${where.filter(Boolean).join(strings.comma)}\n${permalink}\n`;
}

/**
 * Copy a text; `beside` is where the older way may put it for a moment: the new one works over HTTPS and on this machine only.
 * @param {string} text
 * @param {HTMLElement} beside
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copy(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text, beside);
  }
}

/** @param {string} text @param {HTMLElement} beside */
function copyOldWay(text, beside) {
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  beside.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  beside.focus();
  return done;
}
