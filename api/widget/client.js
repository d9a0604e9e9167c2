/** The API. A query goes by POST: its words are in no address and no log. */

import { ANSWER, PROBLEM, SUGGESTED, shaped } from "./answer.js";

/** Milliseconds, for lines that have gone dead. */
const LONGEST_WAIT = 20_000;

/** Parameters that an older server may not know: asked without, it still finds. */
const OPTIONAL = ["facets", "sort", "mode"];

/** An answer that is none: `status` is the server's, 0 where no server was reached. */
export class Problem extends Error {
  /** @param {number} status */
  constructor(status, detail = "", errors = PROBLEM.errors) {
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
  /** What the server has refused. @type {Set<string>} */
  refused = new Set();

  /** @param {string} base the address under which /v1 is */
  constructor(base) {
    this.base = base;
  }

  /** @param {Asked} asked @param {AbortSignal} signal @returns {Promise<Answer>} */
  async search(asked, signal) {
    const told = Object.entries(asked).filter(([name, value]) => value && !this.refused.has(name));
    try {
      return await this.ask("v1/search", ANSWER, signal, Object.fromEntries(told));
    } catch (error) {
      const faults = error instanceof Problem && error.status === 422 ? error.errors.map(({ field }) => field) : [];
      if (!faults.length || !faults.every((field) => OPTIONAL.includes(field))) throw error;
      for (const field of faults) this.refused.add(field);
      return this.search(asked, signal);
    }
  }

  /** @param {Asked} asked @param {AbortSignal} signal */
  async suggest(asked, signal) {
    const { suggestions } = await this.ask("v1/suggest", SUGGESTED, signal, asked);
    return suggestions.map(({ text }) => text).filter(Boolean);
  }

  /** @param {Paragraph} paragraph */
  permalink({ id, content_hash }) {
    return this.url(`v1/paragraphs/${encodeURI(id)}`, { v: content_hash.slice(0, 8) });
  }

  /** @param {string} path @param {Asked} asked */
  url(path, asked = {}) {
    const url = new URL(path, this.base);
    for (const [name, values] of Object.entries(asked)) {
      for (const value of [values ?? []].flat()) if (value) url.searchParams.append(name, value);
    }
    return url.href;
  }

  /** @template T @param {string} path @param {T} like @param {AbortSignal} signal @param {Asked} [body] */
  async ask(path, like, signal, body) {
    const post = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const either = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT)]);
    try {
      const got = await fetch(this.url(path), { ...post, credentials: "omit", signal: either });
      const told = await got.json().catch(() => null);
      const { detail, errors } = shaped(told, PROBLEM);
      // Also where a gateway answers, and not with JSON.
      if (!got.ok || !told) throw new Problem(got.status, detail, errors);
      return shaped(told, like);
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error;
      throw new Problem(0);
    }
  }
}
