/** Numbers, plurals, and dates as precise as given. */

import { element, isolated, sentence } from "./element.js";

/** @param {string} locale @param {Record<string, string>} forms by category @returns {(n: number) => string} */
export function plural(locale, forms) {
  const rules = new Intl.PluralRules(locale);
  return (n) => forms[rules.select(n)] ?? forms.other;
}

/** @param {string} locale */
export function grouped(locale) {
  const format = new Intl.NumberFormat(locale);
  return (/** @type {number} */ n) => format.format(n);
}

/** @param {number} n @param {Strings} strings */
export const counted = (n, { paragraphs, number }) => sentence(paragraphs(n), { n: number(n) });

const PARTS = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)\S*?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;

/**
 * Months have two names in Arabic, by country; both stand there, as the United Nations write them: أيلول/سبتمبر.
 * @param {number} month
 * @param {string[]} locales
 */
function monthName(month, locales) {
  const day = new Date(Date.UTC(2000, month - 1, 15));
  const names = locales.map((locale) =>
    new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, { month: "long", timeZone: "UTC" }).format(day),
  );
  return [...new Set(names)].join("/");
}

/**
 * A time stays in the zone that the report gives it in: the day in which something happened is a statement.
 * @param {string} given
 * @param {string[]} locales
 * @returns {string}
 */
function written(given, locales) {
  const [, year, month, day, time, zone] = PARTS.exec(given) ?? [];
  if (!year) return given;
  const date = [day && String(Number(day)), month && monthName(Number(month), locales), year];
  const clock = time && `${time} ${zone === "Z" || !zone ? zone ?? "" : `UTC${zone}`}`.trim();
  return [date.filter(Boolean).join(" "), clock].filter(Boolean).join(" · ");
}

/** @param {string} given ISO 8601: a year, a month, a day or a time @param {Strings} strings */
export function dateOf(given, strings) {
  if (!given) return element("span", {}, strings.undated);
  return element("time", { datetime: given, title: given }, isolated(written(given, strings.months)));
}

/** The same as text, for controls. @param {string} given @param {Strings} strings */
export const dayOf = (given, strings) => written(given, strings.months) || "…";
