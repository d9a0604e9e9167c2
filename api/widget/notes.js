/** What was searched for beside the words, what was left out, and what helps where no paragraph holds all of them. Loaded when there is such. */

import { element, listed, sentence } from "./element.js";
import { extent } from "./corpus.js";
import { counted } from "./figures.js";
import { LEVELS, LOOSEST } from "./session.js";

/** Longer lists of names open on a click. */
const SHOWN = 6;

/** @param {string} text */
const own = (text) => ({ dir: "auto", lang: /^[a-z]/i.test(text) ? "en" : "ar" });

/** @param {Answer} answer @param {Part} part @returns {HTMLElement[]} */
export function notes(answer, part) {
  const degraded = answer.query.degraded ? [element("p", { part: "note" }, part.strings.degraded)] : [];
  const help = answer.total.value ? [] : [helpOn(answer, part)];
  return [...degraded, ...also(answer.query, part.strings), ...capped(answer, part), ...leftOut(answer.query, part.strings), ...help];
}

/** Other names, once for words that are one name together. @param {Answer["query"]} query @param {Strings} strings */
function also({ words }, strings) {
  const groups = Map.groupBy(words.filter(({ variants }) => variants.length), ({ variants }) => variants.join());
  return [...groups.values()].map((group) => {
    const names = group[0].variants.map((name) => element("bdi", own(name), name));
    const rest = names.splice(SHOWN);
    const word = group.map((typed) => typed.word).join(" ");
    const label = groups.size > 1 ? sentence(strings.alsoWith, { word }) : [strings.also];
    const others = element("summary", {}, ...sentence(strings.others, { n: strings.number(rest.length) }));
    const more = rest.length ? element("details", {}, others, ...listed(rest, strings.comma)) : "";
    return element("p", { class: "soft", part: "note" }, ...label, ...listed(names, strings.comma), " ", more);
  });
}

/** Words kept apart from others that are not in the query too. @param {Answer} answer @param {Part} part */
function capped({ query: { q, match, words }, total }, part) {
  const { strings } = part;
  return words.flatMap(({ word, capped_at: cap, looser, looser_total: more }) => {
    if (!cap || !looser || LEVELS.indexOf(cap) >= LEVELS.indexOf(match)) return [];
    if (looser.split(" ").every((piece) => piece === "OR" || q.includes(piece))) return [];
    const way = part.link({ q: looser }, sentence(strings.searchFor, { q: looser }));
    const count = more > total.value ? sentence(" ({n})", { n: strings.number(more) }) : [];
    return element("p", { class: "soft", part: "note" }, ...sentence(strings.capped, { word }), " ", way, ...count);
  });
}

/** @param {Answer["query"]} query @param {Strings} strings */
function leftOut({ left_out }, strings) {
  if (!left_out.length) return [];
  const words = left_out.map((word) => element("span", {}, ...sentence(strings.quoted, { text: word })));
  return [element("p", { class: "soft", part: "note" }, ...sentence(strings.leftOut, { words: listed(words, strings.comma) }))];
}

/** @param {Answer} answer @param {Part} part */
function helpOn(answer, part) {
  const { strings } = part;
  const { query, suggestions, corpus, hits } = answer;
  const help = [list(query, suggestions, part)];
  if (hits.length && query.mode && query.mode !== "keyword") {
    // Words of another script are in no report: that each of them is missing says nothing here.
    const words = query.mode_chosen_by === "script" ? [] : help;
    return element("div", { part: "help" }, element("p", {}, strings.nearInMeaning), ...words);
  }
  if (hits.length) return element("div", { part: "help" }, element("p", {}, strings.noneHasAll), ...help);
  if (!corpus.paragraphs) return element("div", { part: "help" }, element("p", {}, strings.noCorpus));
  const level = strings.level[query.match]?.name ?? query.match;
  const searched = element("p", { class: "soft" }, strings.searched, ...extent(corpus, strings), " ", ...sentence(strings.usedLevel, { level }));
  return element("div", { part: "help" }, element("h2", {}, ...sentence(strings.nothing, { q: query.q })), ...help, searched);
}

/** @param {Answer["query"]} query @param {Answer["suggestions"]} suggestions @param {Part} part */
function list(query, suggestions, part) {
  const words = suggestions.words.map((told) => wordHelp(told, query.q, part));
  const levels = looserLevels(suggestions.levels, query, part);
  const wider = levels.length ? element("li", {}, part.strings.wider, ...listed(levels, part.strings.comma)) : "";
  return element("ul", {}, ...words, wider);
}

/** @param {WordHelp} told @param {string} q @param {Part} part */
function wordHelp({ word, count, nearest, readings }, q, part) {
  const { strings } = part;
  // Not at the level that found nothing.
  const link = (/** @type {string} */ query, /** @type {string} */ text) => part.link({ q: query, match: "" }, [text], { title: query, ...own(text) });
  const alone = word.includes(" ") ? `"${word}"` : word;
  if (count) return element("li", {}, link(alone, word), ": ", ...counted(count, strings));
  const near = nearest.map((option) => ({ ...option, kind: "nearest" }));
  const lines = Object.entries(strings.meant).map(([kind, label]) => {
    const options = [...readings, ...near].filter((option) => option.kind === kind);
    const links = options.map(({ text, count }) => numbered(link(q.replace(word, () => text), text), count, strings));
    return links.length ? element("p", {}, label, ...listed(links, strings.comma)) : "";
  });
  return element("li", {}, ...sentence(strings.absent, { word }), ...lines);
}

/** @param {Counts} levels @param {Answer["query"]} query @param {Part} part */
function looserLevels(levels, { match }, part) {
  let most = levels[match] ?? 0;
  return LEVELS.slice(LEVELS.indexOf(match) + 1).flatMap((level) => {
    const count = levels[level] ?? 0;
    if (count <= most) return [];
    most = count;
    return numbered(part.link({ match: level === LOOSEST ? "" : level }, [part.strings.level[level].name]), count, part.strings);
  });
}

/** @param {Node} node @param {number} count @param {Strings} strings */
const numbered = (node, count, strings) => element("span", {}, node, ...(count ? sentence(" ({n})", { n: strings.number(count) }) : []));
