/** One search: what is asked, what came back, and the address that says so. The elements that join it draw what it holds. */

import { FILTERS, read, write } from "./address.js";
import { Client, Problem, Turn } from "./client.js";
import { LANGUAGES, load } from "./languages.js";

/** Strictest first; the loosest is the default, which no address names. @type {string[]} */
export const LEVELS = ["exact", "letters", "clitics", "stem", "variants"];
export const LOOSEST = LEVELS[LEVELS.length - 1];

/** What each element that begins a search takes. */
export const ATTRIBUTES = ["endpoint", "lang", "name", "hash", "filter", "facets", "size", "placeholder"];

const HERE = new URL("../../", import.meta.url).href;
const FACETS = "source place actor kind month mentions";

/** @type {Map<string, Session>} */
const named = new Map();
/** @type {WeakMap<Element, Session>} */
const owned = new WeakMap();
/** Prefixes of the address that are taken. @type {Map<string, Session>} */
const addresses = new Map();

export class Session {
  place = read("");
  /** @type {Strings | null} */
  strings = null;
  /** @type {Answer | null} of the first page */
  answer = null;
  /** @type {Paragraph[]} of all pages so far */
  hits = [];
  cursor = "";
  /** @type {Problem | null} */
  problem = null;
  busy = false;
  /** Paragraphs at each level, of `#of`. @type {Counts} */
  counts = {};
  client = new Client(HERE);
  #of = "";
  #turn = new Turn();
  /** @type {Set<Part>} */
  #parts = new Set();
  /** Whether the address is still that of a word being typed. */
  #typing = false;
  /** @type {string | null} of the names in the address; null where the address is not ours */
  #prefix = null;

  /** The search that an element belongs to: of the <rasd-search> around it, else of all single parts with its `name`. @param {HTMLElement} part */
  static of(part) {
    for (let node = /** @type {any} */ (part); node; node = node.parentNode ?? node.host) {
      if (node.localName === "rasd-search") {
        if (!owned.has(node)) owned.set(node, new Session(node));
        return /** @type {Session} */ (owned.get(node));
      }
      if (node !== part && node.session) return /** @type {Session} */ (node.session);
    }
    const name = part.getAttribute("name") ?? "";
    if (!named.has(name)) named.set(name, new Session(part));
    return /** @type {Session} */ (named.get(name));
  }

  /** @param {HTMLElement} host whose attributes configure, and from which events come */
  constructor(host) {
    this.host = host;
  }

  /** @param {Part} part */
  join(part) {
    if (!this.#parts.size) this.#begin(part);
    this.#parts.add(part);
    if (this.strings) part.show();
  }

  /** @param {Part} part */
  leave(part) {
    this.#parts.delete(part);
    if (this.#parts.size) return;
    this.#turn.take();
    removeEventListener("popstate", this.#follow);
    if (this.#prefix !== null) addresses.delete(this.#prefix);
    for (const [name, session] of named) if (session === this) named.delete(name);
  }

  /** @param {Part} first */
  #begin(first) {
    if (this.host.localName !== "rasd-search") this.host = first;
    const hash = this.host.getAttribute("hash") ?? "";
    const prefix = hash && hash !== "off" ? `${hash}.` : "";
    // Of two searches with one address the first keeps it.
    if (hash !== "off" && !addresses.has(prefix)) addresses.set((this.#prefix = prefix), this);
    else this.#prefix = null;
    addEventListener("popstate", this.#follow);
    this.configure();
    if (this.#prefix !== null) this.place = read(location.hash, this.#prefix);
    this.search();
  }

  /** Take what the attributes say. */
  async configure() {
    const { host } = this;
    const base = new URL(host.getAttribute("endpoint") || HERE, document.baseURI).href.replace(/\/*$/, "/");
    if (base !== this.client.base) this.client = new Client(base);
    const said = host.getAttribute("lang") || document.documentElement.lang || "ar";
    const language = said.slice(0, 2).toLowerCase();
    const strings = await load(LANGUAGES.includes(language) ? language : "en");
    if (strings === this.strings) return;
    this.strings = strings;
    for (const part of [...this.#parts]) part.show();
    this.#openReport();
  }

  draw() {
    if (!this.strings) return;
    this.#openReport();
    for (const part of this.#parts) part.draw();
  }

  async #openReport() {
    if (!this.place.report) return;
    await import("./rasd-report.js");
    const { shadowRoot } = this.host;
    if (![...this.#parts].some(({ localName }) => localName === "rasd-report")) shadowRoot?.append(document.createElement("rasd-report"));
  }

  /** Give the first result the focus. */
  first() {
    for (const part of this.#parts) part.first();
  }

  /** Give the box the focus. */
  back() {
    for (const part of this.#parts) if (part.localName === "rasd-box") part.focus();
  }

  /** @param {string} name @param {unknown} detail @param {EventTarget} from @returns {boolean} whether nobody prevented it */
  tell(name, detail, from = this.host) {
    return from.dispatchEvent(new CustomEvent(`rasd:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** The address of another place. @param {Partial<Place>} change */
  href(change) {
    const place = { ...this.place, ...change };
    // Whose address is not ours gets to Rasd's own page.
    return this.#prefix === null ? this.client.base + write(place) : write(place, this.#prefix, location.hash);
  }

  /** @param {Partial<Place>} change @param {"push" | "replace"} how */
  go(change, how = "push") {
    const place = { ...this.place, ...change };
    const hash = this.href(change);
    this.#typing = false;
    if (this.#prefix !== null) {
      const within = how === "push" && Boolean(place.report);
      try {
        history[`${how}State`]({ within }, "", hash === "#" ? location.pathname + location.search : hash);
      } catch {
        // A frame without an origin has no history.
      }
    }
    this.#take(place);
  }

  #follow = () => {
    if (this.#prefix === null) return;
    this.#typing = false;
    this.#take(read(location.hash, this.#prefix));
  };

  /** @param {Place} place */
  #take(place) {
    const before = this.#asked();
    this.place = place;
    if (JSON.stringify(before) === JSON.stringify(this.#asked())) this.draw();
    else this.search();
  }

  /** While a word grows, its address is one entry. @param {string} q @param {boolean} typing */
  ask(q, typing) {
    const how = this.#typing ? "replace" : "push";
    if (q !== this.place.q) this.go({ q, report: "", at: "" }, how);
    // Typed back to what it was, perhaps before its answer had come; or asked once more.
    else if (!typing || this.answer?.query.q !== q) this.search();
    this.#typing = typing;
  }

  /** What is under way is not for what is being typed now. */
  drop() {
    this.#turn.take();
    this.busy = false;
  }

  /** "Back" does not open it again. */
  closeReport() {
    if (!this.place.report) return;
    if (this.#prefix !== null && history.state?.within) history.back();
    else this.go({ report: "", at: "" }, "replace");
  }

  /** Parameters of the API. */
  #asked() {
    const { q, match, mode, sort, from, to, dead_min, mentions_from, mentions_to } = this.place;
    const fixed = Object.fromEntries(new URLSearchParams(this.host.getAttribute("filter") ?? ""));
    const chosen = FILTERS.filter((name) => this.place[name]?.length).map((name) => [name, this.place[name]]);
    return { ...fixed, q, match, mode, sort, from, to, dead_min, mentions_from, mentions_to, ...Object.fromEntries(chosen) };
  }

  /** An answer of the API to what is shown, to open or to download. @param {string} path */
  link(path) {
    return this.client.url(path, this.#asked());
  }

  /** What narrows the search: facets that the API counts, and `mentions`, which it does not. */
  get narrowing() {
    return (this.host.getAttribute("facets") ?? FACETS).split(/[\s,]+/);
  }

  get facets() {
    return this.narrowing.filter((name) => name && name !== "off" && name !== "mentions");
  }

  async search() {
    const signal = this.#turn.take();
    this.problem = null;
    this.busy = Boolean(this.place.q);
    if (!this.busy) {
      this.answer = null;
      this.hits = [];
    }
    this.tell("search", { ...this.place });
    this.draw();
    if (!this.busy) return;
    return this.#settle(signal, async () => {
      const size = Number(this.host.getAttribute("size")) || 10;
      const answer = await this.client.search({ ...this.#asked(), size, facets: this.facets }, signal);
      if (signal.aborted) return;
      this.#learn(answer);
      this.answer = answer;
      this.hits = answer.hits;
      this.cursor = answer.next_cursor;
      this.tell("results", answer);
      this.#countAll(signal);
    }, () => {
      this.answer = null;
      this.hits = [];
    });
  }

  more() {
    const signal = this.#turn.take();
    this.problem = null;
    this.busy = true;
    return this.#settle(signal, async () => {
      const size = Number(this.host.getAttribute("size")) || 10;
      const page = await this.client.search({ ...this.#asked(), size, cursor: this.cursor }, signal);
      if (signal.aborted) return;
      this.hits = [...this.hits, ...page.hits];
      this.cursor = page.next_cursor;
    });
  }

  /** What came too late is dropped, what failed is said. @param {AbortSignal} signal @param {() => Promise<void>} work @param {() => void} [failed] */
  async #settle(signal, work, failed) {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.problem = Problem.of(error);
      failed?.();
      this.tell("error", this.problem);
    }
    if (signal.aborted) return;
    this.busy = false;
    this.draw();
  }

  /** A stricter level does not count the looser ones: they stay. @param {Answer} answer */
  #learn({ corpus, levels, suggestions }) {
    const of = JSON.stringify([corpus.version, { ...this.#asked(), match: "", sort: "" }]);
    this.counts = { ...(this.#of === of ? this.counts : {}), ...levels, ...suggestions.levels };
    this.#of = of;
  }

  /** Count the levels that a strict search leaves out. @param {AbortSignal} signal */
  async #countAll(signal) {
    if (LEVELS.every((level) => level in this.counts)) return;
    const answer = await this.client.search({ ...this.#asked(), match: "", size: 1 }, signal).catch(() => null);
    if (!answer || signal.aborted) return;
    this.#learn(answer);
    this.draw();
  }
}
