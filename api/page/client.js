/** The API. A query goes by POST: its words are in no address and no log. */

/** Milliseconds, for lines that have gone dead. */
const LONGEST_WAIT = 20_000;

/** An answer that is none: `status` is the server's, 0 where no server was reached. */
export class Problem extends Error {
  /** @param {number} status @param {{field: string, message: string}[]} errors */
  constructor(status, detail = "", errors = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }

  /** Anything else is a fault of this page. @param {unknown} error */
  static of(error) {
    if (error instanceof Problem) return error;
    console.error(error);
    return new Problem(500);
  }
}

/** One request at a time: whoever takes the turn ends the one before. */
export class Turn {
  #controller = new AbortController();

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

  /** @param {Asked} asked @param {AbortSignal} signal @returns {Promise<Answer>} */
  search({ match, cursor, ...asked }, signal) {
    const body = JSON.stringify({ ...asked, match: match || undefined, cursor: cursor || undefined });
    return this.#ask("v1/search", { method: "POST", headers: { "Content-Type": "application/json" }, body }, signal);
  }

  /** @param {string} id @param {AbortSignal} signal @returns {Promise<Report>} */
  report(id, signal) {
    return this.#ask(`v1/reports/${encodeURIComponent(id)}`, {}, signal);
  }

  /**
   * Every paragraph of a report that meets a query; a report asked with `q` would have the words in an address.
   * @param {string} id @param {Asked} asked @param {AbortSignal} signal
   */
  async within(id, asked, signal) {
    const hits = [];
    let cursor = null;
    do {
      /** @type {Answer} */
      const page = await this.search({ ...asked, report_id: [id], size: 100, snippet: 0, cursor }, signal);
      hits.push(...page.hits);
      cursor = page.next_cursor;
    } while (cursor);
    return hits;
  }

  /** @param {Paragraph} paragraph */
  permalink({ id, content_hash }) {
    return new URL(`v1/paragraphs/${id}?v=${content_hash.slice(0, 8)}`, this.#base).href;
  }

  /** @param {string} path @param {RequestInit} request @param {AbortSignal} signal */
  async #ask(path, request, signal) {
    const either = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT)]);
    try {
      const answer = await fetch(new URL(path, this.#base), { ...request, credentials: "omit", signal: either });
      const told = await answer.json().catch(() => null);
      // Also where a gateway answers, and not with JSON.
      if (!answer.ok || !told) throw new Problem(answer.status, told?.detail, told?.errors);
      return told;
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error;
      throw new Problem(0);
    }
  }
}
