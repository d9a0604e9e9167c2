/**
 * The shapes that the modules of the page speak of, for editors and type checkers; no browser loads this. To check:
 *
 *   npx -p typescript tsc --noEmit --allowJs --checkJs --strict --target esnext --module esnext \
 *     --moduleResolution bundler --lib esnext,dom,dom.iterable api/page/app.js api/page/types.d.ts
 */

type Strings = typeof import("./arabic.js").STRINGS;
type Client = import("./client.js").Client;
type Problem = import("./client.js").Problem;
type Level = "exact" | "letters" | "clitics" | "stem" | "variants";
type Counts = Partial<Record<Level, number>>;

/** What goes into an element. Text stays text. */
type Piece = string | Node;

/** What is shown, as the address says it. Everything is text, "" where it says nothing. */
interface Place {
  /** The query; "" is the first page. */
  q: string;
  /** The level; "" is the server's default. */
  match: string;
  /** The id of the report that is open. */
  report: string;
  /** The position of the paragraph in it that was hit. */
  at: string;
}

/** What is asked of /v1/search; docs: /docs. */
interface Asked {
  q: string;
  match?: string;
  size?: number;
  snippet?: number;
  cursor?: string | null;
  report_id?: string[];
}

/** Where a paragraph or a report stands. */
interface Provenance {
  collection: string;
  source: string | null;
  url: string | null;
  published: string | null;
}

interface Paragraph extends Provenance {
  id: string;
  report_id: string;
  position: number;
  kind: string;
  title: string | null;
  text: string;
  language: string | null;
  content_hash: string;
  /** The same for near copies. */
  story: string | null;
}

interface Hit extends Paragraph {
  level: Level;
  /** HTML: everything is escaped but <mark>. */
  highlight: string;
}

interface Report extends Provenance {
  title: string | null;
  language: string | null;
  paragraphs: Paragraph[];
}

interface Corpus {
  version: string | null;
  paragraphs: number;
  reports: number;
  from: string | null;
  to: string | null;
  undated: number;
}

/** The other names it was searched by; a level that it was not searched beyond, and the query that goes beyond. */
interface QueryWord {
  word: string;
  variants: string[];
  capped_at?: Level | null;
  looser?: string | null;
  looser_total?: number | null;
}

interface WordHelp {
  word: string;
  count: number;
  nearest: { text: string; count: number }[];
  readings: { kind: string; text: string; count: number | null }[];
}

/** An answer of /v1/search. `total` and `levels` stand on a first page only. */
interface Answer {
  query: { q: string; match: Level; words: QueryWord[]; left_out: string[] };
  corpus: Corpus;
  total?: { value: number; any: number };
  levels?: Counts;
  /** Where no paragraph holds all words. */
  suggestions?: { words: WordHelp[]; levels: Counts } | null;
  took_ms: number;
  hits: Hit[];
  next_cursor: string | null;
}

/** What the elements of a hit need to know beside it. */
interface Shown {
  place: Place;
  strings: Strings;
  permalink: (paragraph: Paragraph) => string;
  /** Tells those who do not see it. */
  say: (text: string) => void;
}
