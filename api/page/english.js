/** What the page says, in English. */

import { grouped, plural } from "./figures.js";

/** @type {Strings} */
export const STRINGS = {
  lang: "en",
  dir: "ltr",
  months: ["en-GB"],
  number: grouped("en"),
  comma: ", ",
  quoted: "“{text}”",

  name: "Rasd",
  links: "Links",
  docs: "API",
  language: "العربية",
  label: "Search the reports",
  placeholder: 'Words, "a phrase", -word to leave out',
  search: "Search",
  results: "Results",
  privacy: "Search words travel in the body of a request, not in its address. This page sets no cookies.",

  intro: "Search Arabic conflict reporting paragraph by paragraph, however a word is spelled and whatever is attached to it.",
  examples: "Try",
  tries: [
    ["ادلب", "Idlib, also spelled إدلب or with a preposition, بإدلب"],
    ["حماس", "Hamas, also in لحماس"],
    ['"خفض التصعيد"', "“de-escalation”, as a phrase"],
    ["هدنة -غزة", "truce, without Gaza"],
    ["حزيران OR يونيو", "either name of June"],
  ],

  paragraphs: plural("en", { one: "1 paragraph", other: "{n} paragraphs" }),
  reports: plural("en", { one: "1 report", other: "{n} reports" }),
  extent: "{paragraphs} in {reports}",
  period: ", from {from} to {to}",
  undatedReports: ", undated: {n}",

  foundAll: "All words: {all}",
  foundAny: "at least one: {any}",
  seconds: "{n} s",
  leftOut: "Not searched for: {words}, too common to tell paragraphs apart.",
  noneHasAll: "No paragraph holds all the words. Those below hold some of them.",
  someFollow: "From here on: some of the words, not all",
  nothing: "No paragraph holds “{q}”",
  searched: "Searched: ",
  usedLevel: "Level of matching: {level}.",
  looser: "Search at the loosest",
  noCorpus: "No reports have been loaded yet, so there is nothing to search.",
  listOnly: "Only the first {n} are listed; add a word to narrow the search.",
  more: "More",
  shown: "{n} of {all} shown",

  untitled: "Untitled",
  unsourced: "no source",
  undated: "undated",
  kinds: { title: "title", heading: "heading", caption: "caption", quote: "quote" },
  permalink: "Permalink",
  original: "Original",
  copy: "Copy quotation",
  copied: "Copied",
  notCopied: "Could not copy",
  close: "Close",
  opening: "Opening the report…",

  levels: "Level of matching",
  level: {
    exact: { name: "Exact", help: "The word as typed, whatever its vowel marks: محمد finds مُحمّد." },
    letters: { name: "Letters", help: "Even with another hamza, ta marbuta or alef maqsura: ادلب finds إدلب." },
    clitics: { name: "Prefixes", help: "Even with a particle attached in front, such as و ف ب ل ك س: ادلب finds بإدلب and لإدلب." },
    stem: { name: "Stem", help: "Even with other endings, with or without the article: مستشفى finds المستشفيات." },
  },

  retry: "Try again",
  again: "Search again",
  problems: {
    0: { title: "No connection to the server", text: "The request did not arrive, or its answer did not. Check the network, then try again." },
    404: { title: "There is no such report", text: "The link may be incomplete, or the reports were loaded again under other ids." },
    410: { title: "This is no longer here", text: "The corpus has changed since the first page of results, or the report was taken down." },
    422: { title: "This cannot be searched for", text: 'Write at least one word; "a phrase" in quotation marks; -word beside a word to search for. The asterisk (word*) is not there yet.' },
    429: { title: "Too many requests", text: "Wait a moment, then try again." },
    503: { title: "The search engine is unavailable", text: "Nothing was searched: this is a failure, not an empty result." },
    504: { title: "The search engine did not answer in time", text: "The search did not finish; this is not an empty result. Try again, or add a word to narrow it." },
    other: { title: "The server failed", text: "The request did not finish; this is not an empty result." },
  },
};
