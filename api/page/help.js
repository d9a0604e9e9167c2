/** What was searched for beside the words, and what helps where no paragraph holds all of them. */

import { write } from "./address.js";
import { element, listed, sentence } from "./element.js";
import { counted } from "./figures.js";
import { LEVELS, LOOSEST } from "./levels.js";

/** Longer lists of names open on a click. */
const SHOWN = 6;

/** @param {string} text */
const own = (text) => ({ dir: "auto", lang: /^[a-z]/i.test(text) ? "en" : "ar" });

/** @param {Partial<Place>} place @param {string} text */
const link = (place, text) => element("a", { href: write(place), title: place.q, ...own(text) }, text);

/** Other names, once for words that are one name together. @param {Answer["query"]} query @param {Strings} strings */
export function also({ words }, strings) {
  const groups = Map.groupBy(words.filter(({ variants }) => variants.length), ({ variants }) => variants.join());
  return [...groups.values()].map((group) => {
    const names = group[0].variants.map((name) => element("bdi", own(name), name));
    const rest = names.splice(SHOWN);
    const word = group.map((typed) => typed.word).join(" ");
    const label = groups.size > 1 ? sentence(strings.alsoWith, { word }) : [strings.also];
    const others = element("summary", {}, ...sentence(strings.others, { n: strings.number(rest.length) }));
    const more = rest.length ? element("details", {}, others, ...listed(rest, strings)) : "";
    return element("div", { class: "note also" }, ...label, ...listed(names, strings), " ", more);
  });
}

/** Words kept apart from others that are not in the query too. @param {Answer} answer @param {Place} place @param {Strings} strings */
export function capped({ query: { q, match, words }, total }, place, strings) {
  return words.flatMap(({ word, capped_at: cap, looser, looser_total }) => {
    if (!cap || !looser || LEVELS.indexOf(cap) >= LEVELS.indexOf(match)) return [];
    if (looser.split(" ").every((part) => part === "OR" || q.includes(part))) return [];
    const more = looser_total && looser_total > (total?.value ?? 0) ? looser_total : null;
    const name = sentence(strings.searchFor, { q: looser });
    const way = element("a", { href: write({ q: looser, match: place.match }) }, ...name);
    return element("p", { class: "note" }, ...sentence(strings.capped, { word }), " ", numbered(way, more, strings));
  });
}

/** @param {Answer} answer @param {Strings} strings */
export function helpOn({ query, suggestions }, strings) {
  if (!suggestions) return "";
  const words = suggestions.words.map((told) => wordHelp(told, query.q, strings));
  const levels = looserLevels(suggestions.levels, query, strings);
  const wider = levels.length ? element("li", {}, strings.wider, ...listed(levels, strings)) : "";
  return element("ul", { class: "help" }, ...words, wider);
}

/** @param {WordHelp} told @param {string} q @param {Strings} strings */
function wordHelp({ word, count, nearest, readings }, q, strings) {
  const alone = word.includes(" ") ? `"${word}"` : word;
  if (count) return element("li", {}, link({ q: alone }, word), ": ", ...counted(count, strings));
  const near = nearest.map((option) => ({ ...option, kind: "nearest" }));
  const lines = Object.entries(strings.meant).map(([kind, label]) => {
    const options = [...readings, ...near].filter((option) => option.kind === kind);
    const links = options.map(({ text, count }) => numbered(link({ q: q.replace(word, () => text) }, text), count, strings));
    return links.length ? element("p", {}, label, ...listed(links, strings)) : "";
  });
  return element("li", {}, ...sentence(strings.absent, { word }), ...lines);
}

/** @param {Counts} levels @param {Answer["query"]} query @param {Strings} strings */
function looserLevels(levels, { q, match }, strings) {
  let most = levels[match] ?? 0;
  return LEVELS.slice(LEVELS.indexOf(match) + 1).flatMap((level) => {
    const count = levels[level] ?? 0;
    if (count <= most) return [];
    most = count;
    const way = element("a", { href: write({ q, match: level === LOOSEST ? "" : level }) }, strings.level[level].name);
    return numbered(way, count, strings);
  });
}

/** @param {Node} node @param {number | null} count @param {Strings} strings */
const numbered = (node, count, strings) =>
  element("span", {}, node, ...(count ? sentence(" ({n})", { n: strings.number(count) }) : []));
