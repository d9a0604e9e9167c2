/** The shapes of what an API tells. Of wrong types nothing is left, of endless texts and lists a beginning. */

const LONGEST = 100_000;
const MOST = 1000;

const span = { utf16_start: -1, utf16_end: -1 };
const option = { kind: "", text: "", count: 0 };
const value = { value: "", count: 0 };
/** `high` is 0 where nobody says at most how many. */
const figure = { kind: "", low: 0, high: 0 };
/** All texts are "" where the API says null. */
const paragraph = {
  id: "", report_id: "", position: 0, kind: "", title: "", text: "", collection: "", source: "", url: "",
  published: "", language: "", content_hash: "", level: "", matches: [span], figures: [figure],
};
/** `capped_at` is a level that the word was not searched beyond, `looser` the query that goes beyond. */
const word = { word: "", variants: [""], capped_at: "", looser: "", looser_total: 0 };
/** `total`, `levels` and `facets` stand on a first page only, `suggestions` where no paragraph holds all words. */
export const ANSWER = {
  query: { q: "", match: "", mode: "", mode_chosen_by: "", degraded: false, words: [word], left_out: [""] },
  corpus: { version: "", paragraphs: 0, reports: 0, from: "", to: "", undated: 0, modes: [""] },
  total: { value: 0, any: 0 },
  levels: counts,
  suggestions: { words: [{ word: "", count: 0, nearest: [option], readings: [option] }], levels: counts },
  facets: { source: [value], place: [value], actor: [value], tag: [value], kind: [value], collection: [value], month: [value] },
  took_ms: 0,
  hits: [paragraph],
  next_cursor: "",
};
export const REPORT = { ...paragraph, paragraphs: [paragraph] };
export const SIMILAR = { hits: [paragraph] };
export const SUGGESTED = { suggestions: [option] };
export const PROBLEM = { detail: "", errors: [{ field: "", message: "" }] };

/** @param {any} told */
function counts(told) {
  const levels = Object.entries(told ?? {}).map(([level, count]) => [level, shaped(count, 0)]);
  return /** @type {Record<string, number>} */ (Object.fromEntries(levels));
}

/** What is told, in the shape of an example. @template T @param {any} told @param {T} like @returns {Shaped<T>} */
export function shaped(told, like) {
  return /** @type {any} */ (made(told, like));
}

/** @param {any} told @param {any} like @returns {any} */
function made(told, like) {
  if (typeof like === "function") return like(told);
  if (typeof like === "number") return told >= 0 && told < 1e15 ? Number(told) : like;
  if (like === false) return told === true;
  if (like === "") return ["string", "number"].includes(typeof told) ? String(told).slice(0, LONGEST) : "";
  if (Array.isArray(like)) return Array.isArray(told) ? told.slice(0, MOST).map((one) => made(one, like[0])) : [];
  return Object.fromEntries(Object.entries(like).map(([name, inner]) => [name, made(told?.[name], inner)]));
}
