/** The page: what people do, and the address that says what is shown. */

import { read, write } from "./address.js";
import { Client, Problem, Turn } from "./client.js";
import { LOOSEST, Levels } from "./levels.js";
import { ReportView } from "./report.js";
import { Results } from "./results.js";
import { ARABIC, load, other, remembered } from "./strings.js";

/** Milliseconds without a key. */
const PAUSE = 250;
const PAGE = 10;
/** Asked for what the corpus holds. */
const HARMLESS = "في";

class App {
  #client = new Client(new URL("..", import.meta.url));
  #turn = new Turn();
  #place = read("");
  #strings = ARABIC;
  /** @type {Corpus | null} */
  #corpus = null;
  /** Whether the address is still that of a word being typed. */
  #typing = false;
  #timer = 0;

  /** @param {Document} root */
  constructor(root) {
    const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
    this.root = root;
    this.form = /** @type {HTMLFormElement} */ (find(".ask"));
    this.input = /** @type {HTMLInputElement} */ (find("#q"));
    this.language = /** @type {HTMLButtonElement} */ (find(".language"));
    this.levels = new Levels(find(".levels"), (level) => this.#pick(level));
    this.report = new ReportView(find("dialog"), this.#client, () => this.#closed());
    this.results = new Results(find(".results"), find(".summary"), {
      search: () => this.#search(),
      more: () => this.#more(),
      permalink: (paragraph) => this.#client.permalink(paragraph),
      say: (text) => find("#said").replaceChildren(text),
    });
  }

  async start() {
    this.input.addEventListener("input", () => this.#typed());
    // On leaving the box or Enter: what comes after is another query.
    this.input.addEventListener("change", () => (this.#typing = false));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.root.addEventListener("click", (event) => this.#clicked(event));
    this.language.addEventListener("click", () => this.#speak(other(this.#strings)));
    addEventListener("popstate", () => this.#follow());
    await this.#speak(remembered());
    this.#follow();
  }

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
    if (!same || this.results.empty) this.#search();
    if (place.report) this.report.show(place, this.#strings);
    else this.report.hide();
  }

  /** @param {Partial<Place>} place @param {"push" | "replace"} how */
  #go(place, how) {
    const hash = write(place);
    const within = how === "push" && Boolean(place.report);
    history[`${how}State`]({ within }, "", hash === "#" ? location.pathname + location.search : hash);
    this.#show(read(hash));
  }

  /** "Back" does not open it again. */
  #closed() {
    if (!this.#place.report) return;
    if (history.state?.within) history.back();
    else this.#go({ ...this.#place, report: "", at: "" }, "replace");
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#turn.take();
    this.form.removeAttribute("aria-busy");
    this.#timer = setTimeout(() => this.#ask(true), PAUSE);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    clearTimeout(this.#timer);
    this.#ask(false);
  }

  /** While a word grows, its address is one entry. @param {boolean} typing */
  #ask(typing) {
    const q = this.input.value.trim();
    const how = this.#typing ? "replace" : "push";
    this.#typing = typing;
    if (q !== this.#place.q) this.#go({ q, match: q && this.#place.match }, how);
    // Typed back to what it was, perhaps before its answer had come; or asked once more.
    else if (!typing || this.results.answer?.query.q !== q) this.#search();
  }

  /** @param {string} level */
  #pick(level) {
    this.#typing = false;
    this.#go({ q: this.#place.q, match: level === LOOSEST ? "" : level }, "push");
  }

  /** With a key held, links are the browser's. @param {MouseEvent} event */
  #clicked(event) {
    const link = /** @type {Element} */ (event.target).closest("a[data-report], a[data-home]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { hash } = /** @type {HTMLAnchorElement} */ (link);
    if (!hash) this.input.value = "";
    this.#typing = false;
    this.#go(read(hash), "push");
  }

  /** @param {string} language */
  async #speak(language) {
    const strings = await load(language);
    const { root, results } = this;
    this.#strings = strings;
    root.documentElement.lang = strings.lang;
    root.documentElement.dir = strings.dir;
    for (const node of root.querySelectorAll("[data-says]")) {
      const [name, attribute] = (node.getAttribute("data-says") ?? "").split(" ");
      const text = /** @type {any} */ (strings)[name];
      if (attribute) node.setAttribute(attribute, text);
      else node.textContent = text;
    }
    this.language.lang = other(strings);
    this.#entitle();
    if (results.answer) this.#draw();
    else if (!results.empty) this.#search();
  }

  #entitle() {
    this.root.title = [this.#place.q, this.#strings.name].filter(Boolean).join(" - ");
  }

  #search() {
    const signal = this.#turn.take();
    const { q, match } = this.#place;
    this.#entitle();
    if (!q) return this.#welcome(signal);
    return this.#busy(signal, "fail", async () => {
      const answer = await this.#client.search({ q, match, size: PAGE }, signal);
      if (signal.aborted) return;
      this.#corpus = answer.corpus;
      this.results.take(answer);
      this.levels.learn(answer);
      this.#draw();
      this.#countAll(signal);
    });
  }

  #more() {
    const signal = this.#turn.take();
    const { q, match } = this.#place;
    const { cursor } = this.results;
    return this.#busy(signal, "failBelow", async () => {
      const page = await this.#client.search({ q, match, size: PAGE, cursor }, signal);
      if (!signal.aborted) this.results.add(page, this.#place, this.#strings);
    });
  }

  /**
   * Do what may take a while. What came too late is dropped, what failed is said.
   * @param {AbortSignal} signal @param {"fail" | "failBelow"} how @param {() => Promise<void>} work
   */
  async #busy(signal, how, work) {
    this.form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.results[how](Problem.of(error), this.#strings);
      this.#drawLevels();
    } finally {
      if (!signal.aborted) this.form.removeAttribute("aria-busy");
    }
  }

  /** Count the levels that a strict search leaves out. @param {AbortSignal} signal */
  async #countAll(signal) {
    if (this.levels.complete) return;
    const answer = await this.#client.search({ q: this.#place.q, size: 1 }, signal).catch(() => null);
    if (!answer || signal.aborted) return;
    this.levels.learn(answer);
    this.#drawLevels();
  }

  /** @param {AbortSignal} signal */
  async #welcome(signal) {
    this.form.removeAttribute("aria-busy");
    this.levels.hide();
    this.results.welcome(this.#corpus, this.#strings);
    if (this.#corpus) return;
    // An ornament; whoever searches is told what is wrong.
    const answer = await this.#client.search({ q: HARMLESS, size: 1 }, signal).catch(() => null);
    if (!answer || signal.aborted) return;
    this.#corpus = answer.corpus;
    this.results.welcome(this.#corpus, this.#strings);
  }

  #draw() {
    this.#drawLevels();
    this.results.draw(this.#place, this.#strings);
  }

  #drawLevels() {
    this.levels.show(this.#place.match, this.#strings, Boolean(this.results.answer));
  }
}

new App(document).start();
