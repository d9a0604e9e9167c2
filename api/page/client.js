/**
 * The client of the API. A query goes by POST, so that its words are in no address and no log on the way.
 *
 * @typedef {"exact" | "letters" | "clitics" | "stem"} Level
 *
 * @typedef {object} Paragraph
 * @property {string} id
 * @property {string} report_id
 * @property {number} position
 * @property {string} kind
 * @property {string | null} title
 * @property {string} text
 * @property {string} collection
 * @property {string | null} source
 * @property {string | null} url
 * @property {string | null} published
 * @property {string | null} language
 * @property {string} content_hash
 *
 * @typedef {Paragraph & {level: Level, highlight: string}} Hit
 *
 * @typedef {object} Corpus
 * @property {string | null} version
 * @property {number} paragraphs
 * @property {number} reports
 * @property {string | null} from
 * @property {string | null} to
 * @property {number} undated
 *
 * @typedef {object} Answer
 * @property {{q: string, match: Level, words: {word: string}[], left_out: string[]}} query
 * @property {Corpus} corpus
 * @property {{value: number, any: number}} [total] on the first page only
 * @property {Partial<Record<Level, number>>} [levels] on the first page only
 * @property {number} took_ms
 * @property {Hit[]} hits
 * @property {string | null} next_cursor
 *
 * @typedef {Omit<Paragraph, "text" | "kind"> & {paragraphs: Paragraph[]}} Report
 *
 * @typedef {object} Asked
 * @property {string} q
 * @property {string} [match]
 * @property {string | null} [cursor]
 * @property {number} [size]
 * @property {number} [snippet]
 * @property {string[]} [report_id]
 */

/** The server answers within three seconds; this is for lines that have gone dead. */
const LONGEST_WAIT = 20_000;

/** An answer that is none: `status` is the server's, 0 where no server was reached. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {{field: string, message: string}[]} errors
   */
  constructor(status, detail = "", errors = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** One request at a time: whoever takes the turn ends the one before. */
export class Turn {
  #controller = new AbortController();

  /** @returns {AbortSignal} aborted as soon as the answer is of no use any more */
  take() {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

export class Client {
  #base;

  /** @param {URL} base the address under which /v1 is */
  constructor(base) {
    this.#base = base;
  }

  /**
   * @param {Asked} asked
   * @param {AbortSignal} signal
   * @returns {Promise<Answer>}
   */
  search(asked, signal) {
    const told = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
    const headers = { "Content-Type": "application/json" };
    // snippet: 0 is a value (the whole paragraph), unlike the empty ones that were left out.
    const body = JSON.stringify("snippet" in asked ? { ...told, snippet: asked.snippet } : told);
    return this.#ask("v1/search", { method: "POST", headers, body }, signal);
  }

  /**
   * @param {string} id
   * @param {AbortSignal} signal
   * @returns {Promise<Report>}
   */
  report(id, signal) {
    return this.#ask(`v1/reports/${encodeURIComponent(id)}`, {}, signal);
  }

  /**
   * Every paragraph of a report that meets a query. The report itself could be asked with `q`, but then the words would
   * stand in an address.
   * @param {string} id
   * @param {Asked} asked
   * @param {AbortSignal} signal
   * @returns {Promise<Hit[]>}
   */
  async within(id, asked, signal) {
    /** @type {Hit[]} */
    const hits = [];
    /** @type {string | null} */
    let cursor = null;
    do {
      const page = await this.search({ ...asked, report_id: [id], size: 100, snippet: 0, cursor }, signal);
      hits.push(...page.hits);
      cursor = page.next_cursor;
    } while (cursor);
    return hits;
  }

  /**
   * @param {Partial<Paragraph>} paragraph
   * @returns {string} the address that stands for this text of the paragraph, and no other
   */
  permalink({ id, content_hash }) {
    return new URL(`v1/paragraphs/${id}?v=${content_hash?.slice(0, 8)}`, this.#base).href;
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @param {AbortSignal} signal
   */
  async #ask(path, request, signal) {
    const either = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT)]);
    try {
      const answer = await fetch(new URL(path, this.#base), { ...request, credentials: "omit", signal: either });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Problem(answer.status, told.detail, told.errors);
      return told;
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error;
      throw new Problem(0);
    }
  }
}
