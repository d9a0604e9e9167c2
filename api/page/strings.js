/** Arabic comes with the page; the other language is fetched. */

import { STRINGS as ARABIC } from "./arabic.js";

const REMEMBERED = "rasd-language";

export { ARABIC };

/** Load and remember a language, in no cookie. @param {string} language @returns {Promise<Strings>} */
export async function load(language) {
  const strings = language === "en" ? (await import("./english.js")).STRINGS : ARABIC;
  try {
    localStorage.setItem(REMEMBERED, strings.lang);
  } catch {
    // Storage is shut in some private windows.
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

/** @param {Strings} strings */
export const other = ({ lang }) => (lang === "ar" ? "en" : "ar");
