/** The shapes that the modules speak of, for editors and `tsc`; no browser loads this. tests/types says how they are checked. */

type Strings = typeof import("./ar.js").STRINGS;
type Client = import("./client.js").Client;
type Problem = import("./client.js").Problem;
type Part = import("./part.js").Part;
type Session = import("./session.js").Session;
type Counts = Record<string, number>;

/** What goes into an element. Text stays text. */
type Piece = string | Node;

/** A marked word: UTF-16 offsets into a text. */
interface Span {
  start: number;
  end: number;
}

/** What is shown, as the address says it; "" where it says nothing. */
interface Place {
  /** The query; "" asks nothing. */
  q: string;
  /** The level; "" is the server's default. */
  match: string;
  /** "" is by words. */
  mode: string;
  sort: string;
  /** Days, such as 2019-04-01. */
  from: string;
  to: string;
  /** Casualties that a paragraph tells of, and the days that it names. */
  dead_min: string;
  mentions_from: string;
  mentions_to: string;
  /** The id of the report that is open, and the position of the paragraph in it that was hit. */
  report: string;
  at: string;
  /** The filters of FILTERS, each a list. */
  [filter: string]: any;
}

/** What an example of a shape stands for. */
type Shaped<T> = T extends (told: any) => infer R ? R : T extends (infer U)[] ? Shaped<U>[] : T extends object ? { [K in keyof T]: Shaped<T[K]> } : T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;
type Answer = Shaped<typeof import("./answer.js").ANSWER>;
type Corpus = Answer["corpus"];
type Paragraph = Answer["hits"][number];
type WholeReport = Shaped<typeof import("./answer.js").REPORT>;
type QueryWord = Answer["query"]["words"][number];
type WordHelp = Answer["suggestions"]["words"][number];
/** Parameters of the API. */
type Asked = Record<string, any>;
