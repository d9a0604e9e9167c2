/** An answer, the pages added to it, and what is said around them. */

import { button, element, sentence } from "./element.js";
import { also, capped, helpOn } from "./help.js";
import { divider, hitItem, leftOut, nothing, summary, trouble, welcome } from "./view.js";

export class Results {
  /** @type {Answer | null} of the first page */
  answer = null;
  /** @type {string | null} */
  cursor = null;
  /** @type {Hit[]} of all pages so far */
  #hits = [];
  #section;
  #summary;
  #acts;

  /**
   * @param {HTMLElement} section @param {HTMLElement} counts where the line of counts stands
   * @param {Pick<Shown, "permalink" | "say"> & Record<"search" | "more", () => void>} acts
   */
  constructor(section, counts, acts) {
    this.#section = section;
    this.#summary = counts;
    this.#acts = acts;
  }

  get empty() {
    return !this.#section.hasChildNodes();
  }

  /** @param {Answer} answer */
  take(answer) {
    this.answer = answer;
    this.#hits = answer.hits;
    this.cursor = answer.next_cursor;
  }

  /** Add a page; its first hit has the focus then. @param {Answer} page @param {Place} place @param {Strings} strings */
  add(page, place, strings) {
    const before = this.#hits.length;
    this.#hits = [...this.#hits, ...page.hits];
    this.cursor = page.next_cursor;
    this.draw(place, strings);
    /** @type {HTMLElement | undefined} */ (this.#section.querySelectorAll(".title a")[before])?.focus();
    this.#acts.say(this.#shownOf(strings).textContent ?? "");
  }

  /** @param {Place} place @param {Strings} strings */
  draw(place, strings) {
    const { answer } = this;
    if (!answer) return;
    const { left_out } = answer.query;
    const whole = answer.total?.value ?? 0;
    this.#summary.replaceChildren(...summary(answer, strings));
    const notes = [...also(answer.query, strings), ...capped(answer, place, strings)];
    if (left_out.length) notes.push(leftOut(left_out, strings));
    const some = element("div", { class: "note strong" }, element("p", {}, strings.noneHasAll), helpOn(answer, strings));
    if (this.#hits.length && !whole) notes.push(some);
    const found = [element("ol", {}, ...this.#items(whole, place, strings)), ...this.#end(strings)];
    this.#section.replaceChildren(...notes, ...(this.#hits.length ? found : [nothing(answer, strings)]));
  }

  /** Hits with all the words come first, `whole` of them. @param {number} whole @param {Place} place @param {Strings} strings */
  #items(whole, place, strings) {
    const shown = { ...this.#acts, strings, place };
    const items = this.#hits.map((hit) => hitItem(hit, shown));
    if (whole && whole < items.length) items.splice(whole, 0, divider(strings));
    return items;
  }

  /** @param {Strings} strings */
  #end(strings) {
    const more = [button(strings.more, this.#acts.more, "main"), " ", this.#shownOf(strings)];
    if (this.cursor) return [element("p", { class: "end" }, ...more)];
    if (this.#hits.length >= (this.answer?.total?.any ?? 0)) return [];
    return [element("p", { class: "note" }, ...sentence(strings.listOnly, { n: strings.number(this.#hits.length) }))];
  }

  /** @param {Strings} strings */
  #shownOf({ number, shown }) {
    const values = { n: number(this.#hits.length), all: number(this.answer?.total?.any ?? 0) };
    return element("span", {}, ...sentence(shown, values));
  }

  /** @param {Corpus | null} corpus @param {Strings} strings */
  welcome(corpus, strings) {
    this.#replace(welcome(corpus, strings));
  }

  /** @param {Problem} problem @param {Strings} strings */
  fail(problem, strings) {
    // The same words would be refused again.
    this.#replace(trouble(problem, problem.status === 422 ? null : this.#acts.search, strings));
  }

  /** @param {Problem} problem @param {Strings} strings */
  failBelow(problem, strings) {
    // A cursor that is gone stays gone; the search itself can be had again.
    const again = problem.status === 410 ? this.#acts.search : this.#acts.more;
    this.#section.querySelector(".end, .trouble")?.replaceWith(trouble(problem, again, strings));
  }

  /** @param {HTMLElement} box */
  #replace(box) {
    this.answer = null;
    this.#summary.replaceChildren();
    this.#section.replaceChildren(box);
  }
}
