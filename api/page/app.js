/** The page: what is asked, what is shown, and the address that says both. */

import { read, write } from "./address.js";
import { Client, Problem, Turn } from "./client.js";
import { button, element, sentence } from "./element.js";
import { LEVELS, LOOSEST, Levels } from "./levels.js";
import { nothing, trouble } from "./notice.js";
import { ReportView } from "./report.js";
import { ARABIC, ENGLISH } from "./strings.js";
import { divider, hitItem, leftOut, summary, welcome } from "./view.js";

/**
 * @typedef {import("./address.js").Place} Place
 * @typedef {import("./client.js").Answer} Answer
 */

/** Milliseconds without a key after which somebody has typed a word. */
const PAUSE = 250;
const PAGE = 10;
/** A word to learn from an answer what the corpus holds. */
const HARMLESS = "في";
const REMEMBERED = "rasd-language";

class App {
  #client = new Client(new URL("..", import.meta.url));
  #turn = new Turn();
  /** @type {Place} */
  #place = read("");
  /** @type {Answer | null} of the first page */
  #answer = null;
  /** @type {import("./client.js").Hit[]} of all pages so far */
  #hits = [];
  /** @type {string | null} */
  #cursor = null;
  /** @type {import("./client.js").Corpus | null} */
  #corpus = null;
  /** Counts of one query, whatever the level: a strict search does not count the looser levels. */
  #counts = { of: "", levels: /** @type {Partial<Record<string, number>>} */ ({}) };
  /** Whether the address is still that of a word being typed. */
  #typing = false;
  #timer = 0;

  /** @param {Document} root */
  constructor(root) {
    const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
    this.root = root;
    this.strings = remembered() === "en" ? ENGLISH : ARABIC;
    this.input = /** @type {HTMLInputElement} */ (find("#q"));
    this.form = /** @type {HTMLFormElement} */ (find(".ask"));
    this.summary = /** @type {HTMLElement} */ (find(".summary"));
    this.results = /** @type {HTMLElement} */ (find(".results"));
    this.said = /** @type {HTMLElement} */ (find("#said"));
    this.language = /** @type {HTMLButtonElement} */ (find(".language"));
    this.levels = new Levels(find(".levels"), (level) => this.#pick(level));
    this.report = new ReportView(find("dialog"), this.#client, () => this.#closed());
  }

  start() {
    this.input.addEventListener("input", () => this.#typed());
    // It fires when the box is left or Enter is pressed: what comes after is another query.
    this.input.addEventListener("change", () => (this.#typing = false));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.root.addEventListener("click", (event) => this.#clicked(event));
    this.root.addEventListener("keydown", (event) => leaveTip(/** @type {KeyboardEvent} */ (event)));
    this.language.addEventListener("click", () => this.#switch());
    addEventListener("popstate", () => this.#follow());
    this.#speak();
    this.#follow();
  }

  // The address

  /** Show what the address says. */
  #follow() {
    clearTimeout(this.#timer);
    this.#typing = false;
    const place = read(location.hash);
    if (this.input.value.trim() !== place.q) this.input.value = place.q;
    this.#show(place);
  }

  /** @param {Place} place */
  #show(place) {
    const same = this.#place.q === place.q && this.#place.match === place.match;
    this.#place = place;
    if (!same || !this.results.hasChildNodes()) this.#search();
    if (place.report) this.report.show(place, this.strings);
    else this.report.hide();
  }

  /**
   * @param {Partial<Place>} place
   * @param {"push" | "replace"} how
   */
  #go(place, how) {
    const hash = write(place);
    const within = how === "push" ? Boolean(place.report) : history.state?.within;
    history[`${how}State`]({ within }, "", hash === "#" ? location.pathname + location.search : hash);
    this.#show(read(hash));
  }

  /** The report was closed; its entry in the history goes, so that "back" does not open it again. */
  #closed() {
    if (!this.#place.report || !read(location.hash).report) return;
    if (history.state?.within) history.back();
    else this.#go({ ...this.#place, report: "", at: "" }, "replace");
  }

  // What people do

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(this.input.value, this.#typing ? "replace" : "push", true), PAUSE);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    clearTimeout(this.#timer);
    if (this.input.value.trim() === this.#place.q) this.#search();
    else this.#ask(this.input.value, this.#typing ? "replace" : "push", false);
  }

  /**
   * @param {string} text
   * @param {"push" | "replace"} how
   * @param {boolean} typing
   */
  #ask(text, how, typing) {
    const q = text.trim();
    if (q === this.#place.q) return;
    this.#typing = typing;
    this.#go({ q, match: q && this.#place.match }, how);
  }

  /** @param {string} level */
  #pick(level) {
    this.#typing = false;
    this.#go({ q: this.#place.q, match: level === LOOSEST ? "" : level }, "push");
  }

  /**
   * Links of the page itself keep it from being loaded anew; with a key held they are the browser's.
   * @param {Event} event
   */
  #clicked(event) {
    const { target, ctrlKey, metaKey, shiftKey, altKey } = /** @type {MouseEvent} */ (event);
    const link = /** @type {Element} */ (target).closest?.("a[data-report], a[data-home]");
    if (!link || ctrlKey || metaKey || shiftKey || altKey) return;
    event.preventDefault();
    const place = link.hasAttribute("data-report") ? read(new URL(/** @type {HTMLAnchorElement} */ (link).href).hash) : {};
    if (!("q" in place)) this.input.value = "";
    this.#typing = false;
    this.#go(place, "push");
  }

  #switch() {
    this.strings = this.strings === ARABIC ? ENGLISH : ARABIC;
    remember(this.strings.lang);
    this.#speak();
    if (this.#answer) this.#render();
    else this.#search();
  }

  // Searching

  async #search() {
    const signal = this.#turn.take();
    const { q, match } = this.#place;
    this.root.title = q ? `${q} - ${this.strings.name}` : this.strings.name;
    if (!q) {
      this.#welcome(signal);
      return;
    }
    const failed = (/** @type {Problem} */ problem) => this.#fail(problem);
    await this.#busy(signal, failed, async () => {
      const answer = await this.#client.search({ q, match, size: PAGE }, signal);
      if (signal.aborted) return;
      this.#take(answer);
      this.#render();
      this.#countAll(signal);
    });
  }

  async #more() {
    const signal = this.#turn.take();
    const { q, match } = this.#place;
    const before = this.#hits.length;
    const failed = (/** @type {Problem} */ problem) => this.#failBelow(problem);
    await this.#busy(signal, failed, async () => {
      const page = await this.#client.search({ q, match, size: PAGE, cursor: this.#cursor }, signal);
      if (signal.aborted) return;
      this.#hits.push(...page.hits);
      this.#cursor = page.next_cursor;
      this.#list();
      this.#say(this.#shownOf());
      /** @type {HTMLElement | undefined} */ (this.results.querySelectorAll("h3 a")[before])?.focus();
    });
  }

  /**
   * Do what may take a while. What came too late is dropped, what failed is said.
   * @param {AbortSignal} signal
   * @param {(problem: Problem) => void} failed
   * @param {() => Promise<void>} work
   */
  async #busy(signal, failed, work) {
    this.form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      failed(error);
    } finally {
      if (!signal.aborted) this.form.removeAttribute("aria-busy");
    }
  }

  /** @param {Answer} answer a first page */
  #take(answer) {
    this.#answer = answer;
    this.#hits = answer.hits;
    this.#cursor = answer.next_cursor;
    this.#corpus = answer.corpus;
    const of = `${answer.corpus.version} ${answer.query.q}`;
    const known = this.#counts.of === of ? this.#counts.levels : {};
    this.#counts = { of, levels: { ...known, ...answer.levels } };
  }

  /**
   * Count the levels that a strict search leaves out, after its results are there.
   * @param {AbortSignal} signal
   */
  async #countAll(signal) {
    const { q } = this.#place;
    if (LEVELS.every((level) => level in this.#counts.levels)) return;
    const answer = await this.#client.search({ q, size: 1 }, signal).catch(() => null);
    if (!answer || signal.aborted) return;
    this.#counts.levels = { ...answer.levels, ...this.#counts.levels };
    this.#showLevels();
  }

  // Showing

  /** @param {AbortSignal} signal */
  async #welcome(signal) {
    this.#answer = null;
    this.form.removeAttribute("aria-busy");
    this.levels.hide();
    this.summary.replaceChildren();
    this.results.replaceChildren(welcome(this.#corpus, this.strings));
    if (this.#corpus) return;
    // The size is an ornament here; whoever searches is told what is wrong.
    const answer = await this.#client.search({ q: HARMLESS, size: 1 }, signal).catch(() => null);
    if (!answer || signal.aborted) return;
    this.#corpus = answer.corpus;
    this.results.replaceChildren(welcome(this.#corpus, this.strings));
  }

  #render() {
    const answer = /** @type {Answer} */ (this.#answer);
    this.#showLevels();
    this.summary.replaceChildren(...summary(answer, this.strings));
    this.#list();
  }

  #showLevels() {
    const chosen = this.#place.match || this.#answer?.query.match || LOOSEST;
    this.levels.show(chosen, this.#answer ? this.#counts.levels : {}, this.strings);
  }

  #list() {
    const { strings } = this;
    const answer = /** @type {Answer} */ (this.#answer);
    const whole = answer.total?.value ?? 0;
    const notes = answer.query.left_out.length ? [leftOut(answer.query.left_out, strings)] : [];
    if (!this.#hits.length) {
      this.results.replaceChildren(...notes, nothing(answer, this.#looser(), strings));
      return;
    }
    if (!whole) notes.push(element("p", { class: "note strong" }, strings.noneHasAll));
    const list = element("ol", {}, ...this.#items(whole));
    this.results.replaceChildren(...notes, list, ...this.#end());
  }

  /** @param {number} whole how many hits have all the words; they come first */
  #items(whole) {
    const { strings } = this;
    const place = { ...this.#place, report: "", at: "" };
    const shown = {
      place,
      strings,
      permalink: this.#client.permalink.bind(this.#client),
      say: (/** @type {string} */ text) => this.#say([text]),
    };
    const items = this.#hits.map((hit) => hitItem(hit, shown));
    if (whole && whole < items.length) items.splice(whole, 0, divider(strings));
    return items;
  }

  /** What stands below the list: more, or that there is no more to be had. */
  #end() {
    const { strings } = this;
    const all = this.#answer?.total?.any ?? 0;
    if (this.#cursor) return [element("p", { class: "end" }, button(strings.more, () => this.#more(), "main"), " ", ...this.#shownOf())];
    if (this.#hits.length >= all) return [];
    return [element("p", { class: "note" }, ...sentence(strings.listOnly, { n: strings.number(this.#hits.length) }))];
  }

  #shownOf() {
    const { strings } = this;
    const all = strings.number(this.#answer?.total?.any ?? 0);
    return [element("span", {}, ...sentence(strings.shown, { n: strings.number(this.#hits.length), all }))];
  }

  /** @param {import("./element.js").Piece[]} pieces for those who do not see what happened */
  #say(pieces) {
    this.said.replaceChildren(...pieces);
  }

  /** A way to the loosest level, from a stricter one that found nothing. */
  #looser() {
    return this.#place.match ? button(this.strings.looser, () => this.#pick(LOOSEST), "link") : null;
  }

  /**
   * In place of results: an error is not an empty result, and what was found before is not its answer.
   * @param {Problem} problem
   */
  #fail(problem) {
    this.#answer = null;
    this.#showLevels();
    this.summary.replaceChildren();
    // The same words would be refused again.
    const retry = problem.status === 422 ? null : () => this.#search();
    this.results.replaceChildren(trouble(problem, retry, this.strings));
  }

  /**
   * Below the results that are there: a page more could not be had.
   * @param {Problem} problem
   */
  #failBelow(problem) {
    // A cursor that is gone stays gone; the search itself can be had again.
    const retry = problem.status === 410 ? () => this.#search() : () => this.#more();
    this.results.querySelector(".end, .trouble")?.replaceWith(trouble(problem, retry, this.strings));
  }

  /** Say everything that does not depend on an answer in the language that was chosen. */
  #speak() {
    const { strings, root } = this;
    const said = /** @type {Record<string, any>} */ (strings);
    root.documentElement.lang = strings.lang;
    root.documentElement.dir = strings.dir;
    root.title = this.#place.q ? `${this.#place.q} - ${strings.name}` : strings.name;
    for (const node of root.querySelectorAll("[data-text]")) node.textContent = said[node.getAttribute("data-text") ?? ""];
    for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", said[node.getAttribute("data-label") ?? ""]);
    this.input.placeholder = strings.placeholder;
    /** @type {HTMLElement} */ (root.querySelector("h1 a")).textContent = strings.name;
    this.language.textContent = strings.other;
    this.language.lang = strings.otherLang;
  }
}

/** @returns {string | null} */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // Storage is shut in some private windows.
  }
}

/** @param {string} language */
function remember(language) {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // Then it holds for this page.
  }
}

/**
 * Esc takes away what a label shows of itself.
 * @param {KeyboardEvent} event
 */
function leaveTip(event) {
  const focused = document.activeElement;
  if (event.key === "Escape" && focused instanceof HTMLElement && focused.matches(".level")) focused.blur();
}

new App(document).start();
