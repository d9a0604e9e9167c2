/** The languages of the page. Arabic comes with it; the other is fetched by those who read it. */

import { STRINGS as ARABIC } from "./arabic.js";

const REMEMBERED = "rasd-language";

export { ARABIC };

/** Load a language, and remember it for the next time, in no cookie. @param {string} language @returns {Promise<Strings>} */
export async function load(language) {
  const strings = language === "en" ? (await import("./english.js")).STRINGS : ARABIC;
  try {
    localStorage.setItem(REMEMBERED, strings.lang);
  } catch {
    // Storage is shut in some private windows; then it holds for this page.
  }
  return strings;
}

/** @returns {string} */
export function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

/** The language to switch to. @param {Strings} strings */
export const other = ({ lang }) => (lang === "ar" ? "en" : "ar");
